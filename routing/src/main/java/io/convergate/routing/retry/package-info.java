/**
 * When a request is sent again, after what pause, and how many may be under way. Pure decisions: no clock, no thread,
 * randomness passed in; who sends is told yes or no.
 */
@NullMarked
package io.convergate.routing.retry;

import org.jspecify.annotations.NullMarked;
