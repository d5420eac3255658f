package io.convergate.routing.validate;

import io.convergate.routing.model.Destination;
import io.convergate.routing.model.DestinationRule;
import io.convergate.routing.model.Gateway;
import io.convergate.routing.model.HttpMatch;
import io.convergate.routing.model.HttpRoute;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.model.RouteDestination;
import io.convergate.routing.model.ServiceEntry;
import io.convergate.routing.model.TcpRoute;
import io.convergate.routing.model.TlsRoute;
import io.convergate.routing.model.VirtualService;
import io.convergate.routing.model.WorkloadEntry;
import io.convergate.routing.model.k8s.Ingress;
import io.convergate.routing.model.policy.RateLimitPolicy;
import io.convergate.routing.model.policy.UpstreamPolicy;
import io.convergate.routing.problem.Problem;
import io.convergate.routing.problem.ProblemCode;
import io.convergate.routing.resolve.Configuration;
import io.convergate.routing.resolve.Delegation;
import io.convergate.routing.resolve.Dependents;
import io.convergate.routing.resolve.HostNames;
import io.convergate.routing.resolve.ResolvedDestination;
import io.convergate.routing.resolve.ServerCertificates;
import io.convergate.routing.resolve.ServerHosts;
import io.convergate.routing.resolve.ServiceRegistry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds what is wrong between resources: references to what is not there, hosts that nobody serves, gateways that contradict
 * each other. All of it is a warning, with istioctl's codes: a resource may come before the one it needs. Remembers what it
 * found, and looks again only at what changed and at what names it. Confined to one thread.
 */
public final class ConfigurationAnalyzer {
    private final Dependents dependents = new Dependents();
    private final Map<ResourceKey, List<Problem>> found = new TreeMap<>();
    private Map<ResourceKey, List<Problem>> ofGateways = Map.of();
    private @Nullable List<Problem> all;
    private Configuration last;

    /** @param rootNamespace the namespace whose destination rules hold for all */
    public ConfigurationAnalyzer(String rootNamespace) {
        this(Configuration.empty(rootNamespace));
    }

    /** @param nothing the configuration without resources, from which on it analyzes */
    public ConfigurationAnalyzer(Configuration nothing) {
        last = nothing;
    }

    /** Everything that is wrong between these resources. */
    public List<Problem> analyze(Map<ResourceKey, ? extends Resource> resources) {
        return analyze(last.become(resources));
    }

    /** What is wrong between some of these resources and any others. */
    public List<Problem> analyze(Map<ResourceKey, ? extends Resource> resources, Collection<ResourceKey> interesting) {
        follow(last.become(resources));
        List<Problem> problems = new ArrayList<>();
        for (ResourceKey key : interesting) {
            problems.addAll(ofGateways.getOrDefault(key, List.of()));
            problems.addAll(found.getOrDefault(key, List.of()));
        }
        return problems;
    }

    /** Everything that is wrong between the resources of a configuration; the same instance as long as nothing changes. */
    public List<Problem> analyze(Configuration configuration) {
        follow(configuration);
        List<Problem> known = all;
        if (known == null) {
            List<Problem> gathered = new ArrayList<>();
            ofGateways.values().forEach(gathered::addAll);
            found.values().forEach(gathered::addAll);
            known = List.copyOf(gathered);
            all = known;
        }
        return known;
    }

    private void follow(Configuration configuration) {
        Set<ResourceKey> changed = configuration.differsFrom(last);
        Set<ResourceKey> affected = dependents.affected(last, configuration, changed);
        for (ResourceKey key : changed) { // whether a delegate is used is said by others
            delegateKeys(last.resources().get(key)).forEach(affected::add);
            delegateKeys(configuration.resources().get(key)).forEach(affected::add);
        }
        dependents.follow(last, configuration, changed);
        for (ResourceKey key : affected) {
            List<Problem> problems = between(configuration.resources().get(key), configuration);
            List<Problem> before = problems.isEmpty() ? found.remove(key) : found.put(key, problems);
            if (!problems.equals(before == null ? List.of() : before)) {
                all = null;
            }
        }
        if (configuration.gateways() != last.gateways()) {
            ofGateways = GatewayConflicts.find(configuration.gateways()).stream()
                    .collect(Collectors.groupingBy(
                            problem -> problem.resource().orElseThrow(), TreeMap::new, Collectors.toList()));
            all = null;
        }
        last = configuration;
    }

    private static Set<ResourceKey> delegateKeys(@Nullable Resource resource) {
        return resource instanceof VirtualService service ? Delegation.delegateKeys(service) : Set.of();
    }

    private List<Problem> between(@Nullable Resource resource, Configuration configuration) {
        List<Problem> problems = new ArrayList<>();
        if (resource instanceof VirtualService service) {
            return virtualService(service, configuration, dependents.delegatingTo(service.key()));
        } else if (resource instanceof DestinationRule rule) {
            rule(rule, configuration.registry(), problems);
        } else if (resource instanceof ServiceEntry entry) {
            protocols(entry, configuration.registry(), problems);
            workloads(entry, configuration.registry(), problems);
        } else if (resource instanceof RateLimitPolicy policy) {
            targets(policy, configuration, problems);
        } else if (resource instanceof UpstreamPolicy policy) {
            return PolicyTargets.analyze(policy, configuration);
        } else if (resource instanceof Gateway gateway) {
            ServerCertificates.of(gateway, configuration)
                    .forEach(fault -> problems.add(
                            Problem.warning(fault.path(), ProblemCode.INVALID_GATEWAY_CREDENTIAL, fault.message())
                                    .of(gateway.key())));
        } else if (resource instanceof Ingress ingress) {
            return IngressAnalyzer.analyze(ingress, configuration);
        } else if (resource != null) {
            return GatewayApiAnalyzer.analyze(resource, configuration);
        }
        return problems;
    }

    private static void targets(RateLimitPolicy policy, Configuration configuration, List<Problem> problems) {
        for (int i = 0; i < policy.targets().size(); i++) {
            ResourceKey target = policy.keyOf(policy.targets().get(i));
            if (configuration.resources().get(target) == null) {
                problems.add(Problem.warning(
                                "spec.targetRefs[" + i + "].name",
                                ProblemCode.REFERENCED_RESOURCE_NOT_FOUND,
                                Problem.expected(target.name(), "a " + target.kind() + " in " + target.namespace()))
                        .of(policy.key()));
            }
        }
    }

    /** Gateways that a node with these labels does not serve: with one set of labels for all nodes, nobody does. */
    public static List<Problem> selection(List<Gateway> gateways, Map<String, String> nodeLabels) {
        return gateways.stream()
                .filter(gateway ->
                        !nodeLabels.entrySet().containsAll(gateway.selector().entrySet()))
                .map(gateway -> Problem.warning(
                                "spec.selector",
                                ProblemCode.NO_MATCHING_NODES,
                                Problem.expected(gateway.selector(), "labels of this node: " + nodeLabels))
                        .of(gateway.key()))
                .toList();
    }

    private static List<Problem> virtualService(
            VirtualService service, Configuration configuration, Set<ResourceKey> delegatingTo) {
        List<Problem> found = new ArrayList<>();
        ServiceRegistry registry = configuration.registry();
        gateways(service, configuration, found);
        if (service.isDelegate() && delegatingTo.isEmpty()) {
            String message = Problem.expected("nobody delegates to it", "a virtual service with hosts that does");
            found.add(Problem.warning("spec.hosts", ProblemCode.UNUSED_DELEGATE, message));
        }
        for (int i = 0; i < service.http().size(); i++) {
            HttpRoute route = service.http().get(i);
            if (route.delegate().isPresent() && !service.isDelegate()) {
                delegate("spec.http[" + i + "].delegate", service, i, configuration, found);
            }
            String path = "spec.http[" + i + "]";
            for (int j = 0; j < route.route().size(); j++) {
                Destination destination = route.route().get(j).destination();
                destination(path + ".route[" + j + "].destination", destination, service, registry, found);
            }
            route.mirror().ifPresent(mirror -> destination(path + ".mirror", mirror, service, registry, found));
            for (int j = 0; j < route.mirrors().size(); j++) {
                Destination destination = route.mirrors().get(j).destination();
                destination(path + ".mirrors[" + j + "].destination", destination, service, registry, found);
            }
        }
        for (int i = 0; i < service.tls().size(); i++) {
            destinations("spec.tls[" + i + "]", service.tls().get(i).route(), service, registry, found);
        }
        for (int i = 0; i < service.tcp().size(); i++) {
            destinations("spec.tcp[" + i + "]", service.tcp().get(i).route(), service, registry, found);
        }
        return found.stream().map(problem -> problem.of(service.key())).toList();
    }

    private static void delegate(
            String path, VirtualService service, int rule, Configuration configuration, List<Problem> found) {
        Delegation.Outcome outcome = Delegation.outcome(service, rule, configuration);
        String name = service.http().get(rule).delegate().orElseThrow().name();
        if (outcome instanceof Delegation.Outcome.LeftOut leftOut) {
            String message = Problem.expected(name, leftOut.expected() + "; until then this rule is left out");
            found.add(Problem.warning(path + ".name", ProblemCode.REFERENCED_RESOURCE_NOT_FOUND, message));
        } else if (outcome instanceof Delegation.Outcome.Delegated delegated) {
            String rules = String.join(", ", delegated.dropped());
            if (!rules.isEmpty()) {
                String message = Problem.expected(
                        rules + " of " + delegated.delegate().key() + " is left out",
                        "matches that lie within one of this rule's");
                found.add(Problem.warning(path, ProblemCode.DELEGATE_RULE_DROPPED, message));
            }
        }
    }

    private static void gateways(VirtualService service, Configuration configuration, List<Problem> found) {
        String namespace = service.metadata().namespace();
        missingGateways("spec.gateways", service.gateways(), namespace, configuration, found);
        for (int i = 0; i < service.http().size(); i++) {
            List<HttpMatch> matches = service.http().get(i).match();
            for (int j = 0; j < matches.size(); j++) {
                String path = "spec.http[" + i + "].match[" + j + "].gateways";
                missingGateways(path, matches.get(j).gateways(), namespace, configuration, found);
            }
        }
        for (int i = 0; i < service.tls().size(); i++) {
            List<TlsRoute.Match> matches = service.tls().get(i).match();
            for (int j = 0; j < matches.size(); j++) {
                String path = "spec.tls[" + i + "].match[" + j + "].gateways";
                missingGateways(path, matches.get(j).gateways(), namespace, configuration, found);
            }
        }
        for (int i = 0; i < service.tcp().size(); i++) {
            List<TcpRoute.Match> matches = service.tcp().get(i).match();
            for (int j = 0; j < matches.size(); j++) {
                String path = "spec.tcp[" + i + "].match[" + j + "].gateways";
                missingGateways(path, matches.get(j).gateways(), namespace, configuration, found);
            }
        }
        List<Gateway> bound = Configuration.gatewayKeys(service).stream()
                .map(configuration::gateway)
                .flatMap(Optional::stream)
                .toList();
        List<ServerHosts> servers = bound.stream()
                .flatMap(gateway -> gateway.servers().stream()
                        .map(server -> new ServerHosts(gateway.metadata().namespace(), server)))
                .toList();
        for (int i = 0; i < service.hosts().size() && !bound.isEmpty(); i++) {
            String host = service.hosts().get(i);
            if (servers.stream()
                    .allMatch(server -> server.served(host, namespace).isEmpty())) {
                String message = Problem.expected(host, "a host that one of its gateways serves");
                found.add(Problem.warning("spec.hosts[" + i + "]", ProblemCode.HOST_NOT_IN_GATEWAY, message));
            }
        }
    }

    private static void missingGateways(
            String path, List<String> names, String namespace, Configuration configuration, List<Problem> found) {
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            if (!name.equals(VirtualService.MESH)
                    && configuration
                            .gateway(Configuration.gatewayKey(name, namespace))
                            .isEmpty()) {
                found.add(Problem.warning(
                        path + "[" + i + "]",
                        ProblemCode.REFERENCED_RESOURCE_NOT_FOUND,
                        Problem.expected(name, "a Gateway that exists")));
            }
        }
    }

    private static void destinations(
            String path,
            List<RouteDestination> route,
            VirtualService service,
            ServiceRegistry registry,
            List<Problem> found) {
        for (int i = 0; i < route.size(); i++) {
            destination(path + ".route[" + i + "].destination", route.get(i).destination(), service, registry, found);
        }
    }

    private static void destination(
            String path,
            Destination destination,
            VirtualService service,
            ServiceRegistry registry,
            List<Problem> found) {
        ResolvedDestination resolved =
                registry.resolve(destination, service.metadata().namespace(), 0);
        if (!(resolved instanceof ResolvedDestination.Missing missing)) {
            return;
        }
        switch (missing.what()) {
            case HOST ->
                found.add(Problem.warning(
                        path + ".host",
                        ProblemCode.REFERENCED_RESOURCE_NOT_FOUND,
                        Problem.expected(destination.host(), "a host of a ServiceEntry or a Service; until then 503")));
            case SUBSET ->
                found.add(Problem.warning(
                        path + ".subset",
                        ProblemCode.REFERENCED_RESOURCE_NOT_FOUND,
                        Problem.expected(missing.name(), "a subset of a DestinationRule; until then 503")));
            case PORT ->
                found.add(
                        destination.port().isPresent()
                                ? Problem.warning(
                                        path + ".port.number",
                                        ProblemCode.REFERENCED_RESOURCE_NOT_FOUND,
                                        Problem.expected(
                                                destination.port().getAsLong(),
                                                "a port of the service; until then 503"))
                                : Problem.warning(
                                        path + ".port",
                                        ProblemCode.PORT_NEEDED,
                                        Problem.expected("no port", "one: the service has several")));
        }
    }

    private static void rule(DestinationRule rule, ServiceRegistry registry, List<Problem> found) {
        String namespace = rule.metadata().namespace();
        if (HostNames.isWildcard(rule.host())) {
            return;
        }
        Optional<ServiceRegistry.Service> service = registry.service(rule.host(), namespace);
        if (service.isEmpty()) {
            String message = Problem.expected(rule.host(), "a host of a ServiceEntry or a Service");
            found.add(Problem.warning("spec.host", ProblemCode.RULE_FOR_UNKNOWN_HOST, message)
                    .of(rule.key()));
            return;
        }
        HostRules.analyze(rule, service.get(), registry, found);
        Failovers.analyze(rule, service.get(), registry, found);
        for (int i = 0; i < rule.subsets().size(); i++) {
            Map<String, String> labels = rule.subsets().get(i).labels();
            boolean selects = registry.endpoints(service.get().entry()).stream()
                    .anyMatch(endpoint -> endpoint.labels().entrySet().containsAll(labels.entrySet()));
            if (!labels.isEmpty() && !selects) {
                String message = Problem.expected(labels, "labels that an endpoint of " + rule.host() + " has");
                found.add(Problem.warning("spec.subsets[" + i + "].labels", ProblemCode.EMPTY_SUBSET, message)
                        .of(rule.key()));
            }
        }
    }

    private static void workloads(ServiceEntry entry, ServiceRegistry registry, List<Problem> found) {
        if (entry.workloadSelector().isEmpty()) {
            return;
        }
        List<WorkloadEntry> endpoints = registry.endpoints(entry);
        String path = "spec.workloadSelector";
        if (endpoints.isEmpty()) {
            String labels = entry.workloadSelector().get().toString();
            String rule = "labels that a WorkloadEntry of this namespace has; until then 503";
            found.add(Problem.warning(path, ProblemCode.NO_MATCHING_WORKLOADS, Problem.expected(labels, rule))
                    .of(entry.key()));
        }
        if (entry.resolution() == ServiceEntry.Resolution.DNS_ROUND_ROBIN && endpoints.size() > 1) {
            String rule = "one with DNS_ROUND_ROBIN; only the oldest is used";
            found.add(Problem.warning(
                            path, ProblemCode.INVALID_VALUE, Problem.expected(endpoints.size() + " workloads", rule))
                    .of(entry.key()));
        }
        endpoints.stream()
                .flatMap(endpoint -> endpoint.address().stream())
                .filter(address -> entry.resolution() == ServiceEntry.Resolution.STATIC && !Names.isIp(address))
                .forEach(address -> found.add(Problem.warning(
                                path,
                                ProblemCode.INVALID_VALUE,
                                Problem.expected(address, "an IP address with resolution STATIC; it is left out"))
                        .of(entry.key())));
    }

    /** Of the entries for a host and port, the first by key says which protocol is spoken there. */
    private static void protocols(ServiceEntry entry, ServiceRegistry registry, List<Problem> found) {
        Set<String> conflicts = new LinkedHashSet<>();
        for (String host : entry.hosts()) {
            List<ServiceEntry> sameHost = registry.entries(HostNames.canonical(host));
            for (ServiceEntry.Port port : sameHost.size() < 2 ? List.<ServiceEntry.Port>of() : entry.ports()) {
                ServiceEntry owner = sameHost.stream()
                        .filter(other -> other.ports().stream().anyMatch(theirs -> theirs.number() == port.number()))
                        .min(Comparator.comparing(Resource::key))
                        .orElse(entry);
                boolean differs = owner.ports().stream()
                        .anyMatch(theirs -> theirs.number() == port.number()
                                && !theirs.protocol().equals(port.protocol()));
                if (owner != entry && differs) {
                    conflicts.add(host + ":" + port.number() + " also in " + owner.key());
                }
            }
        }
        conflicts.forEach(conflict -> found.add(Problem.warning(
                        "spec.ports",
                        ProblemCode.CONFLICTING_SERVICES,
                        Problem.expected(conflict, "one protocol for a host and port"))
                .of(entry.key())));
    }
}
