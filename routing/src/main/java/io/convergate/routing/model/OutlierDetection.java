package io.convergate.routing.model;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * When an endpoint is left out. Istio: OutlierDetection.
 *
 * @param consecutiveErrors deprecated, without effect
 * @param splitExternalLocalOriginErrors whether failures to connect are counted apart
 * @param consecutiveLocalOriginFailures after so many of those
 * @param consecutiveGatewayErrors after so many 502, 503, 504
 * @param consecutive5xxErrors after so many 5xx
 * @param interval how often it is judged
 * @param baseEjectionTime how long it is left out, times how often it was
 * @param maxEjectionPercent the most endpoints left out
 * @param minHealthPercent with fewer healthy, nobody is left out
 * @param httpErrorCodes statuses that count as errors; empty means 5xx
 */
public record OutlierDetection(
        OptionalInt consecutiveErrors,
        boolean splitExternalLocalOriginErrors,
        OptionalLong consecutiveLocalOriginFailures,
        OptionalLong consecutiveGatewayErrors,
        OptionalLong consecutive5xxErrors,
        Optional<Duration> interval,
        Optional<Duration> baseEjectionTime,
        OptionalInt maxEjectionPercent,
        OptionalInt minHealthPercent,
        List<Long> httpErrorCodes) {
    /** The annotation of a rule that says who leaves endpoints out: {@code node} or {@code cluster}. */
    public static final String SCOPE = "convergate.io/outlier-detection-scope";

    /** Each node by what it sees. */
    public static final String NODE = "node";

    /** All nodes those that most of them leave out, too. */
    public static final String CLUSTER = "cluster";

    public OutlierDetection {
        httpErrorCodes = List.copyOf(httpErrorCodes);
    }
}
