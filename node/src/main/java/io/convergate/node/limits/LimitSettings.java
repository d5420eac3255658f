package io.convergate.node.limits;

import java.time.Duration;

/**
 * The bounds of a node's limits.
 *
 * @param keysMax keys that are remembered; those that have not been used for longest are forgotten beyond
 * @param waitMax how long a request waits for the owner of a key
 */
public record LimitSettings(int keysMax, Duration waitMax) {
    /** 100,000 keys; 50 ms. */
    public static final LimitSettings DEFAULT = new LimitSettings(100_000, Duration.ofMillis(50));
}
