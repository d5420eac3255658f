package io.convergate.node.limits;

import java.time.Duration;

/**
 * The bounds of a node's limits.
 *
 * @param keysMax keys that are remembered; those that have not been used for longest are forgotten beyond
 * @param waitMax how long a request waits for the owner of a key
 * @param strictWaitMax the same where the owner is asked every time
 */
public record LimitSettings(int keysMax, Duration waitMax, Duration strictWaitMax) {
    /** 100,000 keys; 50 ms; a second. */
    public static final LimitSettings DEFAULT =
            new LimitSettings(100_000, Duration.ofMillis(50), Duration.ofSeconds(1));

    /** The same wait in every mode. */
    public LimitSettings(int keysMax, Duration waitMax) {
        this(keysMax, waitMax, waitMax);
    }
}
