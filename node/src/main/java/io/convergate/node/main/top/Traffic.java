package io.convergate.node.main.top;

import io.convergate.node.admin.api.RouteVitals;
import io.convergate.node.telemetry.Spread;
import java.util.Map;

/**
 * Requests between two looks: rates are a second's, durations milliseconds.
 *
 * @param requests a second
 * @param errors answered with 5xx or not at all, a second
 * @param refused answered with 4xx, a second
 * @param retries attempts beyond the first, a second
 * @param p50 half of them took no longer; 0 if there were none
 * @param p90 nine of ten
 * @param p99 ninety-nine of a hundred
 */
record Traffic(double requests, double errors, double refused, double retries, double p50, double p90, double p99) {
    /** None. */
    static final Traffic NONE = new Traffic(0, 0, 0, 0, 0, 0, 0);

    /** The share of requests that are errors, in percent. */
    double errorPercent() {
        return requests == 0 ? 0 : 100 * errors / requests;
    }

    /** Counts of one or more routes, from which {@link Traffic} is made. */
    record Counts(long requests, long errors, long refused, long retries, Spread durations) {
        static final Counts NONE = new Counts(0, 0, 0, 0, Spread.NONE);

        /** What has come since an earlier look at the same route of the same process. */
        static Counts between(RouteVitals before, RouteVitals after) {
            Counts earlier = of(before);
            Counts later = of(after);
            return later.requests < earlier.requests
                    ? later
                    : new Counts(
                            later.requests - earlier.requests,
                            Math.max(0, later.errors - earlier.errors),
                            Math.max(0, later.refused - earlier.refused),
                            Math.max(0, later.retries - earlier.retries),
                            later.durations.since(earlier.durations));
        }

        static Counts of(RouteVitals route) {
            Map<String, Long> codes = route.codes();
            return new Counts(
                    route.requests(),
                    codes.getOrDefault("5xx", 0L) + codes.getOrDefault("none", 0L),
                    codes.getOrDefault("4xx", 0L),
                    route.retries(),
                    route.durations());
        }

        Counts plus(Counts other) {
            return new Counts(
                    requests + other.requests,
                    errors + other.errors,
                    refused + other.refused,
                    retries + other.retries,
                    durations.plus(other.durations));
        }

        Traffic in(double seconds) {
            return new Traffic(
                    requests / seconds,
                    errors / seconds,
                    refused / seconds,
                    retries / seconds,
                    durations.millis(0.5),
                    durations.millis(0.9),
                    durations.millis(0.99));
        }
    }
}
