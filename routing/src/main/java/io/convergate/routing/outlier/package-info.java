/**
 * Which endpoints of an upstream are left out because they keep failing. A state machine: no timer and no clock of its own,
 * and it sends nothing.
 */
@NullMarked
package io.convergate.routing.outlier;

import org.jspecify.annotations.NullMarked;
