package io.convergate.routing.breaker;

import java.util.Objects;

/**
 * What the owner of a breaker has decided for all nodes.
 *
 * @param epoch which decision; a later one has a higher number
 * @param state what it is
 * @param forNanos for how much longer, in nanoseconds; after that and {@link #GRACE_NANOS}, a node that has heard nothing more tries by itself
 * @param times how many times in a row it has opened
 * @param prober the node that may try while it is half open; empty for none yet
 */
public record Ruling(long epoch, BreakerState state, long forNanos, int times, String prober) {
    /** What nobody has decided anything about. */
    public static final Ruling NONE = new Ruling(0, BreakerState.CLOSED, 0, 0, "");

    /** How long nodes wait for an owner's next word after its last is over. */
    public static final long GRACE_NANOS = 3_000_000_000L;

    public Ruling {
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(prober, "prober");
    }

    /** The same, with another rest of its time. */
    public Ruling with(long restNanos) {
        return new Ruling(epoch, state, restNanos, times, prober);
    }
}
