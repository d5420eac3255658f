/**
 * Upstreams to test against: they serve, misbehave when told, and log what they saw.
 */
@NullMarked
package io.convergate.loadgen.origin;

import org.jspecify.annotations.NullMarked;
