package io.convergate.node.admin.api;

/**
 * What a rate limit did on one node since it started.
 *
 * @param policy as {@code namespace/name}
 * @param allowed requests that it let pass
 * @param refused requests that it refused
 */
public record LimitVitals(String policy, long allowed, long refused) {}
