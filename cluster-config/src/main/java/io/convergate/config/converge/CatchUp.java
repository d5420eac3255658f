package io.convergate.config.converge;

import io.convergate.config.ClusterStatus.Presence;
import io.convergate.config.Revision;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * Decides when a node that starts has caught up: once it is a member, and tried to activate everything that each other
 * member held when that one began to count it. What a member takes from then on it waits for this node to serve, if it is
 * asked to wait for all; what it took before is in what it held then. So whatever somebody was told that all serve, a node
 * that has caught up has, too. Once it has caught up, it has for good. Confined to the store's thread.
 *
 * <p>A member that is suspected is waited for until it is removed. One that stays silent is waited for {@code patience} since
 * the last one was heard, if any was. Without anybody to hear, the node has caught up at once if it knows no other, and
 * after {@code patience} if it has a configuration of its own; it has more patience with a cluster that it has found and is
 * not in yet.
 *
 * <p>If what is served depends on the past ({@link io.convergate.config.ActivationReport#lacksPast}), the node has caught up once
 * it has fetched that, too, or has tried to for {@code patience}.
 *
 * <p>A write that a node takes before it knows what its peers took meanwhile would be concurrent with that, and one of the two
 * would give way. So it takes none before it holds what they held; alone it takes them after {@code patience}, with an empty
 * disk too.
 */
public final class CatchUp {
    private final boolean knowsOthers;
    private final long patienceNanos;
    private final long joinPatienceNanos;
    private final LongSupplier nanos;
    private final long born;

    /** What each member held when it counted this node first, by address. */
    private final Map<String, Revision> targets = new HashMap<>();

    private Map<String, Presence> others = Map.of();
    private boolean member;
    private long quietSince;
    private Optional<Revision> tried = Optional.empty();
    private OptionalLong lackingSince = OptionalLong.empty();
    private boolean done;
    private boolean takesWrites;

    /**
     * A node that starts.
     *
     * @param knowsOthers whether it knows of any other node, there or not
     * @param patience how long it waits for those
     * @param joinPatience how long since its start finding a cluster keeps its patience up
     * @param nanos a clock in nanoseconds
     */
    public CatchUp(boolean knowsOthers, Duration patience, Duration joinPatience, LongSupplier nanos) {
        this.knowsOthers = knowsOthers;
        this.patienceNanos = patience.toNanos();
        this.joinPatienceNanos = joinPatience.toNanos();
        this.nanos = nanos;
        this.born = nanos.getAsLong();
        this.quietSince = born;
    }

    /** Takes note that there is a cluster, which this node tries to join. */
    public void found() {
        if (nanos.getAsLong() - born <= joinPatienceNanos) {
            quietSince = nanos.getAsLong();
        }
    }

    /**
     * Takes note that an activation was tried, whatever came of it.
     *
     * @param lacksPast whether it may be tried again with another outcome once more of the past is here
     */
    public void tried(Revision revision, boolean lacksPast) {
        tried = Optional.of(revision);
        if (!lacksPast) {
            lackingSince = OptionalLong.empty();
        } else if (lackingSince.isEmpty()) {
            lackingSince = OptionalLong.of(nanos.getAsLong());
        }
    }

    /**
     * Takes note of the cluster's membership.
     *
     * @param self how this node sees itself in it
     * @param present the other members by address, and whether they are there
     */
    public void membership(Presence self, Map<String, Presence> present) {
        member = self == Presence.UP;
        others = new TreeMap<>(present);
    }

    /** Takes note that this node has no cluster any more: who counted it does not. */
    public void alone() {
        membership(Presence.ABSENT, Map.of());
        targets.clear();
    }

    /**
     * Takes note of what a member holds.
     *
     * @param countsUs whether it counted this node as a member when it held that
     */
    public void heard(ServingReport report, boolean countsUs) {
        if (countsUs && targets.putIfAbsent(report.member().address(), report.held()) == null) {
            quietSince = nanos.getAsLong();
        }
    }

    /** Whether the node has caught up. */
    public boolean done() {
        done = done || tried.filter(this::caughtUp).isPresent();
        return done;
    }

    private boolean caughtUp(Revision activated) {
        boolean wouldAnswerNothing = knowsOthers && there().isEmpty() && activated.equals(Revision.EMPTY);
        return !wouldAnswerNothing && hasAll(activated) && (!lacksPast() || there().isEmpty());
    }

    private boolean lacksPast() {
        return lackingSince.isPresent() && nanos.getAsLong() - lackingSince.getAsLong() <= patienceNanos;
    }

    /**
     * Whether the node may take writes. Once it may, it may for good.
     *
     * @param held what is whole here
     */
    public boolean takesWrites(Revision held) {
        takesWrites = takesWrites || done || hasAll(held);
        return takesWrites;
    }

    /** What is missing yet, for people. */
    public String waitsFor(Revision held) {
        if (there().isEmpty() && !others.containsValue(Presence.SUSPECTED)) {
            return "no other node has been found yet";
        }
        if (!member) {
            return "it is not a member yet";
        }
        List<String> missing = new ArrayList<>();
        others.forEach((address, presence) -> {
            if (presence == Presence.SUSPECTED) {
                missing.add("cannot reach " + address);
            } else if (presence == Presence.UP && !targets.containsKey(address)) {
                missing.add("has not heard that " + address + " counts it as a member");
            } else if (presence == Presence.UP && !held.covers(targets.get(address))) {
                missing.add("does not have all that " + address + " has");
            }
        });
        return String.join("; ", missing);
    }

    private boolean hasAll(Revision mine) {
        boolean patienceOver = nanos.getAsLong() - quietSince > patienceNanos;
        Set<String> there = there();
        if (there.isEmpty()) {
            return !knowsOthers || patienceOver;
        }
        boolean heardAny = there.stream().anyMatch(targets::containsKey);
        boolean heardAll = targets.keySet().containsAll(there) && !others.containsValue(Presence.SUSPECTED);
        return member
                && (heardAll || (heardAny && patienceOver))
                && there.stream().allMatch(address -> mine.covers(targets.getOrDefault(address, Revision.EMPTY)));
    }

    private Set<String> there() {
        Map<String, Presence> there = new TreeMap<>(others);
        there.values().removeIf(presence -> presence != Presence.UP);
        return there.keySet();
    }
}
