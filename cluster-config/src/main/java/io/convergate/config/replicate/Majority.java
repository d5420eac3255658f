package io.convergate.config.replicate;

import io.convergate.config.block.Head;
import io.convergate.config.converge.Members;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Proposals and promises. A node proposes one change at a time, and promises one at a time, its own included; a promise ends
 * when the change arrives, is withdrawn, or after {@link #PROMISE_NANOS}. The nodes that count are those in the cluster and
 * those that were lost to it, so that the smaller side of a partition finds no majority. Promises are on disk: one that was given
 * before the process ended holds for its full time from the next start. A writer gives up before the promises it got can end, so two
 * changes of which each had a majority are possible only if it stands still between that and the moment it is told.
 * Confined to the store's thread.
 */
final class Majority {
    /** How long a promise holds: longer than anybody waits for votes. */
    static final long PROMISE_NANOS = 10_000_000_000L;

    /** How old a proposal may be when it is decided: what is left of the promises is for writing and telling. */
    static final long PROPOSAL_NANOS = PROMISE_NANOS / 2;

    private final Members members;
    private final BooleanSupplier inCluster;
    private final LongSupplier nanos;
    private Optional<Head> promised;
    private long promisedAt;
    private long proposedAt;
    private Optional<Head> proposed = Optional.empty();
    private final Set<String> granted = new HashSet<>();
    private final Map<String, String> refused = new TreeMap<>();

    /**
     * @param inCluster whether this node is in a cluster
     * @param nanos a clock in nanoseconds
     * @param promisedBefore what was promised before the process ended
     */
    Majority(Members members, BooleanSupplier inCluster, LongSupplier nanos, Optional<Head> promisedBefore) {
        this.members = members;
        this.inCluster = inCluster;
        this.nanos = nanos;
        this.promised = promisedBefore;
        this.promisedAt = nanos.getAsLong();
    }

    /** How many nodes, this one included, are more than half. */
    int needed() {
        return (members.known() + 1) / 2 + 1;
    }

    /** Why nothing can be promised now; empty if it can. */
    Optional<String> busy(Head head) {
        boolean other =
                promised.filter(p -> !p.equals(head)).isPresent() && nanos.getAsLong() - promisedAt < PROMISE_NANOS;
        return other ? Optional.of("has promised to take another change") : Optional.empty();
    }

    /** Promises. */
    void promise(Head head) {
        promised = Optional.of(head);
        promisedAt = nanos.getAsLong();
    }

    /** Ends a promise, if it is this one. */
    void release(Head head) {
        promised = promised.filter(p -> !p.equals(head));
    }

    /** Begins to ask. */
    void propose(Head head) {
        proposed = Optional.of(head);
        proposedAt = nanos.getAsLong();
        granted.clear();
        refused.clear();
        promise(head);
    }

    /** Takes an answer. */
    void voted(String member, String refusal) {
        if (refusal.isEmpty()) {
            granted.add(member);
        } else {
            refused.put(member, refusal);
        }
    }

    /** The change that is asked for now. */
    Optional<Head> proposed() {
        return proposed;
    }

    /** The asking is over. */
    void end() {
        proposed.ifPresent(this::release);
        proposed = Optional.empty();
    }

    /** Whether enough promised. */
    boolean reached() {
        return inCluster.getAsBoolean() && !tooOld() && granted.size() + 1 >= needed();
    }

    private boolean tooOld() {
        return nanos.getAsLong() - proposedAt > PROPOSAL_NANOS;
    }

    /** Whether it cannot be reached any more, or not now. */
    boolean hopeless() {
        int open = members.reachable().size()
                - granted.size()
                - (int) refused.keySet().stream().filter(members::isReachable).count();
        return !inCluster.getAsBoolean() || granted.size() + 1 + Math.max(0, open) < needed();
    }

    /** Why not, for people. */
    String reason() {
        if (!inCluster.getAsBoolean()) {
            return "this node is in no cluster at the moment";
        }
        if (tooOld()) {
            return "this node stood still for too long after it had asked the others";
        }
        StringBuilder out = new StringBuilder();
        out.append(granted.size() + 1).append(" of ").append(members.known() + 1);
        out.append(" nodes promised to take it (expected: ").append(needed()).append(")");
        refused.forEach(
                (member, why) -> out.append("; ").append(member).append(' ').append(why));
        return out.toString();
    }
}
