/**
 * When an upstream is not called for a while, and how much it is called at a time. State machines: no timer, no thread and no clock of
 * their own, and they send nothing. Who shares them between nodes is the node's affair.
 */
@NullMarked
package io.convergate.routing.breaker;

import org.jspecify.annotations.NullMarked;
