/**
 * What several parts of loadgen stand on: event loops with the channels that fit them, and a small HTTP API to operate things by. Knows
 * nothing of what they are used for.
 */
@NullMarked
package io.convergate.loadgen.net;

import org.jspecify.annotations.NullMarked;
