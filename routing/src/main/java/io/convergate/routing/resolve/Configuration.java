package io.convergate.routing.resolve;

import io.convergate.routing.collect.SharedMap;
import io.convergate.routing.model.DestinationRule;
import io.convergate.routing.model.Gateway;
import io.convergate.routing.model.Metadata;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.model.ServiceEntry;
import io.convergate.routing.model.VirtualService;
import io.convergate.routing.model.Workload;
import io.convergate.routing.model.gatewayapi.GatewayClass;
import io.convergate.routing.model.gatewayapi.GatewayRoute;
import io.convergate.routing.model.gatewayapi.KubernetesGateway;
import io.convergate.routing.model.k8s.EndpointSlice;
import io.convergate.routing.model.k8s.Service;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All resources that hold at one time, and how they refer to each other. Immutable; versions share what did not change, so
 * that making one costs what changed.
 */
public final class Configuration {
    private final SharedMap<ResourceKey, Resource> resources;
    private final List<Gateway> gateways;
    private final Ingresses ingresses;
    private final GatewayApi gatewayApi;
    private final RouteRivals rivals;
    private final ServiceRegistry registry;
    private final RateLimitPolicies rateLimits;
    private final RateLimitDomains rateLimitDomains;

    private Configuration(
            SharedMap<ResourceKey, Resource> resources,
            List<Gateway> gateways,
            Ingresses ingresses,
            GatewayApi gatewayApi,
            RouteRivals rivals,
            ServiceRegistry registry,
            RateLimitPolicies rateLimits,
            RateLimitDomains rateLimitDomains) {
        this.resources = resources;
        this.gateways = gateways;
        this.ingresses = ingresses;
        this.gatewayApi = gatewayApi;
        this.rivals = rivals;
        this.registry = registry;
        this.rateLimits = rateLimits;
        this.rateLimitDomains = rateLimitDomains;
    }

    /**
     * The configuration without resources.
     *
     * @param rootNamespace the namespace whose destination rules hold for all
     */
    public static Configuration empty(String rootNamespace) {
        return empty(rootNamespace, GatewayApi.SPOKEN);
    }

    /**
     * The configuration without resources.
     *
     * @param rootNamespace the namespace whose destination rules hold for all
     * @param spoken the protocols of Gateway API that are listened for
     */
    public static Configuration empty(String rootNamespace, Set<String> spoken) {
        return new Configuration(
                SharedMap.empty(),
                List.of(),
                Ingresses.NONE,
                GatewayApi.empty(spoken),
                RouteRivals.NONE,
                ServiceRegistry.empty(rootNamespace),
                RateLimitPolicies.NONE,
                RateLimitDomains.NONE);
    }

    /** This configuration with other versions of some resources, or without them where the value is null. */
    public Configuration with(Map<ResourceKey, ? extends @Nullable Resource> changes) {
        return next(resources.with(changes), changes.keySet());
    }

    /** A configuration of these resources and no others, which shares with this one what is the same. */
    public Configuration become(Map<ResourceKey, ? extends Resource> others) {
        SharedMap<ResourceKey, Resource> wanted = resources.become(others);
        return next(wanted, wanted.differsFrom(resources));
    }

    private Configuration next(SharedMap<ResourceKey, Resource> wanted, Set<ResourceKey> mayDiffer) {
        List<Resource> removed = new ArrayList<>();
        List<Resource> added = new ArrayList<>();
        for (ResourceKey key : mayDiffer) {
            Resource before = resources.get(key);
            Resource now = wanted.get(key);
            if (before != now) {
                Stream.ofNullable(before).forEach(removed::add);
                Stream.ofNullable(now).forEach(added::add);
            }
        }
        if (removed.isEmpty() && added.isEmpty()) {
            return this;
        }
        GatewayApi newGatewayApi = gatewayApi.with(removed, added);
        return new Configuration(
                wanted,
                gatewaysWith(removed, added),
                ingresses.with(removed, added),
                newGatewayApi,
                rivals.with(removed, added, newGatewayApi == gatewayApi, wanted, newGatewayApi),
                registry.with(removed, added, wanted),
                rateLimits.with(removed, added),
                rateLimitDomains.with(removed, added));
    }

    private List<Gateway> gatewaysWith(List<Resource> removed, List<Resource> added) {
        Set<ResourceKey> gone = new HashSet<>();
        removed.stream().filter(Gateway.class::isInstance).forEach(gateway -> gone.add(gateway.key()));
        List<Gateway> come = added.stream()
                .filter(Gateway.class::isInstance)
                .map(Gateway.class::cast)
                .toList();
        if (gone.isEmpty() && come.isEmpty()) {
            return gateways;
        }
        List<Gateway> all = new ArrayList<>(gateways);
        all.removeIf(gateway -> gone.contains(gateway.key()));
        all.addAll(come);
        all.sort(Comparator.comparing(Gateway::metadata, Metadata.OLDEST_FIRST));
        return List.copyOf(all);
    }

    /** The namespace whose destination rules and secrets are for all. */
    public String rootNamespace() {
        return registry.rootNamespace();
    }

    /** The resources by their keys. */
    public SharedMap<ResourceKey, Resource> resources() {
        return resources;
    }

    /** The keys of the resources that are not the same instance in another version, or are in only one of them. */
    public Set<ResourceKey> differsFrom(Configuration other) {
        return resources.differsFrom(other.resources);
    }

    /** The gateways, oldest first; the same instance in all versions between which no gateway changed. */
    public List<Gateway> gateways() {
        return gateways;
    }

    /** The Ingresses and their classes; the same instance in all versions between which none of them changed. */
    public Ingresses ingresses() {
        return ingresses;
    }

    /** What Gateway API says, but its routes; the same instance in all versions between which nothing of it changed. */
    public GatewayApi gatewayApi() {
        return gatewayApi;
    }

    /** What becomes of the wishes of a route of Gateway API to be attached, one for each parent it names. */
    public List<Attachment> attach(GatewayRoute route) {
        return rivals.applied(route, gatewayApi.attach(route));
    }

    /** Where a route of Gateway API is served: host patterns at listeners. */
    public Set<GatewayApi.Place> places(GatewayRoute route) {
        return gatewayApi.places(route, attach(route));
    }

    /** The routes that lost a listener to another, or would have in the other version. */
    Set<ResourceKey> changedRivals(Configuration other) {
        return rivals.losers(other.rivals);
    }

    /** The services and the rules for them; the same instance in all versions between which none of them changed. */
    public ServiceRegistry registry() {
        return registry;
    }

    /** The policies that limit requests; the same instance in all versions between which none of them changed. */
    public RateLimitPolicies rateLimits() {
        return rateLimits;
    }

    /** The domains of the rate limit service; the same instance in all versions between which none of them changed. */
    public RateLimitDomains rateLimitDomains() {
        return rateLimitDomains;
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
        service.allGateways().stream()
                .filter(name -> !name.equals(VirtualService.MESH))
                .forEach(name -> keys.add(gatewayKey(name, namespace)));
        return keys;
    }

    /** The gateway under a key. */
    public Optional<Gateway> gateway(ResourceKey key) {
        return resources.get(key) instanceof Gateway gateway ? Optional.of(gateway) : Optional.empty();
    }

    /** Whether one of these gateways asks for the most specific route first. */
    public boolean anyMostSpecificFirst(Set<ResourceKey> keys) {
        for (ResourceKey key : keys) {
            if (resources.get(key) instanceof Gateway gateway && gateway.isMostSpecificFirst()) {
                return true;
            }
        }
        return false;
    }

    /** Whether a virtual service may be used by a gateway of that namespace. */
    public static boolean isVisible(VirtualService service, String gatewayNamespace) {
        return Visibility.isVisible(service.exportTo(), service.metadata().namespace(), gatewayNamespace);
    }

    /**
     * What a resource refers to and is not there, in words: a virtual service's gateways and delegates, and the hosts, ports
     * and subsets that a route of any dialect names.
     */
    public Set<String> missingReferences(Resource resource) {
        Set<String> missing = new LinkedHashSet<>();
        if (resource instanceof VirtualService service) {
            for (ResourceKey key : gatewayKeys(service)) {
                if (gateway(key).isEmpty()) {
                    missing.add("gateway " + key.namespace() + "/" + key.name());
                }
            }
            for (ResourceKey key : Delegation.delegateKeys(service)) {
                if (!(resources.get(key) instanceof VirtualService)) {
                    missing.add("virtual service " + key.namespace() + "/" + key.name());
                }
            }
        }
        missing.addAll(NamedPart.missing(resource, this));
        return missing;
    }

    /**
     * What a resource lacks of what it works with, in words: its {@link #missingReferences}; and of a service that other
     * resources say the endpoints of, these and its ports at them. One whose endpoints are all gone lacks nothing.
     */
    public Set<String> missingNeeds(Resource resource) {
        Set<String> missing = missingReferences(resource);
        missing.addAll(registry.missingEndpoints(resource));
        return missing;
    }

    /**
     * The hosts, ports and subsets that a served route names, that were there in an earlier version and are not in this one; in
     * words, each with the resources of which one took it away. None for what is no route, or is served nowhere.
     */
    public Map<String, Set<ResourceKey>> losses(Resource route, Configuration before) {
        Map<String, Set<ResourceKey>> losses = new LinkedHashMap<>();
        NamedPart.losses(route, before, this)
                .forEach(loss -> losses.computeIfAbsent(loss.what(), what -> new LinkedHashSet<>())
                        .addAll(loss.providers()));
        return losses;
    }

    /**
     * Whether one resource names the other: a virtual service its gateways and delegates; a route of any dialect its services
     * and their rules; a rule its service; a service the workloads it selects, or its slices; a gateway of Gateway API its class.
     */
    public static boolean refersTo(Resource from, Resource to) {
        if (from instanceof VirtualService service && to instanceof VirtualService) {
            return Delegation.delegateKeys(service).contains(to.key());
        }
        if (from instanceof VirtualService service && to instanceof Gateway) {
            return gatewayKeys(service).contains(to.key());
        }
        if (from instanceof ServiceEntry entry && to instanceof Workload workload) {
            return Workloads.selects(entry, workload);
        }
        if (from instanceof Service && to instanceof EndpointSlice) {
            return KubernetesService.hostOf(from).equals(KubernetesService.hostOf(to));
        }
        if (from instanceof KubernetesGateway gateway && to instanceof GatewayClass one) {
            return gateway.className().equals(one.metadata().name());
        }
        if (from instanceof DestinationRule rule) {
            return (to instanceof ServiceEntry || to instanceof Service)
                    && speaksOf(to, rule.host(), rule.metadata().namespace());
        }
        return (to instanceof ServiceEntry || to instanceof Service || to instanceof DestinationRule)
                && NamedPart.of(from).stream()
                        .anyMatch(part -> speaksOf(to, part.destination().host(), part.namespace()));
    }

    private static boolean speaksOf(Resource resource, String name, String namespace) {
        String host = HostNames.canonical(name);
        String full = HostNames.expand(host, namespace);
        if (resource instanceof ServiceEntry entry) {
            return entry.hosts().stream()
                    .map(HostNames::canonical)
                    .anyMatch(own -> own.equals(host) || HostNames.covers(full, own));
        }
        if (resource instanceof Service) {
            return KubernetesService.hostOf(resource)
                    .filter(own -> HostNames.covers(full, own))
                    .isPresent();
        }
        if (resource instanceof DestinationRule rule) {
            String own = HostNames.canonical(rule.host());
            return own.equals(host)
                    || HostNames.covers(HostNames.expand(own, rule.metadata().namespace()), full);
        }
        return false;
    }
}
