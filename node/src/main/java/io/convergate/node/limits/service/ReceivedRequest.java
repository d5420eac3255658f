package io.convergate.node.limits.service;

/** The bytes of a request, read. */
sealed interface ReceivedRequest {
    /** A request that can be answered. */
    record Readable(RateLimitRequest request) implements ReceivedRequest {}

    /**
     * One that cannot.
     *
     * @param problem what was found and what was expected
     */
    record Unreadable(String problem) implements ReceivedRequest {}
}
