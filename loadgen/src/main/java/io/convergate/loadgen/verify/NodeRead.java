package io.convergate.loadgen.verify;

/**
 * What a node said once of the configuration it serves.
 *
 * @param atNanos when it was asked
 * @param revision what it serves, of {@code /status}; empty if it has none
 */
public record NodeRead(String node, long atNanos, String revision) {}
