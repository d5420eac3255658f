package io.convergate.routing.breaker;

import java.time.Duration;

/**
 * How long a breaker stays open.
 *
 * @param base the first time
 * @param factor each time in a row so much longer than the one before, at least 1
 * @param max no longer than this
 * @param jitterPercent at random up to so many percent more, so that not all breakers try again at once
 */
public record OpenTime(Duration base, double factor, Duration max, int jitterPercent) {
    public OpenTime {
        if (base.isNegative() || base.isZero() || max.compareTo(base) < 0 || !(factor >= 1) || jitterPercent < 0) {
            throw new IllegalArgumentException(base + " x " + factor + " to " + max + " + " + jitterPercent
                    + " % (expected: more than 0, at least 1, no less than the first, at least 0)");
        }
    }

    /**
     * The time in nanoseconds.
     *
     * @param times how many times in a row, from 1
     * @param random from 0 to 1
     */
    public long nanos(int times, double random) {
        double grown = Math.min(max.toNanos(), base.toNanos() * Math.pow(factor, times - 1));
        return (long) (grown * (1 + random * jitterPercent / 100));
    }
}
