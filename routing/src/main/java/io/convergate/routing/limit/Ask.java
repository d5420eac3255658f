package io.convergate.routing.limit;

import java.util.Objects;

/**
 * What a node asks the owner of a key.
 *
 * @param node who asks: the number of its data directory, which it keeps across restarts
 * @param spec the limit as this node knows it
 * @param version of the policy that says so; the owner goes by the greatest it has heard
 * @param purpose what for
 * @param needed the least that is of use beyond what it holds; nothing is granted rather than less
 * @param want how much it would like to hold more, at least {@code needed}
 * @param held what it holds and has not used
 * @param used a rate: what it used on credit since the last answer; a quota: all it used in {@code window}; in flight: the
 *     requests in flight
 * @param window the window that {@code used} is about; 0 for what is no quota
 * @param demandPerSecond what it is asked for by its own clients
 * @param lastOwner which owner answered last; 0 if none has
 * @param lastRemaining what that owner had left then
 * @param lastAgeNanos how long ago that was
 * @param request the request that waits for the answer, a number that no other has had; 0 if it is for none
 */
public record Ask(
        long node,
        LimitSpec spec,
        long version,
        Purpose purpose,
        long needed,
        long want,
        long held,
        long used,
        long window,
        long demandPerSecond,
        long lastOwner,
        long lastRemaining,
        long lastAgeNanos,
        long request) {
    public Ask {
        Objects.requireNonNull(spec, "spec");
        Objects.requireNonNull(purpose, "purpose");
        if (needed < 0 || want < needed || held < 0 || used < 0 || demandPerSecond < 0 || lastAgeNanos < 0) {
            throw new IllegalArgumentException("needed " + needed + ", want " + want + ", held " + held + ", used "
                    + used + " (expected: not below 0)");
        }
    }

    /** Whether it wants nothing. */
    public boolean isReturn() {
        return purpose == Purpose.GIVE_BACK || purpose == Purpose.REFUND;
    }

    /** What it tells, without what it asks for and what is charged with it. */
    public Ask report() {
        return new Ask(
                node,
                spec,
                version,
                Purpose.LEASE,
                0,
                0,
                held,
                spec instanceof LimitSpec.Rate ? 0 : used,
                window,
                demandPerSecond,
                lastOwner,
                lastRemaining,
                lastAgeNanos,
                0);
    }

    /**
     * Gives back what came of it.
     *
     * @param count how much of it is not used
     * @param answer what the owner said
     */
    public Ask refund(long count, Grant answer) {
        return new Ask(
                node,
                spec,
                version,
                Purpose.REFUND,
                0,
                count,
                0,
                0,
                window,
                demandPerSecond,
                answer.owner(),
                answer.remaining(),
                0,
                0);
    }

    /** What it asks, for an owner that has heard its {@link #report}. */
    public Ask afterReport() {
        return new Ask(
                node, spec, version, purpose, needed, want, held, used, window, demandPerSecond, 0, 0, 0, request);
    }

    /** Whether it is about one request. */
    boolean isOfRequest() {
        return purpose != Purpose.LEASE && purpose != Purpose.GIVE_BACK;
    }

    /** What an ask is for. */
    public enum Purpose {
        /** Tokens to use when requests come. */
        LEASE,
        /** The tokens of one request that waits for the answer; they count as used from then on. Asked twice, charged once. */
        CHARGE,
        /** Nothing: it gives {@code want} back of what it held. */
        GIVE_BACK,
        /** Nothing: a request that was charged {@code want}, or has that reserved, was refused for another reason. */
        REFUND,
        /** The tokens of one request that waits, too, for other owners: set aside for a while, until COMMIT or REFUND. */
        RESERVE,
        /** Nothing: what was reserved is used; what was not, or is no more, is charged all the same. Told twice, charged once. */
        COMMIT
    }
}
