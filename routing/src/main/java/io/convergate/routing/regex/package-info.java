/**
 * Regular expressions that a user may write: RE2 syntax, linear time, with caps on what compiling them may cost.
 */
@NullMarked
package io.convergate.routing.regex;

import org.jspecify.annotations.NullMarked;
