package io.convergate.config.converge;

import io.convergate.config.Revision;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Decides when a node that starts has caught up. It has, once it tried to activate everything that each reachable member
 * held when it was first heard, and has heard every reachable member (or has waited {@code patience} for the silent
 * ones). Without anybody to hear it has at once if it knows no other node, and after {@code patience} if it has a
 * configuration of its own. Once it has, it has for good. Confined to the store's thread.
 */
public final class CatchUp {
    private final boolean knowsOthers;
    private final long patienceNanos;
    private final LongSupplier nanos;
    private final Map<String, Revision> targets = new HashMap<>();
    private long quietSince;
    private Optional<Revision> tried = Optional.empty();
    private boolean done;

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
        done = done || tried.isPresent() && caughtUp(reachable, tried.get());
        return done;
    }

    private boolean caughtUp(Set<String> reachable, Revision activated) {
        boolean patienceOver = nanos.getAsLong() - quietSince > patienceNanos;
        if (reachable.isEmpty()) {
            return !knowsOthers || (patienceOver && !activated.equals(Revision.EMPTY));
        }
        boolean heardAll = targets.keySet().containsAll(reachable);
        boolean heardAny = reachable.stream().anyMatch(targets::containsKey);
        return (heardAll || (heardAny && patienceOver))
                && reachable.stream()
                        .allMatch(address -> activated.covers(targets.getOrDefault(address, Revision.EMPTY)));
    }
}
