package io.convergate.routing.resolve;

import io.convergate.routing.collect.SharedMap;
import io.convergate.routing.model.Destination;
import io.convergate.routing.model.DestinationRule;
import io.convergate.routing.model.Metadata;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.model.ServiceEntry;
import io.convergate.routing.model.Workload;
import io.convergate.routing.model.WorkloadEntry;
import io.convergate.routing.model.k8s.EndpointSlice;
import io.convergate.routing.model.policy.CircuitBreakerPolicy;
import io.convergate.routing.model.policy.HealthCheckPolicy;
import io.convergate.routing.model.policy.UpstreamPolicy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The services there are, by name, and the rules for them. Immutable; versions share what did not change. */
public final class ServiceRegistry {
    /** The port of an endpoint that does not have the port in question; only services of Kubernetes have such. */
    public static final long NO_PORT = KubernetesService.NO_PORT;

    private final SharedMap<String, List<ServiceEntry>> services;

    /** Kubernetes' services by their full names. */
    private final SharedMap<String, KubernetesService> kubernetes;

    private final Map<String, SharedMap<String, List<DestinationRule>>> rules;
    private final Workloads workloads;
    private final UpstreamPolicies<HealthCheckPolicy> healthChecks;
    private final UpstreamPolicies<CircuitBreakerPolicy> breakers;
    private final BackendTls tls;
    private final String rootNamespace;

    private ServiceRegistry(
            SharedMap<String, List<ServiceEntry>> services,
            SharedMap<String, KubernetesService> kubernetes,
            Map<String, SharedMap<String, List<DestinationRule>>> rules,
            Workloads workloads,
            UpstreamPolicies<HealthCheckPolicy> healthChecks,
            UpstreamPolicies<CircuitBreakerPolicy> breakers,
            BackendTls tls,
            String rootNamespace) {
        this.services = services;
        this.kubernetes = kubernetes;
        this.rules = rules;
        this.workloads = workloads;
        this.healthChecks = healthChecks;
        this.breakers = breakers;
        this.tls = tls;
        this.rootNamespace = rootNamespace;
    }

    /**
     * No services.
     *
     * @param rootNamespace the namespace whose rules hold for all that no nearer rule is for
     */
    static ServiceRegistry empty(String rootNamespace) {
        return new ServiceRegistry(
                SharedMap.empty(),
                SharedMap.empty(),
                Map.of(),
                Workloads.NONE,
                UpstreamPolicies.none(HealthCheckPolicy.class),
                UpstreamPolicies.none(CircuitBreakerPolicy.class),
                BackendTls.NONE,
                rootNamespace);
    }

    /**
     * This registry without some entries, rules and workloads and with others; what is neither is passed over.
     *
     * @param wanted everything that there is then
     */
    ServiceRegistry with(Collection<Resource> removed, Collection<Resource> added, Map<ResourceKey, Resource> wanted) {
        Listing<ServiceEntry> newServices = new Listing<>(services);
        Map<String, Listing<DestinationRule>> newRules = new HashMap<>();
        for (Resource resource : removed) {
            if (resource instanceof ServiceEntry entry) {
                hosts(entry).forEach(host -> newServices.remove(host, entry));
            } else if (resource instanceof DestinationRule rule) {
                names(rule).forEach(name -> ofNamespace(rule, newRules).remove(name, rule));
            }
        }
        for (Resource resource : added) {
            if (resource instanceof ServiceEntry entry) {
                hosts(entry).forEach(host -> newServices.add(host, entry));
            } else if (resource instanceof DestinationRule rule) {
                names(rule).forEach(name -> ofNamespace(rule, newRules).add(name, rule));
            }
        }
        SharedMap<String, KubernetesService> newKubernetes = kubernetesWith(removed, added);
        Workloads newWorkloads = workloads.with(removed, added);
        UpstreamPolicies<HealthCheckPolicy> newHealthChecks = healthChecks.with(removed, added);
        UpstreamPolicies<CircuitBreakerPolicy> newBreakers = breakers.with(removed, added);
        BackendTls newTls = tls.with(removed, added, wanted);
        if (newServices.edits.isEmpty()
                && newRules.isEmpty()
                && newKubernetes == kubernetes
                && newWorkloads == workloads
                && newHealthChecks == healthChecks
                && newBreakers == breakers
                && newTls == tls) {
            return this;
        }
        Map<String, SharedMap<String, List<DestinationRule>>> allRules = new HashMap<>(rules);
        newRules.forEach((namespace, listing) -> allRules.put(namespace, listing.done()));
        return new ServiceRegistry(
                newServices.done(),
                newKubernetes,
                allRules,
                newWorkloads,
                newHealthChecks,
                newBreakers,
                newTls,
                rootNamespace);
    }

    private SharedMap<String, KubernetesService> kubernetesWith(
            Collection<Resource> removed, Collection<Resource> added) {
        Map<String, @Nullable KubernetesService> edits = new HashMap<>();
        removed.forEach(resource -> edit(resource, edits, false));
        added.forEach(resource -> edit(resource, edits, true));
        edits.replaceAll((host, service) -> service == null || service.isEmpty() ? null : service);
        return kubernetes.with(edits);
    }

    private void edit(Resource resource, Map<String, @Nullable KubernetesService> edits, boolean adds) {
        KubernetesService.hostOf(resource).ifPresent(host -> {
            KubernetesService known = edits.containsKey(host) ? edits.get(host) : kubernetes.get(host);
            KubernetesService before = known == null ? KubernetesService.NONE : known;
            if (resource instanceof EndpointSlice slice) {
                edits.put(host, adds ? before.with(slice) : before.without(slice));
            } else {
                edits.put(host, before.with(adds ? (io.convergate.routing.model.k8s.Service) resource : null));
            }
        });
    }

    private Listing<DestinationRule> ofNamespace(DestinationRule rule, Map<String, Listing<DestinationRule>> newRules) {
        return newRules.computeIfAbsent(
                rule.metadata().namespace(),
                namespace -> new Listing<>(rules.getOrDefault(namespace, SharedMap.empty())));
    }

    private static Set<String> hosts(ServiceEntry entry) {
        Set<String> hosts = new LinkedHashSet<>();
        entry.hosts().forEach(host -> hosts.add(HostNames.canonical(host)));
        return hosts;
    }

    /** The names under which a rule is found. Rules with a workload selector are for proxies that do not exist here. */
    private static Set<String> names(DestinationRule rule) {
        Set<String> names = new LinkedHashSet<>();
        if (rule.workloadSelector().isEmpty()) {
            String host = HostNames.canonical(rule.host());
            names.add(host);
            names.add(HostNames.expand(host, rule.metadata().namespace()));
        }
        return names;
    }

    /** Lists of resources by name, and what becomes of them. */
    private static final class Listing<T extends Resource> {
        private final SharedMap<String, List<T>> before;
        private final Map<String, List<T>> edits = new HashMap<>();

        Listing(SharedMap<String, List<T>> before) {
            this.before = before;
        }

        void remove(String name, T resource) {
            list(name).removeIf(known -> known == resource);
        }

        void add(String name, T resource) {
            list(name).add(resource);
        }

        private List<T> list(String name) {
            return edits.computeIfAbsent(name, key -> new ArrayList<>(before.getOrDefault(key, List.of())));
        }

        SharedMap<String, List<T>> done() {
            Map<String, @Nullable List<T>> changes = new HashMap<>();
            edits.forEach((name, list) -> {
                list.sort(Comparator.comparing(Resource::metadata, Metadata.OLDEST_FIRST));
                changes.put(name, list.isEmpty() ? null : list);
            });
            return before.with(changes);
        }
    }

    /** The entries that say something about a host, in canonical form; oldest first. */
    public List<ServiceEntry> entries(String host) {
        return Collections.unmodifiableList(services.getOrDefault(host, List.of()));
    }

    /** The namespace whose rules hold for all that no nearer rule is for. */
    String rootNamespace() {
        return rootNamespace;
    }

    /** How TLS is spoken to services. */
    public BackendTls tls() {
        return tls;
    }

    /** The places where a service runs: those it names, or those of the workloads it selects, oldest first. */
    public List<WorkloadEntry> endpoints(ServiceEntry entry) {
        return workloads.endpoints(entry);
    }

    /** The workloads that a service selects, oldest first; none if it has no selector. */
    public List<Workload> selected(ServiceEntry entry) {
        return workloads.selected(entry);
    }

    /** How the endpoints of a destination are asked whether they are healthy; empty if they are not. */
    public Optional<HealthCheckPolicy> healthCheck(ResolvedDestination.Found found) {
        return healthChecks.of(found.service().source().key(), found.port(), found.rules(), found.subset());
    }

    /** Whether any part of a resource has health checks. */
    public boolean isHealthChecked(ResourceKey target) {
        return healthChecks.isFor(target);
    }

    /** When a destination is not called for a while; empty if that is never. */
    public Optional<CircuitBreakerPolicy> breaker(ResolvedDestination.Found found) {
        return breakers.of(found.service().source().key(), found.port(), found.rules(), found.subset());
    }

    /** Of the policies of this one's kind the one that counts for a part of a resource. */
    public Optional<? extends UpstreamPolicy> counting(
            UpstreamPolicy policy, ResourceKey target, Optional<String> section) {
        return (policy instanceof HealthCheckPolicy ? healthChecks : breakers).oldest(target, section);
    }

    /**
     * A service as a name leads to it.
     *
     * @param host the name under which it is registered
     * @param entry what it is; for a service of Kubernetes, what a ServiceEntry would say of it
     * @param source the resource that says so
     */
    public record Service(String host, ServiceEntry entry, Resource source) {}

    /**
     * The service a name means in a namespace: the one of that very name, else the one of the name completed with the namespace;
     * of several Kubernetes' own, then the namespace's own, then the oldest that is exported to it. A full name {@code
     * name.namespace.svc.cluster.local} that is not registered means what that namespace registers under the short one.
     */
    public Optional<Service> service(String name, String namespace) {
        String host = HostNames.canonical(name);
        String full = HostNames.expand(host, namespace);
        return visible(host, namespace)
                .or(() -> full.equals(host) ? Optional.empty() : visible(full, namespace))
                .or(() -> HostNames.namespaceOf(full)
                        .filter(owner -> owner.indexOf('.') < 0)
                        .flatMap(owner -> ofOwner(full.substring(0, full.indexOf('.')), owner, namespace)));
    }

    /** Kubernetes' own service of that full name. */
    public Optional<Resource> kubernetesService(String host) {
        return Optional.ofNullable(kubernetes.get(host)).flatMap(own -> Optional.ofNullable(own.service()));
    }

    /** What a service lacks of what other resources say of its endpoints, in words; nothing of a service that says it itself. */
    Set<String> missingEndpoints(Resource service) {
        if (service instanceof ServiceEntry entry) {
            return entry.workloadSelector().isEmpty()
                            || !workloads.selected(entry).isEmpty()
                    ? Set.of()
                    : Set.of("a workload of " + String.join(", ", entry.hosts()));
        }
        return service instanceof io.convergate.routing.model.k8s.Service
                ? KubernetesService.hostOf(service)
                        .map(host -> kubernetes
                                .getOrDefault(host, KubernetesService.NONE)
                                .missingEndpoints())
                        .orElse(Set.of())
                : Set.of();
    }

    private Optional<Service> visible(String host, String namespace) {
        KubernetesService own = kubernetes.get(host);
        if (own != null && own.service() != null && own.entry().isPresent()) {
            return Optional.of(new Service(host, own.entry().get(), own.service()));
        }
        ServiceEntry found = null;
        for (ServiceEntry entry : services.getOrDefault(host, List.of())) {
            String owner = entry.metadata().namespace();
            boolean nearer = found == null
                    || owner.equals(namespace) && !found.metadata().namespace().equals(namespace);
            if (nearer && Visibility.isVisible(entry.exportTo(), owner, namespace)) {
                found = entry;
            }
        }
        return Optional.ofNullable(found).map(entry -> new Service(host, entry, entry));
    }

    private Optional<Service> ofOwner(String host, String owner, String viewer) {
        return services.getOrDefault(host, List.of()).stream()
                .filter(entry -> entry.metadata().namespace().equals(owner))
                .filter(entry -> Visibility.isVisible(entry.exportTo(), owner, viewer))
                .findFirst()
                .map(entry -> new Service(host, entry, entry));
    }

    /**
     * The rules for a service, seen from a namespace, oldest first: those of the most specific host in the first of these
     * namespaces that has any: the viewer's, the service's, the root namespace.
     */
    public List<DestinationRule> rules(Service service, String namespace) {
        String owner = HostNames.namespaceOf(service.host())
                .orElse(service.entry().metadata().namespace());
        for (String place : List.of(namespace, owner, rootNamespace)) {
            SharedMap<String, List<DestinationRule>> ofNamespace = rules.getOrDefault(place, SharedMap.empty());
            for (String host : mostSpecificFirst(service, ofNamespace)) {
                List<DestinationRule> found = ofNamespace.getOrDefault(host, List.of()).stream()
                        .filter(rule -> Visibility.isVisible(rule.exportTo(), place, namespace))
                        .toList();
                if (!found.isEmpty()) {
                    return found;
                }
            }
        }
        return List.of();
    }

    private static List<String> mostSpecificFirst(Service service, SharedMap<String, List<DestinationRule>> rules) {
        if (rules.isEmpty()) {
            return List.of();
        }
        List<String> hosts = new ArrayList<>();
        hosts.add(service.host());
        String full =
                HostNames.expand(service.host(), service.entry().metadata().namespace());
        hosts.add(full);
        for (int dot = full.indexOf('.'); dot >= 0; dot = full.indexOf('.', dot + 1)) {
            hosts.add("*" + full.substring(dot));
        }
        hosts.add("*");
        return hosts;
    }

    /** What a destination is, seen from a namespace, for requests that come in on a port. */
    public ResolvedDestination resolve(Destination destination, String namespace, int listenerPort) {
        Optional<Service> service = service(destination.host(), namespace);
        if (service.isEmpty()) {
            return new ResolvedDestination.Missing(ResolvedDestination.What.HOST, destination.host());
        }
        List<ServiceEntry.Port> ports = service.get().entry().ports();
        long number = destination.port().orElse(ports.size() == 1 ? ports.get(0).number() : listenerPort);
        Optional<ServiceEntry.Port> port =
                ports.stream().filter(candidate -> candidate.number() == number).findFirst();
        if (port.isEmpty()) {
            return new ResolvedDestination.Missing(ResolvedDestination.What.PORT, destination.host() + ":" + number);
        }
        List<DestinationRule> found = rules(service.get(), namespace);
        if (destination.subset().isEmpty()) {
            return new ResolvedDestination.Found(service.get(), port.get(), found, Optional.empty());
        }
        String name = destination.subset().get();
        Optional<DestinationRule.Subset> subset = found.stream()
                .flatMap(rule -> rule.subsets().stream())
                .filter(candidate -> candidate.name().equals(name))
                .findFirst();
        return subset.isEmpty()
                ? new ResolvedDestination.Missing(ResolvedDestination.What.SUBSET, destination.host() + " " + name)
                : new ResolvedDestination.Found(service.get(), port.get(), found, subset);
    }
}
