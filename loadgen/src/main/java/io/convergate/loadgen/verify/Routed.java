package io.convergate.loadgen.verify;

/**
 * An answer that tells by which write of a resource a node routed the request: traffic, not what the node says of itself.
 *
 * @param resource its key
 * @param value of the write, as {@link ConfigWrite} has it; empty if the node knew no route
 * @param startedNanos when the request was handed to its connection
 * @param endedNanos when the whole answer was there
 */
public record Routed(String node, String resource, String value, long startedNanos, long endedNanos) {}
