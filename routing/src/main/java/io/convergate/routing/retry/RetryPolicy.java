package io.convergate.routing.retry;

import java.util.Objects;

/**
 * How a route's requests are sent again. Istio: HTTPRetry. Immutable; asking allocates nothing.
 *
 * <p>Beside the conditions that are configured there is one more: a request whose connection was stale is sent again if its
 * method is idempotent, as RFC 9112 section 9.3.1 has clients do. It is one of the attempts.
 */
public final class RetryPolicy {
    /** Sends nothing again, and gives an attempt no time of its own. */
    public static final RetryPolicy NONE = new RetryPolicy(0, RetryConditions.DEFAULT, 0, Backoff.DEFAULT, true, false);

    /** Istio's default: twice, where the upstream has not acted on the request. */
    public static final RetryPolicy DEFAULT =
            new RetryPolicy(2, RetryConditions.DEFAULT, 0, Backoff.DEFAULT, true, false);

    private final int attempts;
    private final RetryConditions conditions;
    private final RetryConditions notTaken;
    private final long perTryTimeoutNanos;
    private final Backoff backoff;
    private final boolean avoidsTried;
    private final boolean leavesLocality;

    /**
     * @param attempts how often a request is sent beyond the first time, at least 0
     * @param perTryTimeoutNanos how long an attempt may take until the response's head is here, in nanoseconds; 0 for no
     *     bound of its own
     * @param avoidsTried whether an endpoint that was tried is avoided while there are others
     * @param leavesLocality whether localities that were tried twice are left for those that come after them
     */
    public RetryPolicy(
            int attempts,
            RetryConditions conditions,
            long perTryTimeoutNanos,
            Backoff backoff,
            boolean avoidsTried,
            boolean leavesLocality) {
        if (attempts < 0 || perTryTimeoutNanos < 0) {
            throw new IllegalArgumentException(
                    attempts + " attempts of " + perTryTimeoutNanos + " ns (expected: not below 0)");
        }
        this.attempts = attempts;
        this.conditions = Objects.requireNonNull(conditions, "conditions");
        this.notTaken = conditions.notTaken();
        this.perTryTimeoutNanos = perTryTimeoutNanos;
        this.backoff = Objects.requireNonNull(backoff, "backoff");
        this.avoidsTried = avoidsTried;
        this.leavesLocality = leavesLocality;
    }

    /** How often a request is sent beyond the first time. */
    public int attempts() {
        return attempts;
    }

    /** What it is sent again for. */
    public RetryConditions conditions() {
        return conditions;
    }

    /** Of these conditions, those under which the upstream has not taken the request up: no connection, refused. */
    public RetryConditions conditionsNotTaken() {
        return notTaken;
    }

    /** How long an attempt may take until the response's head is here, in nanoseconds; 0 for no bound of its own. */
    public long perTryTimeoutNanos() {
        return perTryTimeoutNanos;
    }

    /** The pause before it is sent again. */
    public Backoff backoff() {
        return backoff;
    }

    /** Whether an endpoint that was tried is avoided while there are others. */
    public boolean avoidsTried() {
        return avoidsTried;
    }

    /** Whether localities that were tried twice are left for those that come after them. */
    public boolean leavesLocality() {
        return leavesLocality;
    }
}
