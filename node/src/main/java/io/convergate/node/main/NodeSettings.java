package io.convergate.node.main;

import io.convergate.config.HistoryLimits;
import io.convergate.node.admin.access.AccessSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one node needs to know before it starts. Checked: a record of this type can be started, as far as anybody can
 * tell without trying.
 *
 * @param name the node's name, for people
 * @param host the address of everything the node binds, and where its cluster connections come from: an IP address
 * @param seeds where to look for a cluster: addresses with or without a port, or {@code dns:name}; empty for a cluster of one
 * @param seedsMin how many nodes must be known before a cluster is formed, from 1 up
 * @param labels what a Gateway's selector is compared with
 * @param data the directory of its store
 * @param adminPort port of the admin API, 1 to 65535; 0 for any free one
 * @param clusterPort port of the cluster transport, 1 to 65535
 * @param portMap which ports to bind for those that Gateways name
 * @param access who may do what with the admin API
 * @param clusterTls the files for TLS between nodes; empty for none
 * @param secrets how Secrets are kept
 * @param history how much of the past to keep
 * @param stopping how long the steps of a stop take
 */
public record NodeSettings(
        String name,
        String host,
        List<String> seeds,
        int seedsMin,
        Map<String, String> labels,
        Path data,
        int adminPort,
        int clusterPort,
        PortMap portMap,
        AccessSettings access,
        Optional<ClusterTls> clusterTls,
        SecretsSettings secrets,
        HistoryLimits history,
        Stopping stopping) {
    public NodeSettings {
        seeds = List.copyOf(seeds);
        labels = Map.copyOf(labels);
    }

    /**
     * How a node stops.
     *
     * @param unreadyFor from {@code /readyz} going off until connections are closed: the time a load balancer takes to
     *     notice; may be zero
     * @param drainTimeout how long requests in flight may take
     * @param leaveTimeout how long leaving the cluster may take
     */
    public record Stopping(Duration unreadyFor, Duration drainTimeout, Duration leaveTimeout) {}
}
