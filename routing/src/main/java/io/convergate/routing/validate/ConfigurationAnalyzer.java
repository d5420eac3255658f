package io.convergate.routing.validate;

import io.convergate.routing.model.DestinationRule;
import io.convergate.routing.model.Gateway;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.model.ServiceEntry;
import io.convergate.routing.model.VirtualService;
import io.convergate.routing.model.Workload;
import io.convergate.routing.model.gatewayapi.GatewayRoute;
import io.convergate.routing.model.k8s.Ingress;
import io.convergate.routing.model.k8s.Service;
import io.convergate.routing.model.policy.RateLimitDomain;
import io.convergate.routing.model.policy.RateLimitDomain.Descriptor;
import io.convergate.routing.model.policy.RateLimitPolicy;
import io.convergate.routing.model.policy.UpstreamPolicy;
import io.convergate.routing.problem.Problem;
import io.convergate.routing.problem.ProblemCode;
import io.convergate.routing.resolve.Configuration;
import io.convergate.routing.resolve.Delegation;
import io.convergate.routing.resolve.Dependents;
import io.convergate.routing.resolve.EffectiveRule;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
    private Map<ResourceKey, List<Problem>> ofServerNames = Map.of();

    /** The virtual services that have rules for server names. */
    private final Map<ResourceKey, VirtualService> byServerName = new TreeMap<>();

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
            problems.addAll(ofServerNames.getOrDefault(key, List.of()));
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
            ofServerNames.values().forEach(gathered::addAll);
            found.values().forEach(gathered::addAll);
            known = List.copyOf(gathered);
            all = known;
        }
        return known;
    }

    private void follow(Configuration configuration) {
        Set<ResourceKey> changed = configuration.differsFrom(last);
        Set<ResourceKey> affected = dependents.affected(last, configuration, changed);
        if (changed.stream().anyMatch(key -> key.group().isEmpty() && key.kind().equals(Service.KIND))) {
            configuration.gateways().forEach(gateway -> affected.add(gateway.key()));
        }
        for (ResourceKey key :
                Set.copyOf(affected)) { // whether a delegate is used, and at which ports, is said by others
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
            ofGateways = byResource(GatewayConflicts.find(configuration.gateways()));
            all = null;
        }
        boolean sameNames = true;
        for (ResourceKey key : changed) {
            sameNames &= !followServerNames(key, configuration.resources().get(key));
        }
        if (!sameNames) {
            ofServerNames = byResource(ServerNames.between(byServerName.values()));
            all = null;
        }
        last = configuration;
    }

    /** Whether a resource has rules for server names now, or had some. */
    private boolean followServerNames(ResourceKey key, @Nullable Resource now) {
        VirtualService before =
                now instanceof VirtualService service && !service.tls().isEmpty()
                        ? byServerName.put(key, service)
                        : byServerName.remove(key);
        return before != null || byServerName.containsKey(key);
    }

    private static Map<ResourceKey, List<Problem>> byResource(List<Problem> problems) {
        return problems.stream()
                .collect(Collectors.groupingBy(
                        problem -> problem.resource().orElseThrow(), TreeMap::new, Collectors.toList()));
    }

    private static Set<ResourceKey> delegateKeys(@Nullable Resource resource) {
        return resource instanceof VirtualService service ? Delegation.delegateKeys(service) : Set.of();
    }

    private List<Problem> between(@Nullable Resource resource, Configuration configuration) {
        List<Problem> problems = new ArrayList<>();
        if (resource instanceof VirtualService service) {
            return VirtualServiceAnalyzer.analyze(service, configuration, dependents.delegatingTo(service.key()));
        } else if (resource instanceof DestinationRule rule) {
            return DestinationRuleAnalyzer.analyze(rule, configuration.registry());
        } else if (resource instanceof ServiceEntry entry) {
            return ServiceEntryAnalyzer.analyze(entry, configuration.registry());
        } else if (resource instanceof Workload workload) {
            return ServiceEntryAnalyzer.analyze(workload, dependents.selecting(workload));
        } else if (resource instanceof RateLimitPolicy policy) {
            targets(policy, configuration, problems);
        } else if (resource instanceof RateLimitDomain domain) {
            descriptors(domain, configuration, problems);
        } else if (resource instanceof UpstreamPolicy policy) {
            return PolicyTargets.analyze(policy, configuration);
        } else if (resource instanceof Gateway gateway) {
            return GatewayAnalyzer.analyze(gateway, configuration);
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
            Resource resource = configuration.resources().get(target);
            String section = policy.targets().get(i).sectionName().orElse("");
            if (resource != null
                    && !section.isEmpty()
                    && routeNames(resource, configuration).noneMatch(section::equals)) {
                problems.add(Problem.warning(
                                "spec.targetRefs[" + i + "].sectionName",
                                ProblemCode.REFERENCED_RESOURCE_NOT_FOUND,
                                Problem.expected(
                                        section, "the name of a route of it; until then the policy limits nothing"))
                        .of(policy.key()));
            } else if (resource == null) {
                problems.add(Problem.warning(
                                "spec.targetRefs[" + i + "].name",
                                ProblemCode.REFERENCED_RESOURCE_NOT_FOUND,
                                Problem.expected(target.name(), "a " + target.kind() + " in " + target.namespace()))
                        .of(policy.key()));
            }
        }
    }

    /** The names that the rules of a resource, and the routes of its matches, have. */
    private static Stream<String> routeNames(Resource resource, Configuration configuration) {
        if (resource instanceof VirtualService service) {
            return Delegation.rules(service, configuration).stream()
                    .map(EffectiveRule::route)
                    .flatMap(route -> Stream.concat(
                            route.name().stream(), route.match().stream().map(route::routeName)));
        }
        return resource instanceof GatewayRoute route
                ? route.rules().stream().map(rule -> rule.name().orElse(""))
                : Stream.of();
    }

    /** Descriptors of which an older resource speaks already. */
    private static void descriptors(RateLimitDomain domain, Configuration configuration, List<Problem> problems) {
        for (RateLimitDomain older : configuration.rateLimitDomains().named(domain.domain())) {
            if (older.key().equals(domain.key())) {
                return;
            }
            for (int i = 0; i < domain.descriptors().size(); i++) {
                Descriptor descriptor = domain.descriptors().get(i);
                if (older.descriptors().stream().anyMatch(descriptor::isForTheSameAs)) {
                    problems.add(Problem.warning(
                                    "spec.descriptors[" + i + "]",
                                    ProblemCode.CONFLICTING_POLICIES,
                                    Problem.expected(
                                            descriptor.label() + " is in the older " + older.key(),
                                            "each descriptor of a domain once; this one is left out"))
                            .of(domain.key()));
                }
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
}
