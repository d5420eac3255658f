package io.convergate.routing.upstream;

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
 * @param endpoints the endpoints; may be empty, then a request is answered 503 (UH)
 * @param loadBalancing how an endpoint is chosen
 * @param hash how an endpoint follows from a request, in place of {@code loadBalancing}; empty if it does not
 * @param pool how connections are kept
 * @param outliers when an endpoint is left out; empty for never
 * @param tls how TLS is to be spoken; empty for not at all. It is kept, and nobody speaks it yet
 */
public record UpstreamInfo(
        String name,
        String host,
        int port,
        Optional<String> subset,
        Resolution resolution,
        List<EndpointSpec> endpoints,
        LoadBalancing loadBalancing,
        Optional<HashPolicy> hash,
        PoolSettings pool,
        Optional<OutlierSettings> outliers,
        Optional<UpstreamTls> tls) {
    public UpstreamInfo {
        Objects.requireNonNull(name, "name");
        endpoints = List.copyOf(endpoints);
    }

    /** An upstream to which no TLS is spoken. */
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
        this(name, host, port, subset, resolution, endpoints, loadBalancing, hash, pool, outliers, Optional.empty());
    }
}
