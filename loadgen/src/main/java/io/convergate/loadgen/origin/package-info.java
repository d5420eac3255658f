/**
 * Upstreams to test against: they serve, misbehave when told, and log what they saw. An {@link
 * io.convergate.loadgen.origin.Origin} runs in this process; {@link io.convergate.loadgen.origin.RemoteOrigin} pulls the strings of one
 * in another.
 */
@NullMarked
package io.convergate.loadgen.origin;

import org.jspecify.annotations.NullMarked;
