package io.convergate.node.edge;

import java.time.Duration;

/**
 * How long the edge waits for what, checked every quarter of a second.
 *
 * @param headerRead from a request's first byte to the end of its head [408]
 * @param clientIdle a client connection without a request
 * @param streamIdle a request or response body, or a response that is waited for, without a byte either way [408 or 504]
 * @param connect an upstream connection being opened, where the DestinationRule says nothing [503 UF]
 * @param upstreamIdle an upstream connection in the pool; keep it below the upstreams' own keep-alive time
 * @param linger after a last response, the time a client has to stop sending before the connection is closed under it
 */
public record Deadlines(
        Duration headerRead,
        Duration clientIdle,
        Duration streamIdle,
        Duration connect,
        Duration upstreamIdle,
        Duration linger) {
    public static final Deadlines DEFAULT = new Deadlines(
            Duration.ofSeconds(10),
            Duration.ofSeconds(60),
            Duration.ofMinutes(5),
            Duration.ofSeconds(10),
            Duration.ofSeconds(55),
            Duration.ofSeconds(2));
}
