package io.convergate.routing.model;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A rule for TLS connections that are not ended here. Istio: TLSRoute.
 *
 * @param match which connections: one of these must match
 * @param route where to
 */
public record TlsRoute(List<Match> match, List<RouteDestination> route) {
    public TlsRoute {
        match = List.copyOf(match);
        route = List.copyOf(route);
    }

    /**
     * A condition on connections. Istio: TLSMatchAttributes.
     *
     * @param sniHosts the server names
     * @param destinationSubnets the addresses connected to
     * @param port the port connected to
     * @param sourceLabels labels the proxy must have
     * @param gateways the gateways it is for; empty means the virtual service's
     * @param sourceNamespace the namespace of the proxy
     */
    public record Match(
            List<String> sniHosts,
            List<String> destinationSubnets,
            OptionalLong port,
            Map<String, String> sourceLabels,
            List<String> gateways,
            Optional<String> sourceNamespace) {
        public Match {
            sniHosts = List.copyOf(sniHosts);
            destinationSubnets = List.copyOf(destinationSubnets);
            sourceLabels = Map.copyOf(sourceLabels);
            gateways = List.copyOf(gateways);
        }
    }
}
