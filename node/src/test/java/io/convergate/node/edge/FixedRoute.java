package io.convergate.node.edge;

import io.convergate.routing.action.Forward;
import io.convergate.routing.action.HeaderOperations;
import io.convergate.routing.action.WeightedDestination;
import io.convergate.routing.match.CompiledRoute;
import io.convergate.routing.match.ListenerId;
import io.convergate.routing.match.ListenerSpec;
import io.convergate.routing.match.PathPattern;
import io.convergate.routing.match.PortTable;
import io.convergate.routing.match.RouteEntry;
import io.convergate.routing.match.RouteInfo;
import io.convergate.routing.match.RouteTable;
import io.convergate.routing.match.VirtualHost;
import io.convergate.routing.model.Protocol;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.retry.RetryPolicy;
import io.convergate.routing.upstream.EndpointSpec;
import io.convergate.routing.upstream.LoadBalancing;
import io.convergate.routing.upstream.PoolSettings;
import io.convergate.routing.upstream.Resolution;
import io.convergate.routing.upstream.Upstream;
import io.convergate.routing.upstream.UpstreamInfo;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A table with one route: every request on one port goes to the given addresses. */
public final class FixedRoute {
    private FixedRoute() {}

    /** What the edge attaches to what is compiled. */
    public interface Attachments {
        Object of(RouteInfo route);

        Object of(UpstreamInfo upstream);
    }

    public static RouteTable to(Edge edge, int port, long timeoutNanos, InetSocketAddress... origins) {
        Attachments attachments = new Attachments() {
            @Override
            public Object of(RouteInfo route) {
                return edge.routeAttachment(route);
            }

            @Override
            public Object of(UpstreamInfo upstream) {
                return edge.upstreamAttachment(upstream);
            }
        };
        return to(attachments, port, timeoutNanos, origins);
    }

    public static RouteTable to(Attachments edge, int port, long timeoutNanos, InetSocketAddress... origins) {
        List<EndpointSpec> endpoints = java.util.Arrays.stream(origins)
                .map(origin ->
                        new EndpointSpec(origin.getAddress().getHostAddress(), origin.getPort(), 1, Map.of(), ""))
                .toList();
        UpstreamInfo info = new UpstreamInfo(
                "outbound|80||origin",
                "origin",
                80,
                Optional.empty(),
                Resolution.STATIC,
                endpoints,
                LoadBalancing.ROUND_ROBIN,
                Optional.empty(),
                PoolSettings.DEFAULTS,
                Optional.empty());
        Upstream upstream = new Upstream(info, edge.of(info));
        Forward forward = new Forward(
                List.of(new WeightedDestination(upstream, 1, null, HeaderOperations.NONE, HeaderOperations.NONE)),
                timeoutNanos,
                RetryPolicy.DEFAULT,
                List.of(),
                null,
                HeaderOperations.NONE,
                HeaderOperations.NONE);
        RouteInfo route = new RouteInfo(
                "all", new ResourceKey("networking.istio.io", "VirtualService", "default", "fixed"), "*", port);
        CompiledRoute compiled = new CompiledRoute(route, forward, edge.of(route));
        VirtualHost host = new VirtualHost(List.of(new RouteEntry(PathPattern.ANY, List.of(), compiled)), null);
        return new RouteTable(
                List.of(new ListenerSpec(ListenerId.of(port), Protocol.HTTP)),
                Map.of(ListenerId.of(port), new PortTable(Map.of("*", host))),
                List.of(upstream));
    }
}
