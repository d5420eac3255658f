package io.convergate.routing.resolve;

import io.convergate.routing.model.DestinationRule;
import io.convergate.routing.model.Gateway;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.model.ServiceEntry;
import io.convergate.routing.model.VirtualService;
import io.convergate.routing.model.Workload;
import io.convergate.routing.model.gatewayapi.BackendTlsPolicy;
import io.convergate.routing.model.gatewayapi.GatewayClass;
import io.convergate.routing.model.gatewayapi.GatewayRoute;
import io.convergate.routing.model.k8s.ConfigMap;
import io.convergate.routing.model.policy.CircuitBreakerPolicy;
import io.convergate.routing.model.policy.RateLimitDomain;
import io.convergate.routing.model.policy.RateLimitPolicy;
import io.convergate.routing.model.policy.UpstreamPolicy;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which resources have to be looked at again when others change: those that name them, whether what they name is there or
 * not. Finds too many rather than too few. Follows one configuration from version to version; confined to one thread.
 */
public final class Dependents {
    private static final String SERVICE_DOMAIN = ".svc.cluster.local";

    private final Map<ResourceKey, Set<ResourceKey>> byGateway = new HashMap<>();
    private final Map<String, Set<ResourceKey>> byService = new HashMap<>();
    private final Map<ResourceKey, Set<ResourceKey>> byDelegate = new HashMap<>();
    private final Map<ResourceKey, Set<ResourceKey>> bySecret = new HashMap<>();
    private final Set<ResourceKey> gatewayRoutes = new HashSet<>();

    /** The policies, by what they are for. */
    private final Map<ResourceKey, Set<ResourceKey>> byTarget = new HashMap<>();

    /** The service entries that select workloads, by namespace. */
    private final Map<String, Map<ResourceKey, ServiceEntry>> selecting = new HashMap<>();

    /**
     * The changed resources and those that name them, in the version followed so far. One that begins to name something has
     * itself changed.
     */
    public Set<ResourceKey> affected(Configuration before, Configuration now, Set<ResourceKey> changed) {
        Set<ResourceKey> affected = new HashSet<>(changed);
        for (ResourceKey key : changed) {
            affected.addAll(bySecret.getOrDefault(key, Set.of()));
            addDependents(before.resources().get(key), affected);
            addDependents(now.resources().get(key), affected);
            affected.addAll(byTarget.getOrDefault(key, Set.of()));
            addSelected(key, before, affected);
            addSelected(key, now, affected);
            for (ResourceKey target :
                    targets(before.resources().get(key), now.resources().get(key))) {
                affected.addAll(byTarget.getOrDefault(target, Set.of()));
                addDependents(before.resources().get(target), affected);
                addDependents(now.resources().get(target), affected);
            }
        }
        if (before.ingresses().classes() != now.ingresses().classes()) {
            affected.addAll(before.ingresses().keys());
            affected.addAll(now.ingresses().keys());
        }
        if (before.gatewayApi() != now.gatewayApi()) {
            affected.addAll(gatewayRoutes);
            affected.addAll(before.gatewayApi().parents());
            affected.addAll(now.gatewayApi().parents());
        }
        affected.addAll(now.changedRivals(before));
        if (before.rateLimitDomains() != now.rateLimitDomains()) {
            addRivals(before, changed, now, affected);
            addRivals(now, changed, now, affected);
        }
        // Another service that stands in for one is part of that one.
        for (ResourceKey key : Set.copyOf(affected)) {
            if (key.kind().equals(CircuitBreakerPolicy.KIND)) {
                for (ResourceKey target :
                        targets(before.resources().get(key), now.resources().get(key))) {
                    addDependents(before.resources().get(target), affected);
                    addDependents(now.resources().get(target), affected);
                }
            }
        }
        for (ResourceKey key : changed) {
            if (key.kind().equals(ConfigMap.KIND)) {
                before.registry().tls().hostsDependingOn(key).forEach(host -> addDependents(host, affected));
                now.registry().tls().hostsDependingOn(key).forEach(host -> addDependents(host, affected));
            }
        }
        if (!byDelegate.isEmpty()) { // what concerns a delegate concerns those that delegate to it
            Set.copyOf(affected).forEach(key -> affected.addAll(delegatingTo(key)));
        }
        return affected;
    }

    /** Those that speak of the same domain of the rate limit service as what changed. */
    private static void addRivals(
            Configuration version, Set<ResourceKey> changed, Configuration now, Set<ResourceKey> affected) {
        for (ResourceKey key : changed) {
            if (version.resources().get(key) instanceof RateLimitDomain domain) {
                now.rateLimitDomains().named(domain.domain()).forEach(rival -> affected.add(rival.key()));
            }
        }
    }

    /** The virtual services that delegate to this one, in the version followed so far. */
    public Set<ResourceKey> delegatingTo(ResourceKey key) {
        return Collections.unmodifiableSet(byDelegate.getOrDefault(key, Set.of()));
    }

    /** Follows the configuration to another version. */
    public void follow(Configuration before, Configuration now, Set<ResourceKey> changed) {
        for (ResourceKey key : changed) {
            forget(before.resources().get(key), before.rootNamespace());
            note(now.resources().get(key), now.rootNamespace());
        }
    }

    private void addDependents(@Nullable Resource resource, Set<ResourceKey> affected) {
        if (resource instanceof RateLimitPolicy policy) {
            addTargets(policy, affected);
            return;
        }
        if (resource instanceof Gateway) {
            affected.addAll(byGateway.getOrDefault(resource.key(), Set.of()));
        } else if (resource instanceof ServiceEntry entry) {
            for (String host : entry.hosts()) {
                String name = HostNames.canonical(host);
                addDependents(name, affected);
                addDependents(HostNames.expand(name, entry.metadata().namespace()), affected);
            }
        } else if (resource instanceof Workload workload) {
            selecting(workload).forEach(entry -> {
                affected.add(entry.key());
                addDependents(entry, affected);
            });
        } else if (resource instanceof DestinationRule rule) {
            String host = HostNames.canonical(rule.host());
            if (HostNames.isWildcard(host)) {
                addCovered(host, affected);
                return;
            }
            String full = HostNames.expand(host, rule.metadata().namespace());
            addDependents(host, affected);
            addDependents(full, affected);
            if (full.endsWith(SERVICE_DOMAIN)) { // a service that is registered under its short name
                addDependents(full.substring(0, full.indexOf('.')), affected);
            }
        } else if (resource instanceof BackendTlsPolicy policy) {
            BackendTls.hosts(policy).forEach(host -> {
                addDependents(host, affected);
            });
        } else if (resource != null) {
            KubernetesService.hostOf(resource).ifPresent(host -> addDependents(host, affected));
        }
    }

    private static void addSelected(ResourceKey key, Configuration configuration, Set<ResourceKey> affected) {
        if (configuration.resources().get(key) instanceof ServiceEntry entry) {
            configuration.registry().selected(entry).forEach(workload -> affected.add(workload.key()));
        }
    }

    /** The services that select a workload, in the version followed so far. */
    public List<ServiceEntry> selecting(Workload workload) {
        return selecting.getOrDefault(workload.metadata().namespace(), Map.of()).values().stream()
                .filter(entry -> Workloads.selects(entry, workload))
                .toList();
    }

    /** Routes that a policy names, or that go through a gateway that it names. */
    private void addTargets(RateLimitPolicy policy, Set<ResourceKey> affected) {
        for (ResourceKey target : RateLimitPolicies.targets(policy)) {
            affected.add(target);
            affected.addAll(byGateway.getOrDefault(target, Set.of()));
            affected.addAll(delegatingTo(target));
            if (target.group().equals(GatewayClass.GROUP) && target.kind().equals(Gateway.KIND)) {
                affected.addAll(gatewayRoutes);
            }
        }
    }

    private void addDependents(String service, Set<ResourceKey> affected) {
        affected.addAll(byService.getOrDefault(service, Set.of()));
    }

    /** Wildcards are rare: all names are tried. A short name may be completed to anything. */
    private void addCovered(String wildcard, Set<ResourceKey> affected) {
        byService.forEach((name, dependents) -> {
            if (name.indexOf('.') < 0 || HostNames.covers(wildcard, name)) {
                affected.addAll(dependents);
            }
        });
    }

    private void note(@Nullable Resource resource, String rootNamespace) {
        if (resource == null) {
            return;
        }
        ResourceKey key = resource.key();
        if (resource instanceof GatewayRoute) {
            gatewayRoutes.add(key);
        }
        gateways(resource).forEach(gateway -> byGateway
                .computeIfAbsent(gateway, none -> new HashSet<>())
                .add(key));
        services(resource).forEach(service -> byService
                .computeIfAbsent(service, none -> new HashSet<>(4))
                .add(key));
        delegates(resource).forEach(delegate -> byDelegate
                .computeIfAbsent(delegate, none -> new HashSet<>(4))
                .add(key));
        targets(resource).forEach(target -> byTarget.computeIfAbsent(target, none -> new HashSet<>(4))
                .add(key));
        ServerCertificates.named(resource, rootNamespace)
                .forEach(secret -> bySecret.computeIfAbsent(secret, none -> new HashSet<>(4))
                        .add(key));
        if (resource instanceof ServiceEntry entry && entry.workloadSelector().isPresent()) {
            selecting.computeIfAbsent(key.namespace(), none -> new HashMap<>()).put(key, entry);
        }
    }

    private void forget(@Nullable Resource resource, String rootNamespace) {
        if (resource == null) {
            return;
        }
        ResourceKey key = resource.key();
        gatewayRoutes.remove(key);
        gateways(resource).forEach(gateway -> byGateway.computeIfPresent(gateway, (name, keys) -> without(keys, key)));
        services(resource).forEach(service -> byService.computeIfPresent(service, (name, keys) -> without(keys, key)));
        delegates(resource)
                .forEach(delegate -> byDelegate.computeIfPresent(delegate, (name, keys) -> without(keys, key)));
        targets(resource).forEach(target -> byTarget.computeIfPresent(target, (name, keys) -> without(keys, key)));
        ServerCertificates.named(resource, rootNamespace)
                .forEach(secret -> bySecret.computeIfPresent(secret, (name, keys) -> without(keys, key)));
        selecting.computeIfPresent(key.namespace(), (namespace, entries) -> {
            entries.remove(key);
            return entries.isEmpty() ? null : entries;
        });
    }

    /** What policies among these are for. */
    private static Set<ResourceKey> targets(@Nullable Resource... resources) {
        Set<ResourceKey> targets = new HashSet<>();
        for (Resource resource : resources) {
            if (resource instanceof UpstreamPolicy policy) {
                policy.targets()
                        .forEach(target ->
                                targets.add(target.key(policy.metadata().namespace())));
            } else if (resource instanceof RateLimitPolicy policy) {
                targets.addAll(RateLimitPolicies.targets(policy));
            }
        }
        return targets;
    }

    private static Set<ResourceKey> delegates(Resource resource) {
        return resource instanceof VirtualService service ? Delegation.delegateKeys(service) : Set.of();
    }

    private static @Nullable Set<ResourceKey> without(Set<ResourceKey> keys, ResourceKey key) {
        keys.remove(key);
        return keys.isEmpty() ? null : keys;
    }

    private static Set<ResourceKey> gateways(Resource resource) {
        return resource instanceof VirtualService service ? Configuration.gatewayKeys(service) : Set.of();
    }

    /** The services that a resource names, each as written and completed with its namespace. */
    private static Set<String> services(Resource resource) {
        Set<String> names = new HashSet<>();
        String namespace = resource.metadata().namespace();
        if (resource instanceof DestinationRule rule) {
            addName(rule.host(), namespace, names);
        } else if (resource instanceof ServiceEntry entry) {
            entry.hosts().forEach(host -> names.add(HostNames.canonical(host)));
        } else if (resource instanceof BackendTlsPolicy policy) {
            BackendTls.hosts(policy).forEach(names::add);
        } else if (resource instanceof CircuitBreakerPolicy policy) {
            policy.fallback()
                    .flatMap(CircuitBreakerPolicy.Fallback::destination)
                    .ifPresent(destination -> addName(destination.host(), namespace, names));
        } else {
            NamedPart.of(resource).forEach(part -> addName(part.destination().host(), namespace, names));
            if (resource instanceof VirtualService service) { // a short host may be taken for a service's
                service.hosts().stream()
                        .filter(host -> host.indexOf('.') < 0)
                        .forEach(host -> addName(host, namespace, names));
            }
        }
        return names;
    }

    private static void addName(String written, String namespace, Set<String> names) {
        String host = HostNames.canonical(written);
        names.add(host);
        names.add(HostNames.expand(host, namespace));
    }
}
