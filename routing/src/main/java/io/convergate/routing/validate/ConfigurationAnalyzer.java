package io.convergate.routing.validate;

import io.convergate.routing.model.Destination;
import io.convergate.routing.model.DestinationRule;
import io.convergate.routing.model.Gateway;
import io.convergate.routing.model.HttpMatch;
import io.convergate.routing.model.HttpRoute;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.model.ServiceEntry;
import io.convergate.routing.model.VirtualService;
import io.convergate.routing.problem.Problem;
import io.convergate.routing.problem.ProblemCode;
import io.convergate.routing.resolve.Configuration;
import io.convergate.routing.resolve.HostNames;
import io.convergate.routing.resolve.ResolvedDestination;
import io.convergate.routing.resolve.ServerHosts;
import io.convergate.routing.resolve.ServiceRegistry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds what is wrong between resources: references to what is not there, hosts that nobody serves, gateways that contradict
 * each other. All of it is a warning, with istioctl's codes: a resource may come before the one it needs. Remembers what it
 * found, so that one changed resource among many costs little. Confined to one thread.
 */
public final class ConfigurationAnalyzer {
    private final String rootNamespace;
    private Map<ResourceKey, Analyzed> ofVirtualServices = new HashMap<>();
    private List<Problem> ofGateways = List.of();
    private List<Problem> ofServices = List.of();
    private @Nullable Configuration last;

    /** @param rootNamespace the namespace whose destination rules hold for all */
    public ConfigurationAnalyzer(String rootNamespace) {
        this.rootNamespace = rootNamespace;
    }

    /** A virtual service and what was found about it. */
    private record Analyzed(VirtualService service, List<Problem> problems) {}

    /** Everything that is wrong between these resources. */
    public List<Problem> analyze(Map<ResourceKey, ? extends Resource> resources) {
        return analyze(last == null ? Configuration.of(resources, rootNamespace) : last.with(resources, rootNamespace));
    }

    /** Everything that is wrong between the resources of a configuration. */
    public List<Problem> analyze(Configuration configuration) {
        boolean sameGateways = last != null && last.gateways() == configuration.gateways();
        boolean sameServices = last != null && last.registry() == configuration.registry();
        if (!sameGateways) {
            ofGateways = GatewayConflicts.find(configuration.gateways());
        }
        if (!sameServices) {
            ofServices = services(configuration);
        }
        Map<ResourceKey, Analyzed> analyzed = new HashMap<>();
        for (VirtualService service : configuration.virtualServices()) {
            Analyzed known = ofVirtualServices.get(service.key());
            boolean current = sameGateways && sameServices && known != null && known.service() == service;
            analyzed.put(
                    service.key(), current ? known : new Analyzed(service, virtualService(service, configuration)));
        }
        ofVirtualServices = analyzed;
        last = configuration;
        List<Problem> all = new ArrayList<>(ofGateways);
        all.addAll(ofServices);
        analyzed.values().forEach(found -> all.addAll(found.problems()));
        return all;
    }

    /** Gateways that a node with these labels does not serve: with one set of labels for all nodes, nobody does. */
    public List<Problem> selection(Configuration configuration, Map<String, String> nodeLabels) {
        return configuration.gateways().stream()
                .filter(gateway ->
                        !nodeLabels.entrySet().containsAll(gateway.selector().entrySet()))
                .map(gateway -> Problem.warning(
                                "spec.selector",
                                ProblemCode.NO_MATCHING_NODES,
                                Problem.expected(gateway.selector(), "labels of this node: " + nodeLabels))
                        .of(gateway.key()))
                .toList();
    }

    private static List<Problem> virtualService(VirtualService service, Configuration configuration) {
        List<Problem> found = new ArrayList<>();
        gateways(service, configuration, found);
        for (int i = 0; i < service.http().size(); i++) {
            HttpRoute route = service.http().get(i);
            for (int j = 0; j < route.route().size(); j++) {
                destination(
                        "spec.http[" + i + "].route[" + j + "].destination",
                        route.route().get(j).destination(),
                        service,
                        configuration.registry(),
                        found);
            }
        }
        return found.stream().map(problem -> problem.of(service.key())).toList();
    }

    private static void gateways(VirtualService service, Configuration configuration, List<Problem> found) {
        String namespace = service.metadata().namespace();
        for (int i = 0; i < service.gateways().size(); i++) {
            missingGateway("spec.gateways[" + i + "]", service.gateways().get(i), namespace, configuration, found);
        }
        for (int i = 0; i < service.http().size(); i++) {
            List<HttpMatch> matches = service.http().get(i).match();
            for (int j = 0; j < matches.size(); j++) {
                for (int k = 0; k < matches.get(j).gateways().size(); k++) {
                    String path = "spec.http[" + i + "].match[" + j + "].gateways[" + k + "]";
                    missingGateway(path, matches.get(j).gateways().get(k), namespace, configuration, found);
                }
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

    private static void missingGateway(
            String path, String name, String namespace, Configuration configuration, List<Problem> found) {
        if (!name.equals(VirtualService.MESH)
                && configuration
                        .gateway(Configuration.gatewayKey(name, namespace))
                        .isEmpty()) {
            found.add(Problem.warning(
                    path, ProblemCode.REFERENCED_RESOURCE_NOT_FOUND, Problem.expected(name, "a Gateway that exists")));
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
                        Problem.expected(destination.host(), "a host of a ServiceEntry; until then 503")));
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

    private static List<Problem> services(Configuration configuration) {
        List<Problem> found = new ArrayList<>();
        Map<String, ServiceEntry> owners = new HashMap<>();
        for (Resource resource : configuration.serviceSources()) {
            if (resource instanceof DestinationRule rule) {
                rule(rule, configuration.registry(), found);
            } else if (resource instanceof ServiceEntry entry) {
                protocols(entry, owners, found);
            }
        }
        return found;
    }

    private static void rule(DestinationRule rule, ServiceRegistry registry, List<Problem> found) {
        String namespace = rule.metadata().namespace();
        if (HostNames.isWildcard(rule.host())) {
            return;
        }
        Optional<ServiceRegistry.Service> service = registry.service(rule.host(), namespace);
        if (service.isEmpty()) {
            String message = Problem.expected(rule.host(), "a host of a ServiceEntry");
            found.add(Problem.warning("spec.host", ProblemCode.RULE_FOR_UNKNOWN_HOST, message)
                    .of(rule.key()));
            return;
        }
        for (int i = 0; i < rule.subsets().size(); i++) {
            Map<String, String> labels = rule.subsets().get(i).labels();
            boolean selects = service.get().entry().endpoints().stream()
                    .anyMatch(endpoint -> endpoint.labels().entrySet().containsAll(labels.entrySet()));
            if (!labels.isEmpty() && !selects) {
                String message = Problem.expected(labels, "labels that an endpoint of " + rule.host() + " has");
                found.add(Problem.warning("spec.subsets[" + i + "].labels", ProblemCode.EMPTY_SUBSET, message)
                        .of(rule.key()));
            }
        }
    }

    private static void protocols(ServiceEntry entry, Map<String, ServiceEntry> owners, List<Problem> found) {
        Set<String> conflicts = new LinkedHashSet<>();
        for (String host : entry.hosts()) {
            for (ServiceEntry.Port port : entry.ports()) {
                ServiceEntry owner = owners.putIfAbsent(host + ":" + port.number(), entry);
                boolean differs = owner != null
                        && owner.ports().stream()
                                .anyMatch(other -> other.number() == port.number()
                                        && !other.protocol().equals(port.protocol()));
                if (differs) {
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
