package io.convergate.config;

import java.time.Duration;

/**
 * How much of the past a node keeps. Whichever bound is met first counts; the present is always kept. Should be the same
 * on all nodes; where it is not, a node keeps and shows its own share.
 *
 * @param changesMax the most changes, from 1 up
 * @param ageMax how old a change may be
 * @param bytesMax the most bytes that are kept for the sake of the past alone
 */
public record HistoryLimits(int changesMax, Duration ageMax, long bytesMax) {
    public HistoryLimits {
        if (changesMax < 1 || changesMax > 100_000) {
            throw new IllegalArgumentException(changesMax + " changes (expected: 1 to 100000)");
        }
        if (ageMax.isNegative() || ageMax.isZero()) {
            throw new IllegalArgumentException(ageMax + " (expected: a positive age)");
        }
        if (bytesMax < 0) {
            throw new IllegalArgumentException(bytesMax + " bytes (expected: 0 or more)");
        }
    }

    /** The documented defaults: 1,000 changes, 90 days, 32 MiB. */
    public static HistoryLimits defaults() {
        return new HistoryLimits(1000, Duration.ofDays(90), 32L << 20);
    }
}
