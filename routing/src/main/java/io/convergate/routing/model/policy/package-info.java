/**
 * The kinds of group {@code convergate.io}, as they are written.
 */
@NullMarked
package io.convergate.routing.model.policy;

import org.jspecify.annotations.NullMarked;
