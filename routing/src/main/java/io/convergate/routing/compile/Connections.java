package io.convergate.routing.compile;

import io.convergate.routing.action.Forward;
import io.convergate.routing.action.HeaderOperations;
import io.convergate.routing.action.WeightedDestination;
import io.convergate.routing.match.CompiledRoute;
import io.convergate.routing.match.ConnectionTable;
import io.convergate.routing.match.ListenerId;
import io.convergate.routing.match.RouteInfo;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.model.RouteDestination;
import io.convergate.routing.model.TcpRoute;
import io.convergate.routing.model.TlsRoute;
import io.convergate.routing.model.VirtualService;
import io.convergate.routing.model.gatewayapi.BackendRef;
import io.convergate.routing.model.gatewayapi.GatewayRoute;
import io.convergate.routing.resolve.Configuration;
import io.convergate.routing.resolve.GatewayApi;
import io.convergate.routing.upstream.Upstream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The tables of connections that are not read as HTTP, made of the {@code tls} and {@code tcp} rules of virtual services
 * and of TLSRoutes and TCPRoutes. There are few of these: all are compiled again when one changed. Istio: buildGatewayNetworkFilters; a TLS rule acts where a server
 * passes TLS through, a TCP rule on other ports without HTTP, where the first virtual service that has one takes all.
 */
final class Connections {
    static final Connections NONE = new Connections(Map.of(), List.of(), Set.of());

    private final Map<ListenerId, ConnectionTable> tables;
    private final List<Upstream> upstreams;
    private final Set<ResourceKey> services;

    private Connections(Map<ListenerId, ConnectionTable> tables, List<Upstream> upstreams, Set<ResourceKey> services) {
        this.tables = tables;
        this.upstreams = upstreams;
        this.services = services;
    }

    /** By listener. */
    Map<ListenerId, ConnectionTable> tables() {
        return tables;
    }

    /** The upstreams that the rules lead to; one may be there several times. */
    List<Upstream> upstreams() {
        return upstreams;
    }

    /**
     * The tables for another configuration; the same instance if nothing of it concerns connections.
     *
     * @param affected the resources that changed or name what changed
     * @throws CompileFailure if a virtual service cannot be compiled
     */
    Connections become(
            Configuration configuration,
            Set<ResourceKey> affected,
            boolean sameGateways,
            Servers servers,
            CompileSettings settings,
            UpstreamCompiler compiler) {
        Set<ResourceKey> now = new TreeSet<>(services);
        boolean concerned = !sameGateways && !services.isEmpty();
        for (ResourceKey key : affected) {
            if (isOfConnections(configuration.resources().get(key))) {
                now.add(key);
                concerned = true;
            } else {
                concerned |= now.remove(key);
            }
        }
        return concerned ? new Draft(servers, settings, compiler).compile(configuration, now) : this;
    }

    private static boolean isOfConnections(@Nullable Resource resource) {
        if (resource instanceof GatewayRoute route) {
            return route.type() == GatewayRoute.Type.TLS || route.type() == GatewayRoute.Type.TCP;
        }
        return resource instanceof VirtualService service
                && !(service.tls().isEmpty() && service.tcp().isEmpty());
    }

    /** The tables in the making. */
    private static final class Draft {
        private final Servers servers;
        private final CompileSettings settings;
        private final UpstreamCompiler compiler;
        private final List<Upstream> upstreams = new ArrayList<>();
        private final Map<ListenerId, Map<String, CompiledRoute>> byServerName = new TreeMap<>();
        private final Map<ListenerId, CompiledRoute> any = new HashMap<>();

        Draft(Servers servers, CompileSettings settings, UpstreamCompiler compiler) {
            this.servers = servers;
            this.settings = settings;
            this.compiler = compiler;
        }

        Connections compile(Configuration configuration, Set<ResourceKey> keys) {
            keys.stream()
                    .map(key -> Objects.requireNonNull(configuration.resources().get(key)))
                    .sorted(Dialect.ORDER)
                    .forEach(resource -> add(resource, configuration));
            Map<ListenerId, ConnectionTable> tables = new HashMap<>();
            any.forEach((id, route) -> tables.put(id, new ConnectionTable(Map.of(), route)));
            byServerName.forEach((id, routes) -> tables.put(id, new ConnectionTable(routes, any.get(id))));
            return new Connections(Map.copyOf(tables), List.copyOf(upstreams), Set.copyOf(keys));
        }

        private void add(Resource resource, Configuration configuration) {
            try {
                if (resource instanceof GatewayRoute route) {
                    add(route, configuration);
                } else {
                    add((VirtualService) resource);
                }
            } catch (CompileFailure e) {
                throw e;
            } catch (RuntimeException e) {
                throw new CompileFailure(resource, e);
            }
        }

        /** Gateway API: of several TCPRoutes at one listener, or TLSRoutes for one name, the oldest gets the connections. */
        private void add(GatewayRoute route, Configuration configuration) {
            GatewayApi api = configuration.gatewayApi();
            for (GatewayApi.Place place : configuration.places(route)) {
                ListenerId id = Servers.own(place.socket(), settings);
                if (route.type() == GatewayRoute.Type.TLS) {
                    byServerName
                            .computeIfAbsent(id, key -> new LinkedHashMap<>())
                            .computeIfAbsent(place.pattern(), name -> route(route, name, id, api));
                } else if (!any.containsKey(id)) {
                    any.put(id, route(route, place.pattern(), id, api));
                }
            }
        }

        private CompiledRoute route(GatewayRoute route, String host, ListenerId id, GatewayApi api) {
            List<WeightedDestination> destinations = new ArrayList<>();
            for (BackendRef backend : route.rules().get(0).backends()) {
                if (backend.weight() > 0) {
                    Upstream upstream = api.destination(route, backend)
                            .map(destination ->
                                    compiler.find(destination, route.metadata().namespace(), id.port()))
                            .orElse(null);
                    destinations.add(destination(upstream, backend.weight()));
                }
            }
            if (destinations.isEmpty()) { // a connection that leads nowhere is refused
                destinations.add(destination(null, 1));
            }
            return compiled(route, "spec.rules[0]", host, id.port(), destinations);
        }

        private void add(VirtualService service) {
            for (Servers.Acceptor acceptor : servers.acceptors(service)) {
                if (acceptor.passesTlsThrough()) {
                    addTls(service, acceptor);
                } else {
                    addTcp(service, acceptor);
                }
            }
        }

        private void addTls(VirtualService service, Servers.Acceptor acceptor) {
            for (int i = 0; i < service.tls().size(); i++) {
                TlsRoute rule = service.tls().get(i);
                for (int j = 0; j < rule.match().size(); j++) {
                    TlsRoute.Match match = rule.match().get(j);
                    if (!applies(
                            match.gateways(),
                            match.port(),
                            match.sourceLabels(),
                            match.sourceNamespace().orElse(null),
                            service,
                            acceptor)) {
                        continue;
                    }
                    for (String sniHost : match.sniHosts()) {
                        for (String name :
                                acceptor.served(sniHost, service.metadata().namespace())) {
                            String path = "spec.tls[" + i + "].match[" + j + "]";
                            byServerName
                                    .computeIfAbsent(acceptor.listener(), id -> new LinkedHashMap<>())
                                    .computeIfAbsent(name, host -> route(service, path, name, rule.route(), acceptor));
                        }
                    }
                }
            }
        }

        private void addTcp(VirtualService service, Servers.Acceptor acceptor) {
            for (int i = 0; i < service.tcp().size() && !any.containsKey(acceptor.listener()); i++) {
                TcpRoute rule = service.tcp().get(i);
                boolean applies = rule.match().isEmpty()
                        && applies(List.of(), OptionalLong.empty(), Map.of(), null, service, acceptor);
                for (TcpRoute.Match match : rule.match()) {
                    applies |= applies(
                            match.gateways(),
                            match.port(),
                            match.sourceLabels(),
                            match.sourceNamespace().orElse(null),
                            service,
                            acceptor);
                }
                if (applies) {
                    any.put(acceptor.listener(), route(service, "spec.tcp[" + i + "]", "*", rule.route(), acceptor));
                }
            }
        }

        private boolean applies(
                List<String> gateways,
                OptionalLong port,
                Map<String, String> sourceLabels,
                @Nullable String sourceNamespace,
                VirtualService service,
                Servers.Acceptor acceptor) {
            String namespace = service.metadata().namespace();
            return (gateways.isEmpty() ? service.gateways() : gateways)
                            .stream()
                                    .filter(name -> !name.equals(VirtualService.MESH))
                                    .anyMatch(name -> Configuration.gatewayKey(name, namespace)
                                            .equals(acceptor.gateway()))
                    && (port.isEmpty()
                            || port.getAsLong() == acceptor.listener().port())
                    && settings.nodeLabels().entrySet().containsAll(sourceLabels.entrySet())
                    && (sourceNamespace == null || sourceNamespace.equals(settings.nodeNamespace()));
        }

        private CompiledRoute route(
                VirtualService service,
                String path,
                String host,
                List<RouteDestination> written,
                Servers.Acceptor acceptor) {
            List<WeightedDestination> destinations = new ArrayList<>();
            for (RouteDestination destination : written) {
                int weight = written.size() == 1 ? 1 : destination.weight().orElse(0);
                if (weight > 0) {
                    Upstream upstream = compiler.find(
                            destination.destination(),
                            service.metadata().namespace(),
                            acceptor.listener().port());
                    destinations.add(destination(upstream, weight));
                }
            }
            return compiled(service, path, host, acceptor.listener().port(), destinations);
        }

        private WeightedDestination destination(@Nullable Upstream upstream, int weight) {
            if (upstream != null) {
                upstreams.add(upstream);
            }
            return new WeightedDestination(upstream, weight, null, HeaderOperations.NONE, HeaderOperations.NONE);
        }

        private CompiledRoute compiled(
                Resource source, String path, String host, int port, List<WeightedDestination> destinations) {
            RouteInfo info = new RouteInfo("", "", source.key(), host, port, Optional.empty(), source.key(), path, "");
            return new CompiledRoute(
                    info, Forward.only(destinations), settings.routeAttachment().apply(info));
        }
    }
}
