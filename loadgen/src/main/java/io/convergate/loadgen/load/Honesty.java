package io.convergate.loadgen.load;

import io.convergate.loadgen.load.LoadResult.Percentiles;
import java.util.Locale;
import java.util.Optional;

/**
 * Whether a generator kept its own schedule well enough to say anything about latency: 99 % of its requests were at most 1 ms late, and at
 * most a tenth of what it would report as the 99th percentile.
 */
public final class Honesty {
    /** The most that p99 of the lag may be, in microseconds. */
    public static final double LAG_US_MAX = 1_000;

    /** The most that it may be of latency's p99. */
    public static final double SHARE_MAX = 0.1;

    private Honesty() {}

    /** Why the latency of that result is not to be reported; empty if it may be. */
    public static Optional<String> objection(LoadResult result) {
        return objection(result.lag(), result.latency());
    }

    static boolean holds(Percentiles lag, Percentiles latency) {
        return objection(lag, latency).isEmpty();
    }

    private static Optional<String> objection(Percentiles lag, Percentiles latency) {
        if (lag.count() == 0) {
            return Optional.empty();
        }
        if (lag.p99() > LAG_US_MAX) {
            return Optional.of(String.format(
                    Locale.ROOT,
                    "the generator was late itself: p99 of its lag is %.0f us (expected: at most %.0f us)",
                    lag.p99(),
                    LAG_US_MAX));
        }
        if (latency.count() > 0 && lag.p99() > SHARE_MAX * latency.p99()) {
            return Optional.of(String.format(
                    Locale.ROOT,
                    "the generator was late itself: p99 of its lag is %.0f us (expected: at most a tenth of latency's p99, %.0f us)",
                    lag.p99(),
                    SHARE_MAX * latency.p99()));
        }
        return Optional.empty();
    }
}
