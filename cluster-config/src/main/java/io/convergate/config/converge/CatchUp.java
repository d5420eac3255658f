package io.convergate.config.converge;

import io.convergate.config.Revision;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * Decides when a node that starts has caught up. It has, once it tried to activate everything that each reachable member
 * held when it was first heard, and has heard every reachable member (or has waited {@code patience} for the silent
 * ones). Without anybody to hear it has at once if it knows no other node, and after {@code patience} if it has a
 * configuration of its own. Once it has, it has for good. Confined to the store's thread.
 *
 * <p>A write that a node takes before it knows what its peers took meanwhile would be concurrent with that, and one of the two
 * would give way. So it takes none before it holds what they held; alone it takes them after {@code patience}, with an empty
 * disk too.
 */
public final class CatchUp {
    private final boolean knowsOthers;
    private final long patienceNanos;
    private final LongSupplier nanos;
    private final Map<String, Revision> targets = new HashMap<>();
    private long quietSince;
    private Optional<Revision> tried = Optional.empty();
    private boolean done;
    private boolean takesWrites;

    /**
     * A node that starts.
     *
     * @param knowsOthers whether it knows of any other node, there or not
     * @param patience how long it waits for those
     * @param nanos a clock in nanoseconds
     */
    public CatchUp(boolean knowsOthers, Duration patience, LongSupplier nanos) {
        this.knowsOthers = knowsOthers;
        this.patienceNanos = patience.toNanos();
        this.nanos = nanos;
        this.quietSince = nanos.getAsLong();
    }

    /** Takes note that an activation was tried, whatever came of it. */
    public void tried(Revision revision) {
        tried = Optional.of(revision);
    }

    /** Takes note of what a member holds. */
    public void heard(ServingReport report) {
        if (targets.putIfAbsent(report.member().address(), report.held()) == null) {
            quietSince = nanos.getAsLong();
        }
    }

    /**
     * Whether the node has caught up.
     *
     * @param reachable the addresses of the other members that are there now
     */
    public boolean done(Set<String> reachable) {
        done = done || tried.filter(revision -> caughtUp(reachable, revision)).isPresent();
        return done;
    }

    private boolean caughtUp(Set<String> reachable, Revision activated) {
        boolean wouldAnswerNothing = knowsOthers && reachable.isEmpty() && activated.equals(Revision.EMPTY);
        return !wouldAnswerNothing && hasAll(reachable, activated);
    }

    /**
     * Whether the node may take writes. Once it may, it may for good.
     *
     * @param reachable the addresses of the other members that are there now
     * @param held what is whole here
     */
    public boolean takesWrites(Set<String> reachable, Revision held) {
        takesWrites = takesWrites || done || hasAll(reachable, held);
        return takesWrites;
    }

    /** What is missing yet, for people. */
    public String waitsFor(Set<String> reachable, Revision held) {
        if (reachable.isEmpty()) {
            return "no other node has been found yet";
        }
        return reachable.stream()
                .sorted()
                .filter(address -> !targets.containsKey(address) || !held.covers(targets.get(address)))
                .map(address -> targets.containsKey(address)
                        ? "does not have all that " + address + " has"
                        : "has not heard " + address)
                .collect(Collectors.joining("; "));
    }

    private boolean hasAll(Set<String> reachable, Revision mine) {
        boolean patienceOver = nanos.getAsLong() - quietSince > patienceNanos;
        if (reachable.isEmpty()) {
            return !knowsOthers || patienceOver;
        }
        boolean heardAll = targets.keySet().containsAll(reachable);
        boolean heardAny = reachable.stream().anyMatch(targets::containsKey);
        return (heardAll || (heardAny && patienceOver))
                && reachable.stream().allMatch(address -> mine.covers(targets.getOrDefault(address, Revision.EMPTY)));
    }
}
