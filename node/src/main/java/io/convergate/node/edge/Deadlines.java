package io.convergate.node.edge;

import java.time.Duration;

/**
 * How long the edge waits for what, checked every quarter of a second.
 *
 * @param headerRead from a request's first byte to the end of its head [408]
 * @param clientIdle a client connection without a request
 * @param streamIdle a request or response body, or a response that is waited for, without a byte either way [408 or 504]
 * @param upstreamIdle an upstream connection in the pool; keep it below the upstreams' own keep-alive time
 * @param linger after a last response, the time a client has to stop sending before the connection is closed under it
 * @param drainIdle how long an idle connection stays open once the node or its listener is going
 */
public record Deadlines(
        Duration headerRead,
        Duration clientIdle,
        Duration streamIdle,
        Duration upstreamIdle,
        Duration linger,
        Duration drainIdle) {
    public static final Deadlines DEFAULT = new Deadlines(
            Duration.ofSeconds(10),
            Duration.ofSeconds(60),
            Duration.ofMinutes(5),
            Duration.ofSeconds(55),
            Duration.ofSeconds(2),
            Duration.ofSeconds(1));
}
