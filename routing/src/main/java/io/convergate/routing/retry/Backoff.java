package io.convergate.routing.retry;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * The pause before a request is sent again: Envoy's exponential back-off with full jitter. Before the n-th retry it is
 * anything from the least to that and (2^n - 1) times the base, and never more than the maximum.
 *
 * @param minNanos the least pause, at least 0
 * @param baseNanos the base, at least 1
 * @param maxNanos the longest pause, at least the base and the least
 */
public record Backoff(long minNanos, long baseNanos, long maxNanos) {
    /** Envoy's and Istio's default: a base of 25 ms. */
    public static final Backoff DEFAULT = of(Duration.ofMillis(25));

    /** Envoy: the longest pause where nothing else is said, as a multiple of the base. */
    private static final int MAX_OF_BASE = 10;

    public Backoff {
        if (minNanos < 0 || baseNanos < 1 || maxNanos < Math.max(minNanos, baseNanos)) {
            throw new IllegalArgumentException(minNanos + ", " + baseNanos + " to " + maxNanos
                    + " ns (expected: at least 0, at least 1, in order)");
        }
    }

    /** A back-off with this base and ten times the base as its maximum. */
    public static Backoff of(Duration base) {
        return new Backoff(0, base.toNanos(), Math.multiplyExact(base.toNanos(), MAX_OF_BASE));
    }

    /** A back-off that never pauses for less than this, and at most for ten times as long. Gateway API. */
    public static Backoff atLeast(Duration least) {
        return new Backoff(least.toNanos(), least.toNanos(), Math.multiplyExact(least.toNanos(), MAX_OF_BASE));
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
        return Math.min(maxNanos, minNanos + random.nextLong(bound + 1));
    }
}
