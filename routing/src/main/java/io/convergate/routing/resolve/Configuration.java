package io.convergate.routing.resolve;

import io.convergate.routing.model.Destination;
import io.convergate.routing.model.DestinationRule;
import io.convergate.routing.model.Gateway;
import io.convergate.routing.model.HttpRoute;
import io.convergate.routing.model.HttpRouteDestination;
import io.convergate.routing.model.Metadata;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.model.ServiceEntry;
import io.convergate.routing.model.VirtualService;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** All resources that hold at one time, and how they refer to each other. Immutable. */
public final class Configuration {
    private final Map<ResourceKey, Resource> resources;
    private final List<Gateway> gateways;
    private final List<VirtualService> virtualServices;
    private final List<Resource> serviceSources;
    private final ServiceRegistry registry;

    private Configuration(
            Map<ResourceKey, Resource> resources, String rootNamespace, @Nullable Configuration previous) {
        this.resources = resources;
        List<Gateway> gatewaysFound = new ArrayList<>();
        List<VirtualService> virtualServicesFound = new ArrayList<>();
        List<Resource> sources = new ArrayList<>();
        for (Resource resource : resources.values()) {
            if (resource instanceof Gateway gateway) {
                gatewaysFound.add(gateway);
            } else if (resource instanceof VirtualService service) {
                virtualServicesFound.add(service);
            } else {
                sources.add(resource);
            }
        }
        gatewaysFound.sort(Comparator.comparing(Gateway::metadata, Metadata.OLDEST_FIRST));
        virtualServicesFound.sort(Comparator.comparing(VirtualService::metadata, Metadata.OLDEST_FIRST));
        sources.sort(Comparator.comparing(Resource::key));
        boolean sameGateways = previous != null && sameInstances(previous.gateways, gatewaysFound);
        boolean sameSources = previous != null && sameInstances(previous.serviceSources, sources);
        this.gateways = sameGateways ? previous.gateways : List.copyOf(gatewaysFound);
        this.virtualServices = List.copyOf(virtualServicesFound);
        this.serviceSources = sameSources ? previous.serviceSources : List.copyOf(sources);
        this.registry = sameSources
                ? previous.registry
                : new ServiceRegistry(
                        ofType(sources, ServiceEntry.class), ofType(sources, DestinationRule.class), rootNamespace);
    }

    private static <T> List<T> ofType(List<Resource> resources, Class<T> type) {
        return resources.stream().filter(type::isInstance).map(type::cast).toList();
    }

    private static boolean sameInstances(List<?> a, List<?> b) {
        if (a.size() != b.size()) {
            return false;
        }
        for (int i = 0; i < a.size(); i++) {
            if (a.get(i) != b.get(i)) {
                return false;
            }
        }
        return true;
    }

    /**
     * A configuration of these resources.
     *
     * @param rootNamespace the namespace whose destination rules hold for all
     */
    public static Configuration of(Map<ResourceKey, ? extends Resource> resources, String rootNamespace) {
        return new Configuration(Map.copyOf(resources), rootNamespace, null);
    }

    /**
     * A configuration of other resources, which shares what did not change: {@link #gateways()} and {@link #registry()} are the
     * same instances as long as nothing they are made of changed.
     */
    public Configuration with(Map<ResourceKey, ? extends Resource> others, String rootNamespace) {
        return new Configuration(Map.copyOf(others), rootNamespace, this);
    }

    /** The resources by their keys. */
    public Map<ResourceKey, Resource> resources() {
        return resources;
    }

    /** The gateways, oldest first. */
    public List<Gateway> gateways() {
        return gateways;
    }

    /** The virtual services, oldest first: the order in which their routes are merged. */
    public List<VirtualService> virtualServices() {
        return virtualServices;
    }

    /** The service entries and destination rules. */
    public List<Resource> serviceSources() {
        return serviceSources;
    }

    /** The services and the rules for them. */
    public ServiceRegistry registry() {
        return registry;
    }

    /** The key of the gateway that a virtual service names: {@code namespace/name}, or a name in its own namespace. */
    public static ResourceKey gatewayKey(String reference, String namespace) {
        int slash = reference.indexOf('/');
        String where = slash < 0 ? namespace : reference.substring(0, slash);
        return new ResourceKey(Resource.ISTIO_NETWORKING, Gateway.KIND, where, reference.substring(slash + 1));
    }

    /** The keys of the gateways that a virtual service names, in all its places, the mesh not counted. */
    public static Set<ResourceKey> gatewayKeys(VirtualService service) {
        String namespace = service.metadata().namespace();
        Set<ResourceKey> keys = new LinkedHashSet<>();
        service.gateways().stream()
                .filter(name -> !name.equals(VirtualService.MESH))
                .forEach(name -> keys.add(gatewayKey(name, namespace)));
        service.http().forEach(route -> route.match().forEach(match -> match.gateways().stream()
                .filter(name -> !name.equals(VirtualService.MESH))
                .forEach(name -> keys.add(gatewayKey(name, namespace)))));
        return keys;
    }

    /** The gateway under a key. */
    public Optional<Gateway> gateway(ResourceKey key) {
        return resources.get(key) instanceof Gateway gateway ? Optional.of(gateway) : Optional.empty();
    }

    /** Whether a virtual service may be used by a gateway of that namespace. */
    public static boolean isVisible(VirtualService service, String gatewayNamespace) {
        return Visibility.isVisible(service.exportTo(), service.metadata().namespace(), gatewayNamespace);
    }

    /** The gateways, hosts and subsets that a resource refers to and that are not there; in words. */
    public Set<String> missingReferences(Resource resource) {
        if (!(resource instanceof VirtualService service)) {
            return Set.of();
        }
        Set<String> missing = new LinkedHashSet<>();
        for (ResourceKey key : gatewayKeys(service)) {
            if (gateway(key).isEmpty()) {
                missing.add("gateway " + key.namespace() + "/" + key.name());
            }
        }
        for (HttpRoute route : service.http()) {
            for (HttpRouteDestination destination : route.route()) {
                missingPart(destination.destination(), service).ifPresent(missing::add);
            }
        }
        return missing;
    }

    private Optional<String> missingPart(Destination destination, VirtualService service) {
        ResolvedDestination resolved =
                registry.resolve(destination, service.metadata().namespace(), 0);
        if (resolved instanceof ResolvedDestination.Missing missing
                && missing.what() != ResolvedDestination.What.PORT) {
            return Optional.of(
                    (missing.what() == ResolvedDestination.What.HOST ? "host " : "subset ") + missing.name());
        }
        return Optional.empty();
    }

    /** Whether one resource names the other: a virtual service its gateways, services and rules; a rule its service. */
    public static boolean refersTo(Resource from, Resource to) {
        if (from instanceof VirtualService service) {
            return to instanceof Gateway
                    ? gatewayKeys(service).contains(to.key())
                    : service.http().stream()
                            .flatMap(route -> route.route().stream())
                            .anyMatch(destination -> speaksOf(
                                    to,
                                    destination.destination().host(),
                                    service.metadata().namespace()));
        }
        return from instanceof DestinationRule rule
                && to instanceof ServiceEntry
                && speaksOf(to, rule.host(), rule.metadata().namespace());
    }

    private static boolean speaksOf(Resource resource, String name, String namespace) {
        String host = HostNames.canonical(name);
        String full = HostNames.expand(host, namespace);
        if (resource instanceof ServiceEntry entry) {
            return entry.hosts().stream()
                    .map(HostNames::canonical)
                    .anyMatch(own -> own.equals(host) || HostNames.covers(full, own));
        }
        if (resource instanceof DestinationRule rule) {
            String own = HostNames.canonical(rule.host());
            return own.equals(host)
                    || HostNames.covers(HostNames.expand(own, rule.metadata().namespace()), full);
        }
        return false;
    }
}
