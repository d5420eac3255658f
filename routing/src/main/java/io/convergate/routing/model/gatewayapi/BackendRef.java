package io.convergate.routing.model.gatewayapi;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Where requests go. Gateway API: HTTPBackendRef and its like.
 *
 * @param group its API group; empty for Kubernetes' core group
 * @param kind its kind
 * @param namespace its namespace; empty for the route's own
 * @param name its name
 * @param port the port of the service
 * @param weight its share relative to the others
 * @param filters what happens to the requests it gets, after the rule's own
 */
public record BackendRef(
        String group,
        String kind,
        Optional<String> namespace,
        String name,
        OptionalLong port,
        int weight,
        List<RouteFilter> filters) {
    public BackendRef {
        filters = List.copyOf(filters);
    }
}
