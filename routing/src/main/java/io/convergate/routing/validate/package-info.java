/**
 * What is wrong with resources that could be read: each one alone, and all of them together.
 */
@NullMarked
package io.convergate.routing.validate;

import org.jspecify.annotations.NullMarked;
