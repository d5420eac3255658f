package io.convergate.node.admin.kube;

import java.time.Duration;

/**
 * Bounds of the protocol.
 *
 * @param bodyBytesMax the largest body of a write, in bytes
 * @param bodyTimeout how long a body may take to arrive
 * @param writesMax how many writes at a time; one more is told to come back later
 * @param watchesMax how many watches at a time; one more is told to come back later
 * @param watchEventsMax how many events may wait for a client that reads slowly; then its watch ends, and it has to list again
 * @param watchDuration how long a watch lasts at most; a client then watches anew
 * @param heartbeat how often a watch without events shows that it lives; shorter than any idle timeout on the way
 * @param reachTimeout how long to wait for a version that another node has given and this one has not reached
 * @param eventsMax how many events ({@code kubectl get events}) are kept
 */
public record KubeSettings(
        int bodyBytesMax,
        Duration bodyTimeout,
        int writesMax,
        int watchesMax,
        int watchEventsMax,
        Duration watchDuration,
        Duration heartbeat,
        Duration reachTimeout,
        int eventsMax) {
    /** 3 MiB in 30 s, 64 writes, 128 watches of 30 minutes with 10,000 events, 15 s, 3 s, 1,000 events. */
    public static final KubeSettings DEFAULTS = new KubeSettings(
            3 << 20,
            Duration.ofSeconds(30),
            64,
            128,
            10_000,
            Duration.ofMinutes(30),
            Duration.ofSeconds(15),
            Duration.ofSeconds(3),
            1_000);

    public KubeSettings {
        if (bodyBytesMax < 1 || writesMax < 1 || watchesMax < 0 || watchEventsMax < 1 || eventsMax < 1) {
            throw new IllegalArgumentException("limits (expected: at least 1)");
        }
    }
}
