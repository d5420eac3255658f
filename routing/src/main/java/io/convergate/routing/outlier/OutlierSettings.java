package io.convergate.routing.outlier;

import java.time.Duration;
import java.util.Set;

/**
 * When an endpoint is left out, and for how long. Istio: OutlierDetection, its defaults filled in.
 *
 * @param consecutive5xx after so many errors in a row; 0 for never
 * @param consecutiveGatewayErrors after so many statuses 502, 503 or 504 in a row; 0 for never
 * @param splitLocalOrigin whether attempts without a response are counted apart from errors
 * @param consecutiveLocalOriginFailures if so, after so many of them in a row; 0 for never
 * @param interval how often it is looked whether somebody may come back
 * @param baseEjectionTime how long an endpoint is out, times how often it was
 * @param maxEjectionPercent the most endpoints that are out; one may be, unless it is 0
 * @param minHealthPercent with fewer in, nobody is left out
 * @param errorCodes the statuses that count as errors; empty for 500 to 599
 * @param shared whether an endpoint that most nodes leave out is left out by all
 */
public record OutlierSettings(
        int consecutive5xx,
        int consecutiveGatewayErrors,
        boolean splitLocalOrigin,
        int consecutiveLocalOriginFailures,
        Duration interval,
        Duration baseEjectionTime,
        int maxEjectionPercent,
        int minHealthPercent,
        Set<Integer> errorCodes,
        boolean shared) {
    /** Istio's defaults: five errors in a row, out for 30 s, a tenth of the endpoints at most. */
    public static final OutlierSettings DEFAULTS =
            new OutlierSettings(5, 0, false, 5, Duration.ofSeconds(10), Duration.ofSeconds(30), 10, 0, Set.of(), false);

    /** Envoy: however often it was out, an endpoint is out for no longer than this, or than the base if that is more. */
    private static final Duration EJECTION_TIME_MAX = Duration.ofSeconds(300);

    public OutlierSettings {
        if (consecutive5xx < 0 || consecutiveGatewayErrors < 0 || consecutiveLocalOriginFailures < 0) {
            throw new IllegalArgumentException("a count below 0 (expected: at least 0)");
        }
        if (interval.isNegative() || interval.isZero() || baseEjectionTime.isNegative()) {
            throw new IllegalArgumentException(interval + ", " + baseEjectionTime + " (expected: more than 0)");
        }
        errorCodes = Set.copyOf(errorCodes);
    }

    /** The same for all nodes together. */
    public OutlierSettings forAllNodes() {
        return new OutlierSettings(
                consecutive5xx,
                consecutiveGatewayErrors,
                splitLocalOrigin,
                consecutiveLocalOriginFailures,
                interval,
                baseEjectionTime,
                maxEjectionPercent,
                minHealthPercent,
                errorCodes,
                true);
    }

    boolean isError(int status) {
        return errorCodes.isEmpty() ? status >= 500 : errorCodes.contains(status);
    }

    long ejectionNanos(int times) {
        long most = Math.max(EJECTION_TIME_MAX.toNanos(), baseEjectionTime.toNanos());
        long base = Math.max(1, baseEjectionTime.toNanos());
        return times > most / base ? most : base * times;
    }
}
