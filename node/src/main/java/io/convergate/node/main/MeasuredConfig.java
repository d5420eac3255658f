package io.convergate.node.main;

import io.convergate.config.ChangePlan;
import io.convergate.config.ClusterStatus;
import io.convergate.config.ConfigHistory;
import io.convergate.config.ConfigView;
import io.convergate.config.Consistency;
import io.convergate.config.Convergence;
import io.convergate.config.ReplicatedConfig;
import io.convergate.config.Revision;
import io.convergate.config.SubmitResult;
import io.convergate.node.telemetry.Telemetry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Measures how soon each member serves what this node was asked to change, by the clock of this node alone. Of changes that come
 * faster than they are served 64 are followed at a time, each for a minute. Any thread.
 */
final class MeasuredConfig implements ReplicatedConfig {
    private static final int FOLLOWED_MAX = 64;
    private static final int NODES_MAX = 256;
    private static final long FOLLOWED_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final ReplicatedConfig config;
    private final List<Followed> followed = new ArrayList<>();
    private final Map<String, LongConsumer> histograms = new ConcurrentHashMap<>();
    private volatile @Nullable Telemetry telemetry;

    /** A change on its way, and who serves it already. */
    private record Followed(Revision revision, long sinceNanos, Set<String> serving) {}

    MeasuredConfig(ReplicatedConfig config) {
        this.config = config;
        config.onChange(this::look);
    }

    /** Tells from now on. */
    void measuredBy(Telemetry newTelemetry) {
        telemetry = newTelemetry;
    }

    @Override
    public <R> CompletionStage<SubmitResult<R>> submit(ChangePlan<R> plan, Consistency consistency) {
        long since = System.nanoTime();
        return config.submit(plan, consistency).thenApply(result -> {
            if (result instanceof SubmitResult.Accepted<R> accepted) {
                follow(accepted.revision(), since);
            }
            return result;
        });
    }

    private void follow(Revision revision, long since) {
        synchronized (followed) {
            if (telemetry != null && followed.size() < FOLLOWED_MAX) {
                followed.add(new Followed(revision, since, new HashSet<>()));
            }
        }
        look();
    }

    private void look() {
        synchronized (followed) {
            if (followed.isEmpty()) {
                return;
            }
            long now = System.nanoTime();
            List<ClusterStatus.Member> members = config.status().members();
            for (Iterator<Followed> changes = followed.iterator(); changes.hasNext(); ) {
                Followed change = changes.next();
                boolean waiting = false;
                for (ClusterStatus.Member member : members) {
                    if (!member.serving().covers(change.revision)) {
                        waiting |= member.presence() == ClusterStatus.Presence.UP;
                    } else if (change.serving.add(member.id().address())) {
                        record(member.id().name(), now - change.sinceNanos);
                    }
                }
                if (!waiting || now - change.sinceNanos > FOLLOWED_NANOS) {
                    changes.remove();
                }
            }
        }
    }

    private void record(String node, long nanos) {
        Telemetry to = telemetry;
        if (to != null && (histograms.size() < NODES_MAX || histograms.containsKey(node))) {
            histograms
                    .computeIfAbsent(
                            node,
                            name -> to.durations(
                                    "convergate_config_convergence",
                                    "Time from being asked for a change here to its being served, by the node that"
                                            + " serves it",
                                    Map.of("node", name)))
                    .accept(nanos);
        }
    }

    @Override
    public ConfigView current() {
        return config.current();
    }

    @Override
    public ConfigHistory history() {
        return config.history();
    }

    @Override
    public CompletionStage<Convergence> awaitServing(Revision revision, Duration timeout) {
        return config.awaitServing(revision, timeout);
    }

    @Override
    public void onChange(Runnable listener) {
        config.onChange(listener);
    }

    @Override
    public ClusterStatus status() {
        return config.status();
    }

    @Override
    public boolean caughtUp() {
        return config.caughtUp();
    }

    @Override
    public CompletionStage<Void> stop(Duration deadline) {
        return config.stop(deadline);
    }

    @Override
    public void close() {
        config.close();
    }
}
