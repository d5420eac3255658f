package io.convergate.node.admin;

import io.convergate.config.ClusterStatus;
import io.convergate.config.ClusterStatus.Presence;
import io.convergate.config.Convergence;
import io.convergate.config.ReplicatedConfig;
import io.convergate.config.Revision;
import io.convergate.config.ServingState;
import io.convergate.node.admin.api.NodeProgress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Waits until enough nodes serve a revision, and says how far each of them is. Safe for use by any thread. */
final class Convergences {
    /** How long one question to the store takes at most, where fewer than all nodes are enough. */
    private static final Duration STEP = Duration.ofMillis(100);

    private final ReplicatedConfig config;

    Convergences(ReplicatedConfig config) {
        this.config = config;
    }

    /** Whether enough nodes serve the revision, and how far each node is. */
    record Outcome(boolean converged, List<NodeProgress> nodes) {}

    /** Answers once the goal is met, cannot be met any more, or the time is over. Never fails. */
    CompletionStage<Outcome> await(Revision revision, WaitFor goal) {
        return switch (goal.goal()) {
            case NOBODY -> CompletableFuture.completedFuture(new Outcome(true, List.of()));
            case ALL -> config.awaitServing(revision, goal.timeout()).thenApply(reached -> outcome(goal, reached));
            case MAJORITY, SOME -> step(revision, goal, goal.timeout());
        };
    }

    private CompletionStage<Outcome> step(Revision revision, WaitFor goal, Duration left) {
        Duration now = left.compareTo(STEP) < 0 ? left : STEP;
        return config.awaitServing(revision, now).thenCompose(reached -> {
            Outcome outcome = outcome(goal, reached);
            boolean settled = reached.members().stream().noneMatch(m -> m.state() == ServingState.PENDING);
            Duration rest = left.minus(now);
            return outcome.converged() || settled || rest.isZero()
                    ? CompletableFuture.completedFuture(outcome)
                    : step(revision, goal, rest);
        });
    }

    private Outcome outcome(WaitFor goal, Convergence reached) {
        Map<String, ClusterStatus.Member> known = config.status().members().stream()
                .collect(Collectors.toMap(member -> member.id().address(), member -> member, (a, b) -> a));
        int serving = 0;
        int present = 0;
        for (Convergence.MemberServing member : reached.members()) {
            serving += member.state() == ServingState.SERVING ? 1 : 0;
            ClusterStatus.Member there = known.get(member.member().address());
            present += there != null && there.presence() == Presence.ABSENT ? 0 : 1;
        }
        List<NodeProgress> nodes = reached.members().stream()
                .map(member -> progress(member, known.get(member.member().address())))
                .toList();
        return new Outcome(goal.isMet(serving, present, reached.members().size()), nodes);
    }

    private static NodeProgress progress(Convergence.MemberServing member, ClusterStatus.@Nullable Member known) {
        return new NodeProgress(
                member.member().name(),
                member.member().address(),
                state(member.state()),
                known == null ? "" : known.serving().toString(),
                member.reason());
    }

    /** The word of the API for a state of the store. */
    static NodeProgress.State state(ServingState state) {
        return switch (state) {
            case SERVING -> NodeProgress.State.SERVING;
            case PENDING -> NodeProgress.State.PENDING;
            case REFUSED -> NodeProgress.State.REFUSED;
            case UNREACHABLE -> NodeProgress.State.UNREACHABLE;
        };
    }
}
