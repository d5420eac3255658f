package io.convergate.routing.breaker;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleSupplier;

/**
 * Who decides about one breaker for all nodes.
 *
 * <ul>
 *   <li>It opens when so many nodes see the upstream failing, and have seen enough calls together. If fewer nodes than that are there,
 *       all of them must see it. So one node with a broken network opens it for nobody but itself.
 *   <li>When the time is over, one node may try: the first that has refused a request lately. It keeps that until its calls are over; it
 *       loses it to another that has requests if it leaves, or if it has taken longer than a lease.
 *   <li>A new owner takes over the latest decision that nodes tell it of, in its first few seconds. Later it keeps to its own, and
 *       numbers it higher than what it hears: so after a partition the side whose owner stays is right.
 * </ul>
 *
 * Not thread-safe.
 */
public final class BreakerOwner {
    /** What a node has seen counts for so long, unless it says so again. */
    private static final long SEEN_NANOS = 3_000_000_000L;

    /** A node has requests if it has refused one this recently. */
    private static final long DEMAND_NANOS = 2_000_000_000L;

    /** So long after its beginning an owner listens to what was before. */
    private static final long LISTENS_NANOS = 5_000_000_000L;

    private static final long LEASE_MIN_NANOS = 1_000_000_000L;
    private static final long LEASE_MAX_NANOS = 10_000_000_000L;

    /** Nodes remembered; those beyond count for nothing. */
    private static final int NODES_MAX = 256;

    private final Terms terms;
    private final DoubleSupplier random;
    private final long bornNanos;
    private final Map<String, Seen> nodes = new HashMap<>();
    private Ruling ruling = Ruling.NONE;
    private long untilNanos;
    private long leasedNanos;

    /** What a node said last. */
    private static final class Seen {
        private boolean suspects;
        private int calls;
        private long saidNanos;
        private boolean demands;
        private long demandNanos;
    }

    /**
     * What a node says.
     *
     * @param node which
     * @param suspects whether it sees the upstream failing
     * @param calls by so many calls
     * @param refuses whether it has refused requests since it said so last
     * @param known the last decision that it has heard, with the rest of its time
     */
    public record Report(String node, boolean suspects, int calls, boolean refuses, Ruling known) {}

    /**
     * What it decides by.
     *
     * @param minimumCalls with fewer calls, of all who see it failing, nothing is decided
     * @param minObservers so many nodes must see it failing
     * @param open how long it stays open
     */
    public record Terms(int minimumCalls, int minObservers, OpenTime open) {
        /** The terms of a breaker. */
        public static Terms of(BreakerSettings settings) {
            return new Terms(settings.minimumCalls(), settings.minObservers(), settings.open());
        }
    }

    /** @param random from 0 to 1 */
    public BreakerOwner(Terms terms, DoubleSupplier random, long nowNanos) {
        this.terms = terms;
        this.random = random;
        this.bornNanos = nowNanos;
    }

    /**
     * Takes what a node says.
     *
     * @param present the nodes that are there, this one among them
     * @return whether there is a new decision
     */
    public boolean reported(Report report, Set<String> present, long nowNanos, long epochMillis) {
        long before = ruling.epoch();
        adopt(report.known(), nowNanos);
        if (nodes.size() < NODES_MAX || nodes.containsKey(report.node())) {
            Seen seen = nodes.computeIfAbsent(report.node(), none -> new Seen());
            // What was seen before the last decision is what that was about.
            seen.suspects = report.suspects() && report.known().epoch() >= ruling.epoch();
            seen.calls = report.calls();
            seen.saidNanos = nowNanos;
            if (report.refuses()) {
                seen.demands = true;
                seen.demandNanos = nowNanos;
            }
        }
        tick(present, nowNanos, epochMillis);
        return ruling.epoch() != before;
    }

    private void adopt(Ruling known, long nowNanos) {
        if (known.epoch() <= ruling.epoch()) {
            return;
        }
        if (nowNanos - bornNanos <= LISTENS_NANOS) {
            ruling = known;
            untilNanos = nowNanos + known.forNanos();
            leasedNanos = nowNanos;
        } else {
            ruling = new Ruling(known.epoch() + 1, ruling.state(), 0, ruling.times(), ruling.prober());
        }
    }

    /**
     * A node has tried.
     *
     * @param epoch by which decision
     * @return whether there is a new decision
     */
    public boolean probed(long epoch, boolean good, long nowNanos, long epochMillis) {
        if (epoch != ruling.epoch() || ruling.state() == BreakerState.CLOSED) {
            return false;
        }
        if (good) {
            nodes.values().forEach(seen -> seen.suspects = false);
            decide(BreakerState.CLOSED, 0, "", epochMillis);
        } else {
            open(nowNanos, epochMillis);
        }
        return true;
    }

    /**
     * Looks whether something is due.
     *
     * @return whether there is a new decision
     */
    public boolean tick(Set<String> present, long nowNanos, long epochMillis) {
        nodes.keySet().retainAll(present);
        switch (ruling.state()) {
            case CLOSED:
                return opens(present.size(), nowNanos, epochMillis);
            case OPEN:
                if (nowNanos - untilNanos < 0) {
                    return false;
                }
                lease(demanding(nowNanos), nowNanos, epochMillis);
                return true;
            case HALF_OPEN:
                return leases(present, nowNanos, epochMillis);
        }
        return false;
    }

    private boolean opens(int present, long nowNanos, long epochMillis) {
        int observers = 0;
        long calls = 0;
        for (Seen seen : nodes.values()) {
            if (seen.suspects && nowNanos - seen.saidNanos <= SEEN_NANOS) {
                observers++;
                calls += seen.calls;
            }
        }
        if (observers < Math.max(1, Math.min(terms.minObservers(), present)) || calls < terms.minimumCalls()) {
            return false;
        }
        open(nowNanos, epochMillis);
        return true;
    }

    private void open(long nowNanos, long epochMillis) {
        int times = ruling.times() + 1;
        untilNanos = nowNanos + terms.open().nanos(times, random.getAsDouble());
        decide(BreakerState.OPEN, times, "", epochMillis);
    }

    private boolean leases(Set<String> present, long nowNanos, long epochMillis) {
        String prober = ruling.prober();
        if (present.contains(prober) && nowNanos - leasedNanos < leaseNanos()) {
            return false;
        }
        String next = demanding(nowNanos);
        if (next.isEmpty() || next.equals(prober)) {
            return false;
        }
        lease(next, nowNanos, epochMillis);
        return true;
    }

    private long leaseNanos() {
        return Math.max(
                LEASE_MIN_NANOS, Math.min(LEASE_MAX_NANOS, terms.open().base().toNanos()));
    }

    private void lease(String node, long nowNanos, long epochMillis) {
        leasedNanos = nowNanos;
        Seen seen = nodes.get(node);
        if (seen != null) {
            // The next turn is another's who has waited as long.
            seen.demands = false;
        }
        decide(BreakerState.HALF_OPEN, ruling.times(), node, epochMillis);
    }

    private void decide(BreakerState state, int times, String prober, long epochMillis) {
        // By the clock, so that an owner that knows of nothing still comes after those before it.
        ruling = new Ruling(Math.max(ruling.epoch() + 1, epochMillis), state, 0, times, prober);
    }

    /** The node that has waited longest since it had to refuse; empty for none. */
    private String demanding(long nowNanos) {
        String first = "";
        long firstNanos = 0;
        for (Map.Entry<String, Seen> node : nodes.entrySet()) {
            Seen seen = node.getValue();
            boolean waits = seen.demands && nowNanos - seen.demandNanos <= DEMAND_NANOS;
            if (waits && (first.isEmpty() || seen.demandNanos - firstNanos < 0)) {
                first = node.getKey();
                firstNanos = seen.demandNanos;
            }
        }
        return first;
    }

    /** What is decided, with the rest of its time. */
    public Ruling ruling(long nowNanos) {
        return switch (ruling.state()) {
            case CLOSED -> ruling.with(0);
            case OPEN -> ruling.with(Math.max(0, untilNanos - nowNanos));
            case HALF_OPEN -> ruling.with(Ruling.GRACE_NANOS);
        };
    }

    /** Whether there is nothing to remember. */
    public boolean isForgettable(long nowNanos) {
        return ruling.state() == BreakerState.CLOSED
                && nodes.values().stream().noneMatch(seen -> seen.suspects && nowNanos - seen.saidNanos <= SEEN_NANOS);
    }
}
