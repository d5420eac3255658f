package io.convergate.config.converge;

import io.convergate.config.ClusterStatus.Member;
import io.convergate.config.ClusterStatus.Presence;
import io.convergate.config.Convergence;
import io.convergate.config.Convergence.MemberServing;
import io.convergate.config.Revision;
import io.convergate.config.ServingState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How far this node and the others are with a revision at one moment.
 *
 * @param own what this node holds and serves
 * @param others the other members, measured against the revision
 */
public record Standing(Revision revision, ServingReport own, List<Member> others) {
    public Standing {
        others = List.copyOf(others);
    }

    /** The answer to one who waits for it, if nobody who is there has it before him; empty if it is worth waiting. */
    public Optional<Convergence> settled() {
        boolean settled =
                own.stateOf(revision) != ServingState.PENDING && others.stream().noneMatch(Standing::worthWaitingFor);
        return settled ? Optional.of(convergence()) : Optional.empty();
    }

    private static boolean worthWaitingFor(Member member) {
        boolean undecided = member.state() == ServingState.PENDING || member.state() == ServingState.UNREACHABLE;
        return undecided && (member.presence() == Presence.UP || member.presence() == Presence.SUSPECTED);
    }

    /** Who serves it, and why the others do not; this node first. */
    public Convergence convergence() {
        List<MemberServing> serving = new ArrayList<>();
        ServingState mine = own.stateOf(revision);
        serving.add(new MemberServing(own.member(), mine, reason(mine, own.problems())));
        for (Member member : others) {
            serving.add(new MemberServing(member.id(), member.state(), reason(member)));
        }
        return new Convergence(revision, serving);
    }

    private static String reason(Member member) {
        if (member.state() == ServingState.SERVING) {
            return "";
        }
        return switch (member.presence()) {
            case UP -> reason(member.state(), member.problems());
            case SUSPECTED -> "cannot be reached since " + member.since();
            case JOINING -> "left out: joining since " + member.since();
            case LEAVING -> "left out: leaving since " + member.since();
            case ABSENT -> "left out: lost since " + member.since();
        };
    }

    private static String reason(ServingState state, List<String> problems) {
        return switch (state) {
            case SERVING -> "";
            case PENDING -> "has not said that it serves it";
            case REFUSED -> String.join("; ", problems);
            case UNREACHABLE -> "cannot be reached";
        };
    }
}
