package io.convergate.routing.resolve;

import io.convergate.routing.model.Metadata;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.model.policy.RateLimitPolicy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which policies name which resources. Immutable; the same instance in all versions between which no policy changed. */
public final class RateLimitPolicies {
    static final RateLimitPolicies NONE = new RateLimitPolicies(Map.of());

    private static final Comparator<RateLimitPolicy> OLDEST_FIRST =
            Comparator.comparing(RateLimitPolicy::metadata, Metadata.OLDEST_FIRST);

    private final Map<ResourceKey, List<RateLimitPolicy>> byTarget;

    private RateLimitPolicies(Map<ResourceKey, List<RateLimitPolicy>> byTarget) {
        this.byTarget = byTarget;
    }

    RateLimitPolicies with(Collection<Resource> removed, Collection<Resource> added) {
        boolean concerned = removed.stream().anyMatch(RateLimitPolicy.class::isInstance)
                || added.stream().anyMatch(RateLimitPolicy.class::isInstance);
        if (!concerned) {
            return this;
        }
        Map<ResourceKey, List<RateLimitPolicy>> next = new HashMap<>(byTarget);
        for (Resource resource : removed) {
            if (resource instanceof RateLimitPolicy policy) {
                targets(policy)
                        .forEach(key -> next.computeIfPresent(key, (target, policies) -> {
                            List<RateLimitPolicy> fewer = new ArrayList<>(policies);
                            fewer.removeIf(other -> other == policy);
                            return fewer.isEmpty() ? null : List.copyOf(fewer);
                        }));
            }
        }
        for (Resource resource : added) {
            if (resource instanceof RateLimitPolicy policy) {
                targets(policy).forEach(key -> {
                    List<RateLimitPolicy> more = new ArrayList<>(next.getOrDefault(key, List.of()));
                    more.add(policy);
                    more.sort(OLDEST_FIRST);
                    next.put(key, List.copyOf(more));
                });
            }
        }
        return new RateLimitPolicies(Map.copyOf(next));
    }

    /** The resources that a policy names. */
    public static Set<ResourceKey> targets(RateLimitPolicy policy) {
        Set<ResourceKey> keys = new LinkedHashSet<>();
        policy.targets().forEach(target -> keys.add(policy.keyOf(target)));
        return keys;
    }

    /** The policies that name one of these, oldest first. */
    public List<RateLimitPolicy> naming(Collection<ResourceKey> keys) {
        if (byTarget.isEmpty()) {
            return List.of();
        }
        Set<RateLimitPolicy> found = new LinkedHashSet<>();
        keys.forEach(key -> found.addAll(byTarget.getOrDefault(key, List.of())));
        return found.stream().sorted(OLDEST_FIRST).toList();
    }
}
