package io.convergate.routing.resolve;

import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.model.gatewayapi.BackendTlsPolicy;
import io.convergate.routing.model.gatewayapi.GatewayClass;
import io.convergate.routing.model.gatewayapi.GatewayRoute;
import io.convergate.routing.model.k8s.Service;
import io.convergate.routing.resolve.ResourceStatus.Condition;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Derives the status of BackendTLSPolicies: one entry for each gateway through which requests come to their services. */
public final class BackendTlsStatus {
    /** Gateway API: PolicyStatus. */
    private static final int ANCESTORS_MAX = 16;

    private final Configuration configuration;
    private final StatusFacts facts;

    BackendTlsStatus(Configuration configuration, StatusFacts facts) {
        this.configuration = configuration;
        this.facts = facts;
    }

    /** The status of a policy. */
    ResourceStatus of(BackendTlsPolicy policy) {
        List<Condition> conditions = conditions(policy);
        return new ResourceStatus.OfPolicy(gateways(policy).stream()
                .limit(ANCESTORS_MAX)
                .map(gateway -> new ResourceStatus.OfAncestor(
                        Map.of(
                                "group",
                                gateway.group(),
                                "kind",
                                gateway.kind(),
                                "namespace",
                                gateway.namespace(),
                                "name",
                                gateway.name()),
                        GatewayClass.CONTROLLER,
                        conditions))
                .toList());
    }

    private List<Condition> conditions(BackendTlsPolicy policy) {
        Optional<BackendTls.Held> held = configuration.registry().tls().held(policy);
        List<BackendTls.Fault> faults = held.map(BackendTls.Held::faults).orElse(List.of());
        Optional<BackendProblem> target = targetProblem(policy, configuration);
        boolean nobody = held.filter(BackendTls.Held::hasNoAuthority).isPresent();
        Optional<String> refused = target.map(BackendProblem::reason)
                .or(() -> nobody ? Optional.of("NoValidCACertificate") : Optional.empty());
        ConditionTeller teller = ConditionTeller.of(policy, causes(policy), configuration, facts);
        return List.of(
                teller.say(
                        ConditionTeller.ACCEPTED,
                        refused,
                        target.map(BackendProblem::message).orElse("")),
                teller.say(
                        ConditionTeller.RESOLVED_REFS,
                        faults.stream().findFirst().map(BackendTls.Fault::reason),
                        faults.stream().map(BackendTls.Fault::message).collect(Collectors.joining("; "))));
    }

    private Stream<ResourceKey> causes(BackendTlsPolicy policy) {
        Stream<ResourceKey> services = BackendTls.hosts(policy)
                .flatMap(host ->
                        configuration.registry().service(host, policy.metadata().namespace()).stream())
                .map(service -> service.source().key());
        Stream<ResourceKey> rival = configuration.registry().tls().rival(policy).map(BackendTlsPolicy::key).stream();
        return Stream.of(services, rival, BackendTls.configMaps(policy).stream())
                .flatMap(keys -> keys);
    }

    /** The gateways of ours through which a route leads to a service of a policy. */
    private Set<ResourceKey> gateways(BackendTlsPolicy policy) {
        Set<String> hosts = BackendTls.hosts(policy).collect(Collectors.toSet());
        Set<ResourceKey> gateways = new TreeSet<>();
        configuration.resources().values().forEach(resource -> {
            if (resource instanceof GatewayRoute route && leadsTo(route, hosts)) {
                configuration.attach(route).stream()
                        .flatMap(attachment -> attachment.listeners().stream())
                        .forEach(listener -> gateways.add(listener.gateway()));
            }
        });
        return gateways;
    }

    private static boolean leadsTo(GatewayRoute route, Set<String> hosts) {
        return route.type().carriesRequests()
                && route.allBackends()
                        .flatMap(backend -> GatewayApi.host(route, backend).stream())
                        .anyMatch(hosts::contains);
    }

    /** What is wrong with the services that a policy is for: none of that name or kind, or another policy's. */
    public static Optional<BackendProblem> targetProblem(BackendTlsPolicy policy, Configuration configuration) {
        String namespace = policy.metadata().namespace();
        for (int i = 0; i < policy.targets().size(); i++) {
            BackendTlsPolicy.Target target = policy.targets().get(i);
            boolean isService = target.group().isEmpty() && target.kind().equals(Service.KIND);
            boolean there = isService
                    && configuration.resources().get(new ResourceKey("", Service.KIND, namespace, target.name()))
                            instanceof Service service
                    && target.sectionName()
                            .map(name -> service.ports().stream()
                                    .anyMatch(port -> port.name().equals(name)))
                            .orElse(true);
            if (!there) {
                String found = target.kind() + " " + target.name()
                        + target.sectionName().map(name -> " with port " + name).orElse("");
                return Optional.of(new BackendProblem(
                        "spec.targetRefs[" + i + "]",
                        "TargetNotFound",
                        found + " (expected: a Service in namespace " + namespace + ")"));
            }
        }
        return configuration
                .registry()
                .tls()
                .rival(policy)
                .map(other -> new BackendProblem(
                        "spec.targetRefs",
                        "Conflicted",
                        "a target of the older " + other.key() + " (expected: one policy for a service and port)"));
    }
}
