package io.convergate.routing.resolve;

import io.convergate.routing.model.Destination;
import io.convergate.routing.model.DestinationRule;
import io.convergate.routing.model.Gateway;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.model.ServiceEntry;
import io.convergate.routing.model.VirtualService;
import io.convergate.routing.model.gatewayapi.GatewayRoute;
import io.convergate.routing.model.k8s.Ingress;
import io.convergate.routing.resolve.ResolvedDestination.Found;
import io.convergate.routing.resolve.ResolvedDestination.Missing;
import io.convergate.routing.resolve.ResolvedDestination.What;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A part of a service as a route of any dialect names it: host, port, subset. The one place that knows what routes name.
 *
 * @param destination the part; its port may be said by name instead, or left to the listener
 * @param portName the port's name; empty where its number counts
 * @param namespace from where it is named
 */
record NamedPart(Destination destination, Optional<String> portName, String namespace) {
    /**
     * A part that was there and is not any more.
     *
     * @param what it, in words
     * @param providers the resources of which one took it away
     */
    record Loss(String what, Set<ResourceKey> providers) {}

    /** What a route names, whether or not it is there or may be named; nothing for what is no route. */
    static List<NamedPart> of(Resource route) {
        String namespace = route.metadata().namespace();
        if (route instanceof VirtualService service) {
            return service.destinations().stream()
                    .map(destination -> new NamedPart(destination, Optional.empty(), namespace))
                    .toList();
        }
        if (route instanceof GatewayRoute other) {
            return other.allBackends()
                    .flatMap(
                            backend -> GatewayApi.host(other, backend)
                                    .map(host -> new Destination(host, Optional.empty(), backend.port()))
                                    .stream())
                    .map(destination -> new NamedPart(destination, Optional.empty(), namespace))
                    .toList();
        }
        return route instanceof Ingress ingress
                ? ingress.backends()
                        .flatMap(backend -> backend.service().stream())
                        .map(port -> new NamedPart(
                                new Destination(
                                        HostNames.service(port.name(), namespace), Optional.empty(), port.number()),
                                port.portName(),
                                namespace))
                        .toList()
                : List.of();
    }

    /** Those of a route that it may name and that somebody may come for. */
    private static List<NamedPart> inUse(Resource route, Configuration configuration) {
        if (route instanceof GatewayRoute other) {
            return configuration.places(other).isEmpty()
                    ? List.of()
                    : other.allBackends()
                            .flatMap(backend -> configuration.gatewayApi().destination(other, backend).stream())
                            .map(destination -> new NamedPart(
                                    destination,
                                    Optional.empty(),
                                    route.metadata().namespace()))
                            .toList();
        }
        return route instanceof Ingress ingress && !configuration.ingresses().isServed(ingress) ? List.of() : of(route);
    }

    /** What a route names and is not there, in words. A port that it leaves to the listener does not count. */
    static List<String> missing(Resource route, Configuration configuration) {
        return of(route).stream()
                .flatMap(part -> part.resolve(configuration, 0) instanceof Missing missing
                                && (missing.what() != What.PORT || part.saysPort())
                        ? Stream.of(words(missing))
                        : Stream.empty())
                .toList();
    }

    /** What a served route names that was there before and is not now. */
    static List<Loss> losses(Resource route, Configuration before, Configuration now) {
        List<Loss> losses = new ArrayList<>();
        for (NamedPart part : inUse(route, now)) {
            for (int listener : part.listenerPorts(route, now)) {
                if (part.resolve(before, listener) instanceof Found was
                        && part.resolve(now, listener) instanceof Missing is) {
                    losses.add(new Loss(words(is), providers(was, is)));
                }
            }
        }
        return losses;
    }

    /** The ports of listeners that may decide which port is meant. */
    private Set<Integer> listenerPorts(Resource route, Configuration configuration) {
        if (saysPort() || !(route instanceof VirtualService service)) {
            return Set.of(0);
        }
        Set<Integer> ports = new TreeSet<>();
        for (ResourceKey key : Configuration.gatewayKeys(service)) {
            configuration
                    .gateway(key)
                    .map(Gateway::servers)
                    .orElse(List.of())
                    .forEach(server -> ports.add((int) server.port().number()));
        }
        return ports.isEmpty() ? Set.of(0) : ports;
    }

    private boolean saysPort() {
        return destination.port().isPresent() || portName.isPresent();
    }

    private ResolvedDestination resolve(Configuration configuration, int listenerPort) {
        ServiceRegistry registry = configuration.registry();
        if (portName.isEmpty()) {
            return registry.resolve(destination, namespace, listenerPort);
        }
        String host = destination.host();
        Optional<ServiceRegistry.Service> service = registry.service(host, namespace);
        if (service.isEmpty()) {
            return new Missing(What.HOST, host);
        }
        return service.get().entry().ports().stream()
                .filter(port -> port.name().equals(portName.get()))
                .findFirst()
                .map(ServiceEntry.Port::number)
                .map(number -> registry.resolve(
                        new Destination(host, destination.subset(), OptionalLong.of(number)), namespace, listenerPort))
                .orElseGet(() -> new Missing(What.PORT, host + ":" + portName.get()));
    }

    private static String words(Missing missing) {
        return switch (missing.what()) {
                    case HOST -> "host ";
                    case PORT -> "port ";
                    case SUBSET -> "subset ";
                }
                + missing.name();
    }

    private static Set<ResourceKey> providers(Found was, Missing is) {
        Set<ResourceKey> providers = new TreeSet<>();
        if (is.what() == What.SUBSET) {
            String subset = was.subset().map(DestinationRule.Subset::name).orElse("");
            was.rules().stream()
                    .filter(rule -> rule.subsets().stream()
                            .anyMatch(candidate -> candidate.name().equals(subset)))
                    .forEach(rule -> providers.add(rule.key()));
        } else {
            providers.add(was.service().source().key());
        }
        return providers;
    }
}
