/**
 * Which endpoint gets the next request. Pure algorithms: no clock, no thread, randomness passed in.
 */
@NullMarked
package io.convergate.routing.balance;

import org.jspecify.annotations.NullMarked;
