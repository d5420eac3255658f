package io.convergate.routing.balance;

import java.time.Duration;

/**
 * How the share of an endpoint grows after it has come. Envoy, slow start: its weight counts for the fraction
 * {@code max(minimum, (age / window) ^ (1 / aggression))} until it is as old as the window.
 *
 * @param window the time until it has its full share, more than 0
 * @param minimum the fraction it begins with, 0 to 1
 * @param aggression 1 for a straight line; more, and the share grows fast at first; more than 0
 */
public record SlowStart(Duration window, double minimum, double aggression) {
    public SlowStart {
        if (window.isZero() || window.isNegative() || !(minimum >= 0 && minimum <= 1) || !(aggression > 0)) {
            throw new IllegalArgumentException(
                    window + ", " + minimum + ", " + aggression + " (expected: more than 0, 0 to 1, more than 0)");
        }
    }

    /** The fraction of its weight that counts for an endpoint of this age. */
    public double factor(long ageNanos) {
        long whole = window.toNanos();
        if (ageNanos >= whole) {
            return 1;
        }
        double time = Math.max(ageNanos, 1_000_000.0) / whole;
        double grown = aggression == 1 ? time : Math.pow(time, 1 / aggression);
        return Math.max(minimum, Math.min(1, grown));
    }
}
