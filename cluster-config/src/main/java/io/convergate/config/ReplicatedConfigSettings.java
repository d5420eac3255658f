package io.convergate.config;

import io.convergate.config.tls.PeerTls;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a node takes part in the replicated configuration.
 *
 * @param nodeName the node's name, for people; unique in the cluster by convention, not by need
 * @param host the IP address to listen on, to be known by, and to connect from
 * @param clusterPort the TCP port of the cluster transport, 1 to 65535
 * @param seeds where to look for a cluster, each {@code host} or {@code host:port} (the port defaults to
 *     {@code clusterPort}); the node's own address may be among them; empty, or only itself: it may found a cluster alone.
 *     {@code dns:name} or {@code dns:name:port} is every address of that name, looked up again and again
 * @param seedsMin how many nodes, itself included, must be known before a cluster is formed, from 1 up
 * @param dataDirectory where the store lives; created if absent, used by one process at a time
 * @param history how much of the past to keep
 * @param timing the waits
 * @param tls how connections between nodes are protected; empty for not at all
 */
public record ReplicatedConfigSettings(
        String nodeName,
        String host,
        int clusterPort,
        List<String> seeds,
        int seedsMin,
        Path dataDirectory,
        HistoryLimits history,
        Timing timing,
        Optional<PeerTls> tls) {
    public ReplicatedConfigSettings {
        if (nodeName.isEmpty()) {
            throw new IllegalArgumentException("an empty node name (expected: a name)");
        }
        if (clusterPort < 1 || clusterPort > 65535) {
            throw new IllegalArgumentException(clusterPort + " (expected: a port from 1 to 65535)");
        }
        if (seedsMin < 1 || seedsMin > Limits.MEMBERS_MAX) {
            throw new IllegalArgumentException(seedsMin + " (expected: 1 to " + Limits.MEMBERS_MAX + ")");
        }
        seeds = List.copyOf(seeds);
    }

    /** Settings with the defaults of {@link HistoryLimits} and {@link Timing}, without TLS. */
    public static ReplicatedConfigSettings of(
            String nodeName, String host, int clusterPort, List<String> seeds, Path dataDirectory) {
        return new ReplicatedConfigSettings(
                nodeName,
                host,
                clusterPort,
                seeds,
                1,
                dataDirectory,
                HistoryLimits.defaults(),
                Timing.defaults(),
                Optional.empty());
    }

    /** The same with another timing. */
    public ReplicatedConfigSettings withTiming(Timing other) {
        return new ReplicatedConfigSettings(
                nodeName, host, clusterPort, seeds, seedsMin, dataDirectory, history, other, tls);
    }

    /** The same, forming a cluster only of so many nodes or more. */
    public ReplicatedConfigSettings withSeedsMin(int other) {
        return new ReplicatedConfigSettings(
                nodeName, host, clusterPort, seeds, other, dataDirectory, history, timing, tls);
    }

    /** The same with another past. */
    public ReplicatedConfigSettings withHistory(HistoryLimits other) {
        return new ReplicatedConfigSettings(
                nodeName, host, clusterPort, seeds, seedsMin, dataDirectory, other, timing, tls);
    }

    /** The same with other connections between nodes. */
    public ReplicatedConfigSettings withTls(Optional<PeerTls> other) {
        return new ReplicatedConfigSettings(
                nodeName, host, clusterPort, seeds, seedsMin, dataDirectory, history, timing, other);
    }

    /**
     * The waits of the store and its cluster system. {@code stableAfter} and {@code heartbeatPause} must be the same on
     * all nodes.
     *
     * @param holdTimeout how long an accepted change waits for a second member to hold it before it is answered anyway
     * @param aloneAfter how long a node that has a configuration on its disk looks for a peer to catch up with before it
     *     counts as caught up by itself; and how long a write waits for a node that starts to catch up
     * @param probeInterval how often a node without a cluster asks the others whether they have one
     * @param statusInterval how often a node repeats to the others what it holds and serves
     * @param fetchTimeout how long one request for blocks may take before another peer is asked
     * @param joinTimeout how long a cluster system may try to get into a cluster that it found before it is replaced
     * @param heartbeatPause how long a member may be silent before it is suspected
     * @param stableAfter how long membership must be stable before suspected members are removed
     */
    public record Timing(
            Duration holdTimeout,
            Duration aloneAfter,
            Duration probeInterval,
            Duration statusInterval,
            Duration fetchTimeout,
            Duration joinTimeout,
            Duration heartbeatPause,
            Duration stableAfter) {
        /**
         * The documented defaults: hold 2 s, alone after 10 s, probe every 500 ms, status every 1 s, fetch 2 s, join
         * 45 s, heartbeat pause 3 s, stable after 3 s.
         */
        public static Timing defaults() {
            return new Timing(
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(10),
                    Duration.ofMillis(500),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(45),
                    Duration.ofSeconds(3),
                    Duration.ofSeconds(3));
        }
    }
}
