package io.convergate.routing.upstream;

import io.convergate.routing.balance.SlowStart;
import io.convergate.routing.breaker.CircuitBreaking;
import io.convergate.routing.health.HealthCheck;
import io.convergate.routing.outlier.OutlierSettings;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Everything that is configured about an upstream. Two upstreams with equal infos behave the same.
 *
 * @param name Istio's form {@code outbound|9080|v1|reviews.default.svc.cluster.local}; the subset part may be empty
 * @param host the service's host as its ServiceEntry writes it
 * @param port the service's port, which an endpoint may map to another
 * @param subset the subset; empty for the whole service
 * @param resolution how endpoints become addresses
 * @param groups the endpoints, in groups that stand together; with none a request is answered 503 (UH)
 * @param loadBalancing how an endpoint is chosen
 * @param hash how an endpoint follows from a request, in place of {@code loadBalancing}; empty if it does not
 * @param pool how connections are kept
 * @param slowStart how an endpoint that has come gets its share; empty for at once
 * @param outliers when an endpoint is left out because it keeps failing; empty for never
 * @param healthCheck how endpoints are asked whether they are healthy; empty if they are not
 * @param breaking what protects it from its requests; empty for nothing
 * @param standIn who gets the requests while its breaker is open; empty for nobody
 * @param tls how TLS is to be spoken; empty for not at all. It is kept, and nobody speaks it yet
 */
public record UpstreamInfo(
        String name,
        String host,
        int port,
        Optional<String> subset,
        Resolution resolution,
        List<EndpointGroup> groups,
        LoadBalancing loadBalancing,
        Optional<HashPolicy> hash,
        PoolSettings pool,
        Optional<SlowStart> slowStart,
        Optional<OutlierSettings> outliers,
        Optional<HealthCheck> healthCheck,
        Optional<CircuitBreaking> breaking,
        Optional<UpstreamInfo> standIn,
        Optional<UpstreamTls> tls) {
    public UpstreamInfo {
        Objects.requireNonNull(name, "name");
        groups = List.copyOf(groups);
    }

    /** The endpoints of all groups. */
    public List<EndpointSpec> endpoints() {
        return groups.stream().flatMap(group -> group.endpoints().stream()).toList();
    }

    /** With fewer healthy endpoints than this percentage of a priority, all of it get requests; 0 for never. */
    public int minHealthPercent() {
        return Math.max(
                outliers.map(OutlierSettings::minHealthPercent).orElse(0),
                healthCheck.map(HealthCheck::minHealthPercent).orElse(0));
    }

    /** An upstream to which no TLS is spoken, whose endpoints are alike and never asked how they are. */
    public UpstreamInfo(
            String name,
            String host,
            int port,
            Optional<String> subset,
            Resolution resolution,
            List<EndpointSpec> endpoints,
            LoadBalancing loadBalancing,
            Optional<HashPolicy> hash,
            PoolSettings pool,
            Optional<OutlierSettings> outliers) {
        this(
                name,
                host,
                port,
                subset,
                resolution,
                EndpointGroup.all(endpoints),
                loadBalancing,
                hash,
                pool,
                Optional.empty(),
                outliers,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }
}
