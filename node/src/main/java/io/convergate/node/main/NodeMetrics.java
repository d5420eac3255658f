package io.convergate.node.main;

import io.convergate.config.ClusterStatus;
import io.convergate.config.ReplicatedConfig;
import io.convergate.config.ServingState;
import io.convergate.node.telemetry.Telemetry;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;

/** What a node tells of the cluster and of its configuration in {@code /metrics}. */
final class NodeMetrics {
    private NodeMetrics() {}

    static void register(
            Telemetry telemetry,
            ReplicatedConfig config,
            SnapshotActivation activation,
            Supplier<List<String>> notReadyBecause) {
        telemetry.gauge(
                "convergate_ready",
                "1 if the node should get traffic, as /readyz says",
                () -> notReadyBecause.get().isEmpty() ? 1 : 0);
        telemetry.gauges(
                "convergate_cluster_members",
                "Members of the cluster as this node sees them, itself included",
                "presence",
                () -> count(config, ClusterStatus.Presence.values(), ClusterStatus.Member::presence));
        telemetry.gauges(
                "convergate_config_members",
                "Members by how far they are with the configuration that this node holds, itself included",
                "state",
                () -> count(config, ServingState.values(), ClusterStatus.Member::state));
        telemetry.gauge(
                "convergate_cluster_incarnation",
                "How many cluster systems the process has started; more than one after it was removed from its cluster",
                () -> config.status().cluster().incarnation());
        telemetry.gauge(
                "convergate_disk_trouble",
                "1 if the disk took no change last",
                () -> config.status().diskTrouble().isEmpty() ? 0 : 1);
        telemetry.gauge("convergate_config_resources", "Resources of the configuration", () -> config.current()
                .resources()
                .size());
        telemetry.gauge(
                "convergate_config_conflicts",
                "Resources of which concurrent changes left more than one version, or one that was deleted as well",
                () -> config.current().conflicted().size());
        telemetry.gauge(
                "convergate_config_problems",
                "Errors and warnings about the configuration that is served",
                () -> activation.serving().problems().size());
        activation.measure(telemetry.durations(
                "convergate_config_activation", "Time from having a configuration to serving it", Map.of()));
    }

    private static <S extends Enum<S>> Map<String, Long> count(
            ReplicatedConfig config, S[] all, Function<ClusterStatus.Member, S> state) {
        Map<String, Long> counts = new TreeMap<>();
        for (S value : all) {
            counts.put(value.name().toLowerCase(Locale.ROOT), 0L);
        }
        config.status()
                .members()
                .forEach(member -> counts.merge(state.apply(member).name().toLowerCase(Locale.ROOT), 1L, Long::sum));
        return counts;
    }
}
