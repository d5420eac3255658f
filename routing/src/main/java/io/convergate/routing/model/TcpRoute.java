package io.convergate.routing.model;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A rule for connections. Istio: TCPRoute.
 *
 * @param match which connections: one of these must match; empty means all
 * @param route where to
 */
public record TcpRoute(List<Match> match, List<RouteDestination> route) {
    public TcpRoute {
        match = List.copyOf(match);
        route = List.copyOf(route);
    }

    /**
     * A condition on connections. Istio: L4MatchAttributes.
     *
     * @param destinationSubnets the addresses connected to
     * @param port the port connected to
     * @param sourceSubnet the addresses connected from
     * @param sourceLabels labels the proxy must have
     * @param gateways the gateways it is for; empty means the virtual service's
     * @param sourceNamespace the namespace of the proxy
     */
    public record Match(
            List<String> destinationSubnets,
            OptionalLong port,
            Optional<String> sourceSubnet,
            Map<String, String> sourceLabels,
            List<String> gateways,
            Optional<String> sourceNamespace) {
        public Match {
            destinationSubnets = List.copyOf(destinationSubnets);
            sourceLabels = Map.copyOf(sourceLabels);
            gateways = List.copyOf(gateways);
        }
    }
}
