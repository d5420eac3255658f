package io.convergate.routing.compile;

import io.convergate.routing.match.ListenerId;
import io.convergate.routing.match.ListenerSpec;
import io.convergate.routing.model.Gateway;
import io.convergate.routing.model.Protocol;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.model.ServerTls;
import io.convergate.routing.model.VirtualService;
import io.convergate.routing.model.gatewayapi.GatewayRoute;
import io.convergate.routing.model.k8s.Ingress;
import io.convergate.routing.resolve.Configuration;
import io.convergate.routing.resolve.ServerHosts;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The servers of the gateways that this node serves, oldest gateway first, and what is bound to them. Immutable. */
final class Servers {
    static final Servers NONE = new Servers(List.of(), List.of(), List.of(), Set.of());

    private final Map<ResourceKey, List<Served>> byGateway = new HashMap<>();
    private final Map<HostId, ResourceKey> redirects = new HashMap<>();
    private final List<ListenerSpec> listeners;
    private final List<Served> acceptors;

    private final Set<HostId> claims;

    /**
     * @param others listeners that no gateway of Istio names
     * @param claims hosts that belong to a listener of Gateway API, whether or not anything is bound to them
     */
    private Servers(List<Served> servers, List<Served> acceptors, List<ListenerSpec> others, Set<HostId> claims) {
        this.acceptors = acceptors;
        this.claims = claims;
        Map<ListenerId, ListenerSpec> sockets = new TreeMap<>();
        for (Served served : servers) {
            byGateway
                    .computeIfAbsent(served.gateway(), key -> new ArrayList<>())
                    .add(served);
            if (served.redirectsToHttps()) {
                served.hosts().all().forEach(host -> redirects.put(new HostId(served.id(), host), served.gateway()));
            }
            sockets.putIfAbsent(served.id(), served.listener());
        }
        others.forEach(listener -> sockets.putIfAbsent(listener.id(), listener));
        listeners = List.copyOf(sockets.values());
    }

    /** A host pattern of a listener. */
    record HostId(ListenerId listener, String host) {}

    /**
     * How a resource with routes is bound to a host.
     *
     * @param gateways through which gateways
     * @param redirectedBy the gateway that redirects the host to https; null if none does
     */
    record Binding(Set<ResourceKey> gateways, @Nullable ResourceKey redirectedBy) {}

    /** A server of a gateway. */
    private record Served(ListenerId id, ResourceKey gateway, Gateway.Server server, ServerHosts hosts) {
        /** Whether connections of it are read as HTTP once their TLS, if there is any, is ended. */
        boolean carriesHttp() {
            Protocol protocol = server.port().protocol();
            return protocol.isPlainHttp() || protocol == Protocol.HTTPS && !passesTlsThrough();
        }

        boolean passesTlsThrough() {
            return server.port().protocol().isTls()
                    && server.tls()
                            .map(tls -> tls.mode() == ServerTls.Mode.PASSTHROUGH)
                            .orElse(false);
        }

        boolean redirectsToHttps() {
            return server.tls().map(ServerTls::httpsRedirect).orElse(false);
        }

        ListenerSpec listener() {
            return new ListenerSpec(id, server.port().protocol());
        }
    }

    /** The servers of those gateways that select this node, and what the other dialects listen on. */
    static Servers of(Configuration configuration, CompileSettings node) {
        List<Served> servers = new ArrayList<>();
        List<Served> acceptors = new ArrayList<>();
        for (Gateway gateway : configuration.gateways()) {
            if (node.nodeLabels().entrySet().containsAll(gateway.selector().entrySet())) {
                gateway.servers().stream()
                        .filter(server ->
                                server.port().number() >= 1 && server.port().number() <= 65535)
                        .map(server -> new Served(
                                id(server, node),
                                gateway.key(),
                                server,
                                new ServerHosts(gateway.metadata().namespace(), server)))
                        .forEach(served -> {
                            if (served.server().port().protocol().isPlainHttp()) {
                                servers.add(served);
                            } else if (!served.carriesHttp()) {
                                acceptors.add(served);
                            }
                        });
            }
        }
        List<ListenerSpec> others = new ArrayList<>();
        if (configuration.ingresses().anyServed()) {
            others.add(new ListenerSpec(IngressRoutes.LISTENER, Protocol.HTTP));
        }
        Set<HostId> claims = new HashSet<>();
        configuration.gatewayApi().sockets().forEach((socket, hosts) -> {
            ListenerId id = own(socket, node);
            others.add(new ListenerSpec(id, Protocol.HTTP));
            hosts.forEach(host -> claims.add(new HostId(id, host)));
        });
        return new Servers(servers, List.copyOf(acceptors), others, claims);
    }

    /** A server that names the node's own address shares the listener of those that name none. */
    private static ListenerId id(Gateway.Server server, CompileSettings node) {
        return own(new ListenerId((int) server.port().number(), server.bind().orElse("")), node);
    }

    static ListenerId own(ListenerId id, CompileSettings node) {
        return id.bind().equals(node.nodeAddress()) ? ListenerId.of(id.port()) : id;
    }

    /** The hosts that belong to a listener of Gateway API, whether or not anything is bound to them. */
    Set<HostId> claims() {
        return claims;
    }

    /** One socket per port and address; the oldest gateway says what is spoken there. */
    List<ListenerSpec> listeners() {
        return listeners;
    }

    /** The hosts that some server names and redirects to https, whether or not anything is bound to them, and its gateway. */
    Map<HostId, ResourceKey> redirects() {
        return redirects;
    }

    /**
     * A server whose connections are not read as HTTP, as a virtual service is bound to it.
     *
     * @param gateway whose server it is
     * @param listener its port and address
     * @param passesTlsThrough whether connections are told apart by the server name that their client asks for
     * @param hosts the hosts it serves
     */
    record Acceptor(ResourceKey gateway, ListenerId listener, boolean passesTlsThrough, ServerHosts hosts) {
        /** What is served of a host pattern. */
        Set<String> served(String host, String namespace) {
            return hosts.served(host, namespace);
        }
    }

    /** The servers of other connections that a virtual service is bound to. */
    List<Acceptor> acceptors(VirtualService service) {
        String namespace = service.metadata().namespace();
        Set<ResourceKey> gateways = Configuration.gatewayKeys(service);
        return acceptors.stream()
                .filter(served -> gateways.contains(served.gateway()))
                .filter(served ->
                        Configuration.isVisible(service, served.hosts().namespace()))
                .filter(served -> service.hosts().stream()
                        .anyMatch(
                                host -> !served.hosts().served(host, namespace).isEmpty()))
                .map(served -> new Acceptor(served.gateway(), served.id(), served.passesTlsThrough(), served.hosts()))
                .toList();
    }

    /** The hosts that a resource has routes for; none for a resource that has no routes. */
    Map<HostId, Binding> bind(Resource source, Configuration configuration, CompileSettings node) {
        if (source instanceof VirtualService service) {
            return bind(service);
        }
        if (source instanceof GatewayRoute route && route.type().carriesRequests()) {
            Map<HostId, Binding> bindings = new LinkedHashMap<>();
            configuration
                    .places(route)
                    .forEach(place -> bindings.merge(
                            new HostId(own(place.socket(), node), place.pattern()),
                            new Binding(Set.of(place.gateway()), null),
                            Servers::both));
            return bindings;
        }
        return source instanceof Ingress ingress ? bind(ingress, configuration) : Map.of();
    }

    private static Map<HostId, Binding> bind(Ingress ingress, Configuration configuration) {
        Map<HostId, Binding> bindings = new LinkedHashMap<>();
        if (configuration.ingresses().isServed(ingress)) {
            IngressRoutes.hosts(ingress)
                    .forEach(host ->
                            bindings.put(new HostId(IngressRoutes.LISTENER, host), new Binding(Set.of(), null)));
        }
        return bindings;
    }

    private Map<HostId, Binding> bind(VirtualService service) {
        Map<HostId, Binding> bindings = new LinkedHashMap<>();
        String namespace = service.metadata().namespace();
        for (ResourceKey gateway : Configuration.gatewayKeys(service)) {
            for (Served served : byGateway.getOrDefault(gateway, List.of())) {
                if (Configuration.isVisible(service, served.hosts().namespace())) {
                    for (String host : service.hosts()) {
                        for (String name : served.hosts().served(host, namespace)) {
                            bindings.merge(new HostId(served.id(), name), binding(served), Servers::both);
                        }
                    }
                }
            }
        }
        return bindings;
    }

    private static Binding binding(Served served) {
        return new Binding(Set.of(served.gateway()), served.redirectsToHttps() ? served.gateway() : null);
    }

    private static Binding both(Binding first, Binding second) {
        Set<ResourceKey> gateways = new LinkedHashSet<>(first.gateways());
        gateways.addAll(second.gateways());
        return new Binding(gateways, second.redirectedBy() == null ? first.redirectedBy() : second.redirectedBy());
    }
}
