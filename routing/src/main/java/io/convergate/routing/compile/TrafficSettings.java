package io.convergate.routing.compile;

import io.convergate.routing.balance.SlowStart;
import io.convergate.routing.model.ConnectionPool;
import io.convergate.routing.model.DestinationRule;
import io.convergate.routing.model.LoadBalancer;
import io.convergate.routing.model.OutlierDetection;
import io.convergate.routing.model.TrafficPolicy;
import io.convergate.routing.outlier.OutlierSettings;
import io.convergate.routing.retry.RetryBudget;
import io.convergate.routing.upstream.HashPolicy;
import io.convergate.routing.upstream.LoadBalancing;
import io.convergate.routing.upstream.PoolSettings;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * What holds for one upstream, from all the policies that speak of it. Istio: the rule's policy, or its entry for the port,
 * which replaces the whole of it; then the subset's in the same way, which replaces it field by field and never goes deeper.
 *
 * @param loadBalancer who gets the next request
 * @param connectionPool how connections are kept
 * @param outlierDetection when an endpoint is left out
 * @param retryBudget how many retries there may be; ports have none of their own
 */
record TrafficSettings(
        Optional<LoadBalancer> loadBalancer,
        Optional<ConnectionPool> connectionPool,
        Optional<OutlierDetection> outlierDetection,
        Optional<TrafficPolicy.RetryBudget> retryBudget) {
    private static final TrafficSettings NONE =
            new TrafficSettings(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    /** The settings for a port, by rules (of which the first that has a policy counts) and a subset. */
    static TrafficSettings of(List<DestinationRule> rules, Optional<DestinationRule.Subset> subset, long port) {
        TrafficSettings general = rules.stream()
                .flatMap(rule -> rule.trafficPolicy().stream())
                .findFirst()
                .map(policy -> ofPolicy(policy, port))
                .orElse(NONE);
        return subset.flatMap(DestinationRule.Subset::trafficPolicy)
                .map(policy -> ofPolicy(policy, port))
                .map(special -> new TrafficSettings(
                        special.loadBalancer.or(() -> general.loadBalancer),
                        special.connectionPool.or(() -> general.connectionPool),
                        special.outlierDetection.or(() -> general.outlierDetection),
                        special.retryBudget.or(() -> general.retryBudget)))
                .orElse(general);
    }

    private static TrafficSettings ofPolicy(TrafficPolicy policy, long port) {
        return policy.portLevelSettings().stream()
                .filter(special -> special.port().isPresent() && special.port().getAsLong() == port)
                .findFirst()
                .map(special -> new TrafficSettings(
                        special.loadBalancer(),
                        special.connectionPool(),
                        special.outlierDetection(),
                        policy.retryBudget()))
                .orElseGet(() -> new TrafficSettings(
                        policy.loadBalancer(),
                        policy.connectionPool(),
                        policy.outlierDetection(),
                        policy.retryBudget()));
    }

    /** The way to choose an endpoint; for one that is not served yet, the default. */
    LoadBalancing loadBalancing() {
        return switch (loadBalancer.flatMap(LoadBalancer::simple).orElse(LoadBalancer.Simple.UNSPECIFIED)) {
            case ROUND_ROBIN -> LoadBalancing.ROUND_ROBIN;
            case RANDOM -> LoadBalancing.RANDOM;
            case UNSPECIFIED, LEAST_CONN, LEAST_REQUEST, PASSTHROUGH -> LoadBalancing.LEAST_REQUEST;
        };
    }

    /** How near and far endpoints share; empty for Istio's default. */
    Optional<LoadBalancer.Locality> locality() {
        return loadBalancer.flatMap(LoadBalancer::localityLbSetting);
    }

    /** How a new endpoint gets its share; nothing where a hash or chance alone decides, as in Envoy. */
    Optional<SlowStart> slowStart() {
        if (hash().isPresent() || loadBalancing() == LoadBalancing.RANDOM) {
            return Optional.empty();
        }
        return loadBalancer.flatMap(written -> written.warmup()
                .map(warmup -> new SlowStart(
                        warmup.duration(),
                        warmup.minimumPercent().orElse(10) / 100,
                        warmup.aggression().orElse(1)))
                .or(() -> written.warmupDurationSecs()
                        .filter(window -> !window.isZero())
                        .map(window -> new SlowStart(window, 0.1, 1))));
    }

    /** How an endpoint follows from a request, Istio's defaults filled in. */
    Optional<HashPolicy> hash() {
        return loadBalancer.flatMap(LoadBalancer::consistentHash).flatMap(TrafficSettings::hash);
    }

    private static Optional<HashPolicy> hash(LoadBalancer.ConsistentHash written) {
        HashPolicy.Table table = written.maglev()
                .map(maglev ->
                        new HashPolicy.Table(true, (int) maglev.tableSize().orElse(65_537)))
                .orElseGet(() -> {
                    OptionalLong deprecated = written.minimumRingSize();
                    OptionalLong size = written.ringHash()
                            .map(LoadBalancer.RingHash::minimumRingSize)
                            .filter(OptionalLong::isPresent)
                            .orElse(deprecated);
                    return new HashPolicy.Table(false, (int) size.orElse(1024));
                });
        return written.httpHeaderName()
                .map(name -> new HashPolicy(
                        HashPolicy.Source.HEADER, name.toLowerCase(Locale.ROOT), Optional.empty(), table))
                .or(() -> written.httpCookie()
                        .map(cookie ->
                                new HashPolicy(HashPolicy.Source.COOKIE, cookie.name(), newCookie(cookie), table)))
                .or(() -> written.useSourceIp()
                        .filter(use -> use)
                        .map(use -> new HashPolicy(HashPolicy.Source.ADDRESS, "", Optional.empty(), table)))
                .or(() -> written.httpQueryParameterName()
                        .map(name -> new HashPolicy(HashPolicy.Source.QUERY_PARAMETER, name, Optional.empty(), table)));
    }

    /** Istio: a cookie without a lifetime is never made here. */
    private static Optional<HashPolicy.NewCookie> newCookie(LoadBalancer.Cookie cookie) {
        StringBuilder attributes = new StringBuilder();
        cookie.path()
                .filter(path -> !path.isEmpty())
                .ifPresent(path -> attributes.append("; Path=").append(path));
        cookie.attributes().forEach(attribute -> {
            attributes.append("; ").append(attribute.name());
            attribute.value().ifPresent(value -> attributes.append('=').append(value));
        });
        return cookie.ttl().map(ttl -> new HashPolicy.NewCookie(ttl, attributes.toString()));
    }

    /** When an endpoint is left out, defaults filled in; empty for never. */
    Optional<OutlierSettings> outliers() {
        OutlierSettings defaults = OutlierSettings.DEFAULTS;
        return outlierDetection.map(written -> new OutlierSettings(
                count(written.consecutive5xxErrors(), defaults.consecutive5xx()),
                count(written.consecutiveGatewayErrors(), defaults.consecutiveGatewayErrors()),
                written.splitExternalLocalOriginErrors(),
                count(written.consecutiveLocalOriginFailures(), defaults.consecutiveLocalOriginFailures()),
                written.interval().orElse(defaults.interval()),
                written.baseEjectionTime().orElse(defaults.baseEjectionTime()),
                written.maxEjectionPercent().orElse(defaults.maxEjectionPercent()),
                written.minHealthPercent().orElse(defaults.minHealthPercent()),
                written.httpErrorCodes().stream().map(Long::intValue).collect(Collectors.toSet()),
                false));
    }

    /** A count of which zero is a value of its own. */
    private static int count(OptionalLong value, int defaultValue) {
        return (int) Math.min(value.orElse(defaultValue), Integer.MAX_VALUE);
    }

    /** The pool's settings, defaults filled in. */
    PoolSettings pool() {
        Optional<ConnectionPool.Tcp> tcp = connectionPool.flatMap(ConnectionPool::tcp);
        Optional<ConnectionPool.Http> http = connectionPool.flatMap(ConnectionPool::http);
        PoolSettings defaults = PoolSettings.DEFAULTS;
        Optional<Duration> idle =
                http.flatMap(ConnectionPool.Http::idleTimeout).or(() -> tcp.flatMap(ConnectionPool.Tcp::idleTimeout));
        return new PoolSettings(
                tcp.flatMap(ConnectionPool.Tcp::connectTimeout).orElse(defaults.connectTimeout()),
                count(tcp.map(ConnectionPool.Tcp::maxConnections), defaults.connectionsMax()),
                count(http.map(ConnectionPool.Http::http1MaxPendingRequests), defaults.pendingRequestsMax()),
                count(http.map(ConnectionPool.Http::http2MaxRequests), defaults.activeRequestsMax()),
                http.map(ConnectionPool.Http::maxRequestsPerConnection)
                        .orElse(OptionalInt.empty())
                        .orElse(0),
                budget(http.map(ConnectionPool.Http::maxRetries)),
                idle,
                tcp.flatMap(ConnectionPool.Tcp::maxConnectionDuration),
                tcp.flatMap(ConnectionPool.Tcp::tcpKeepalive).map(TrafficSettings::keepAlive));
    }

    /** Envoy: a budget takes the place of a count. Where neither is set there is a budget all the same. */
    private RetryBudget budget(Optional<OptionalInt> retriesMax) {
        int count = count(retriesMax, 0);
        RetryBudget withoutBudget = count > 0 ? RetryBudget.ofCount(count) : RetryBudget.DEFAULT;
        return retryBudget
                .map(budget -> new RetryBudget(budget.percent().orElse(RetryBudget.DEFAULT.percent()), (int) Math.min(
                        Integer.MAX_VALUE, budget.minRetryConcurrency().orElse(RetryBudget.DEFAULT.minConcurrency()))))
                .orElse(withoutBudget);
    }

    /** A count that is set; unset and zero both mean the default, as in Istio. */
    private static int count(Optional<OptionalInt> value, int defaultValue) {
        int set = value.orElse(OptionalInt.empty()).orElse(0);
        return set > 0 ? set : defaultValue;
    }

    /** With the operating system's defaults on Linux for what is left out. */
    private static PoolSettings.KeepAlive keepAlive(ConnectionPool.TcpKeepalive keepalive) {
        return new PoolSettings.KeepAlive(
                (int) Math.min(keepalive.probes().orElse(9), Integer.MAX_VALUE),
                keepalive.time().orElse(Duration.ofHours(2)),
                keepalive.interval().orElse(Duration.ofSeconds(75)));
    }
}
