package io.convergate.node.admin.api;

/**
 * A circuit breaker that lets not everything through.
 *
 * @param name whose it is: an upstream, or a policy and what it holds for
 * @param state {@code open} or {@code half-open}
 * @param reason why, and since when, for people
 */
public record BreakerView(String name, String state, String reason) {}
