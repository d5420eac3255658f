package io.convergate.node.admin.api;

import io.convergate.node.telemetry.Spread;
import java.util.Map;

/**
 * What became of a route's requests on one node since it started.
 *
 * @param service the virtual service, as {@code namespace/name}; empty for requests without a route
 * @param route the route's name
 * @param codes requests by class of status: {@code 2xx} ..., {@code none}
 * @param retries attempts beyond the first
 * @param durations from a request's head to its reply's last byte
 */
public record RouteVitals(String service, String route, Map<String, Long> codes, long retries, Spread durations) {
    public RouteVitals {
        codes = Map.copyOf(codes);
    }

    /** All its requests. */
    public long requests() {
        return codes.values().stream().mapToLong(Long::longValue).sum();
    }
}
