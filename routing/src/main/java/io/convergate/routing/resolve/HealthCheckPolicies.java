package io.convergate.routing.resolve;

import io.convergate.routing.collect.SharedMap;
import io.convergate.routing.model.DestinationRule;
import io.convergate.routing.model.Metadata;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.model.ServiceEntry;
import io.convergate.routing.model.policy.HealthCheckPolicy;
import io.convergate.routing.model.policy.TargetRef;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The policies for health checks, by what they are for. Immutable; versions share what did not change. The nearest counts: for the
 * subset, for the rule, for the port, for the service; of several the oldest, as in Gateway API.
 */
final class HealthCheckPolicies {
    static final HealthCheckPolicies NONE = new HealthCheckPolicies(SharedMap.empty());

    private final SharedMap<ResourceKey, List<HealthCheckPolicy>> byTarget;

    private HealthCheckPolicies(SharedMap<ResourceKey, List<HealthCheckPolicy>> byTarget) {
        this.byTarget = byTarget;
    }

    /** These policies without some and with others; what is none is passed over. The same instance if nothing changes. */
    HealthCheckPolicies with(Collection<Resource> removed, Collection<Resource> added) {
        Map<ResourceKey, List<HealthCheckPolicy>> edits = new HashMap<>();
        for (Resource resource : removed) {
            if (resource instanceof HealthCheckPolicy policy) {
                targets(policy).forEach(key -> list(key, edits).removeIf(known -> known == policy));
            }
        }
        for (Resource resource : added) {
            if (resource instanceof HealthCheckPolicy policy) {
                targets(policy).forEach(key -> list(key, edits).add(policy));
            }
        }
        if (edits.isEmpty()) {
            return this;
        }
        Map<ResourceKey, @Nullable List<HealthCheckPolicy>> changes = new HashMap<>();
        edits.forEach((key, list) -> {
            list.sort(Comparator.comparing(HealthCheckPolicy::metadata, Metadata.OLDEST_FIRST));
            changes.put(key, list.isEmpty() ? null : List.copyOf(list));
        });
        return new HealthCheckPolicies(byTarget.with(changes));
    }

    private static List<ResourceKey> targets(HealthCheckPolicy policy) {
        return policy.targets().stream()
                .map(target -> target.key(policy.metadata().namespace()))
                .distinct()
                .toList();
    }

    private List<HealthCheckPolicy> list(ResourceKey key, Map<ResourceKey, List<HealthCheckPolicy>> edits) {
        return edits.computeIfAbsent(key, none -> new ArrayList<>(byTarget.getOrDefault(key, List.of())));
    }

    /** Whether there is one for any part of a resource. */
    boolean isFor(ResourceKey key) {
        return byTarget.containsKey(key);
    }

    /** The oldest policy for a part of a resource; empty for the section means all of it. */
    Optional<HealthCheckPolicy> oldest(ResourceKey key, Optional<String> section) {
        return byTarget.getOrDefault(key, List.of()).stream()
                .filter(policy -> policy.targets().stream()
                        .anyMatch(target -> isFor(target, policy, key)
                                && target.sectionName().equals(section)))
                .findFirst();
    }

    private static boolean isFor(TargetRef target, HealthCheckPolicy policy, ResourceKey key) {
        return target.key(policy.metadata().namespace()).equals(key);
    }

    /** The policy for a port of a service, or for a subset of it. */
    Optional<HealthCheckPolicy> of(
            ResourceKey service,
            ServiceEntry.Port port,
            List<DestinationRule> rules,
            Optional<DestinationRule.Subset> subset) {
        if (byTarget.isEmpty()) {
            return Optional.empty();
        }
        Optional<String> all = Optional.empty();
        return subset.flatMap(part -> rules.stream()
                        .filter(rule -> rule.subsets().contains(part))
                        .findFirst()
                        .flatMap(rule -> oldest(rule.key(), Optional.of(part.name()))))
                .or(() -> rules.stream()
                        .flatMap(rule -> oldest(rule.key(), all).stream())
                        .findFirst())
                .or(() -> oldest(service, Optional.of(port.name())))
                .or(() -> oldest(service, all));
    }
}
