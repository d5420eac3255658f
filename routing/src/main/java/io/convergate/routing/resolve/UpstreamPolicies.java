package io.convergate.routing.resolve;

import io.convergate.routing.collect.SharedMap;
import io.convergate.routing.model.DestinationRule;
import io.convergate.routing.model.Metadata;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.model.ServiceEntry;
import io.convergate.routing.model.policy.TargetRef;
import io.convergate.routing.model.policy.UpstreamPolicy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The policies of one kind for services, by what they are for. Immutable; versions share what did not change. The nearest counts: for
 * the subset, for the rule, for the port, for the service; of several the oldest, as in Gateway API.
 *
 * @param <P> the kind
 */
final class UpstreamPolicies<P extends UpstreamPolicy> {
    private final Class<P> kind;
    private final SharedMap<ResourceKey, List<P>> byTarget;

    private UpstreamPolicies(Class<P> kind, SharedMap<ResourceKey, List<P>> byTarget) {
        this.kind = kind;
        this.byTarget = byTarget;
    }

    /** No policies of a kind. */
    static <P extends UpstreamPolicy> UpstreamPolicies<P> none(Class<P> kind) {
        return new UpstreamPolicies<>(kind, SharedMap.empty());
    }

    /** These policies without some and with others; what is none is passed over. The same instance if nothing changes. */
    UpstreamPolicies<P> with(Collection<Resource> removed, Collection<Resource> added) {
        Map<ResourceKey, List<P>> edits = new HashMap<>();
        for (Resource resource : removed) {
            if (kind.isInstance(resource)) {
                P policy = kind.cast(resource);
                targets(policy).forEach(key -> list(key, edits).removeIf(known -> known == policy));
            }
        }
        for (Resource resource : added) {
            if (kind.isInstance(resource)) {
                P policy = kind.cast(resource);
                targets(policy).forEach(key -> list(key, edits).add(policy));
            }
        }
        if (edits.isEmpty()) {
            return this;
        }
        Map<ResourceKey, @Nullable List<P>> changes = new HashMap<>();
        edits.forEach((key, list) -> {
            list.sort(Comparator.comparing(P::metadata, Metadata.OLDEST_FIRST));
            changes.put(key, list.isEmpty() ? null : List.copyOf(list));
        });
        return new UpstreamPolicies<>(kind, byTarget.with(changes));
    }

    private static List<ResourceKey> targets(UpstreamPolicy policy) {
        return policy.targets().stream()
                .map(target -> target.key(policy.metadata().namespace()))
                .distinct()
                .toList();
    }

    private List<P> list(ResourceKey key, Map<ResourceKey, List<P>> edits) {
        return edits.computeIfAbsent(key, none -> new ArrayList<>(byTarget.getOrDefault(key, List.of())));
    }

    /** Whether there is one for any part of a resource. */
    boolean isFor(ResourceKey key) {
        return byTarget.containsKey(key);
    }

    /** The oldest policy for a part of a resource; empty for the section means all of it. */
    Optional<P> oldest(ResourceKey key, Optional<String> section) {
        return byTarget.getOrDefault(key, List.of()).stream()
                .filter(policy -> policy.targets().stream()
                        .anyMatch(target -> isFor(target, policy, key)
                                && target.sectionName().equals(section)))
                .findFirst();
    }

    private static boolean isFor(TargetRef target, UpstreamPolicy policy, ResourceKey key) {
        return target.key(policy.metadata().namespace()).equals(key);
    }

    /** The policy for a port of a service, or for a subset of it. */
    Optional<P> of(
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
