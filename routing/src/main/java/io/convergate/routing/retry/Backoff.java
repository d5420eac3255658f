package io.convergate.routing.retry;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * The pause before a request is sent again: Envoy's exponential back-off with full jitter. Before the n-th retry it is
 * anything from nothing to (2^n - 1) times the base, and never more than the maximum.
 *
 * @param baseNanos the base, at least 1
 * @param maxNanos the longest pause, at least the base
 */
public record Backoff(long baseNanos, long maxNanos) {
    /** Envoy's and Istio's default: a base of 25 ms. */
    public static final Backoff DEFAULT = of(Duration.ofMillis(25));

    /** Envoy: the longest pause where nothing else is said, as a multiple of the base. */
    private static final int MAX_OF_BASE = 10;

    public Backoff {
        if (baseNanos < 1 || maxNanos < baseNanos) {
            throw new IllegalArgumentException(baseNanos + " to " + maxNanos + " ns (expected: at least 1, in order)");
        }
    }

    /** A back-off with this base and ten times the base as its maximum. */
    public static Backoff of(Duration base) {
        return new Backoff(base.toNanos(), Math.multiplyExact(base.toNanos(), MAX_OF_BASE));
    }

    /**
     * The pause before a retry, in nanoseconds.
     *
     * @param retry 1 for the first
     */
    public long nanos(int retry, RandomGenerator random) {
        // Beyond eight doublings the default maximum has long been reached; shifting further could overflow.
        long steps = (1L << Math.min(retry, 8)) - 1;
        long bound = baseNanos > maxNanos / steps ? maxNanos : baseNanos * steps;
        return random.nextLong(bound + 1);
    }
}
