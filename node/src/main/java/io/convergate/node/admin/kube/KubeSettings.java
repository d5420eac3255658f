package io.convergate.node.admin.kube;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * Bounds of the protocol.
 *
 * @param bodyBytesMax the largest body of a write, in bytes
 * @param bodyTimeout how long a body may take to arrive
 * @param writesMax how many writes at a time; one more is told to come back later
 * @param watchesMax how many watches at a time; one more is told to come back later
 * @param watchEventsMax how many events may wait for a client that reads slowly; then its watch ends, and it has to list again
 * @param watchBytesMax how many bytes may wait for it
 * @param watchDuration how long a watch lasts at most; a client then watches anew
 * @param heartbeat how often a watch without events shows that it lives; shorter than any idle timeout on the way
 * @param reachTimeout how long to wait for a version that another node has given and this one has not reached
 * @param eventsMax how many events ({@code kubectl get events}) are kept
 * @param eventsTimeout how long the other nodes have to tell theirs when somebody asks
 */
public record KubeSettings(
        int bodyBytesMax,
        Duration bodyTimeout,
        int writesMax,
        int watchesMax,
        int watchEventsMax,
        int watchBytesMax,
        Duration watchDuration,
        Duration heartbeat,
        Duration reachTimeout,
        int eventsMax,
        Duration eventsTimeout) {
    /** Reads the section {@code convergate.admin.kubernetes} of a node's configuration. */
    public static KubeSettings of(Config config) {
        Config section = config.getConfig("convergate.admin.kubernetes");
        return new KubeSettings(
                Math.toIntExact(section.getBytes("body-bytes-max")),
                section.getDuration("body-timeout"),
                section.getInt("writes-max"),
                section.getInt("watches-max"),
                section.getInt("watch-events-max"),
                Math.toIntExact(section.getBytes("watch-bytes-max")),
                section.getDuration("watch-duration"),
                section.getDuration("heartbeat"),
                section.getDuration("reach-timeout"),
                section.getInt("events-max"),
                section.getDuration("events-timeout"));
    }

    public KubeSettings {
        if (bodyBytesMax < 1
                || writesMax < 1
                || watchesMax < 0
                || watchEventsMax < 1
                || watchBytesMax < 1
                || eventsMax < 1) {
            throw new IllegalArgumentException("limits (expected: at least 1)");
        }
    }
}
