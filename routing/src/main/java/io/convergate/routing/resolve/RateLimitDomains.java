package io.convergate.routing.resolve;

import io.convergate.routing.model.Metadata;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.policy.RateLimitDomain;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The domains of the rate limit service. Immutable; the same instance in all versions between which no domain changed. */
public final class RateLimitDomains {
    static final RateLimitDomains NONE = new RateLimitDomains(Map.of());

    private final Map<String, List<RateLimitDomain>> byName;

    private RateLimitDomains(Map<String, List<RateLimitDomain>> byName) {
        this.byName = byName;
    }

    RateLimitDomains with(Collection<Resource> removed, Collection<Resource> added) {
        Map<String, List<RateLimitDomain>> edits = new HashMap<>();
        for (Resource resource : removed) {
            if (resource instanceof RateLimitDomain domain) {
                list(domain, edits).removeIf(known -> known == domain);
            }
        }
        for (Resource resource : added) {
            if (resource instanceof RateLimitDomain domain) {
                list(domain, edits).add(domain);
            }
        }
        if (edits.isEmpty()) {
            return this;
        }
        Map<String, List<RateLimitDomain>> next = new HashMap<>(byName);
        edits.forEach((name, list) -> {
            list.sort(Comparator.comparing(RateLimitDomain::metadata, Metadata.OLDEST_FIRST));
            if (list.isEmpty()) {
                next.remove(name);
            } else {
                next.put(name, List.copyOf(list));
            }
        });
        return new RateLimitDomains(Map.copyOf(next));
    }

    private List<RateLimitDomain> list(RateLimitDomain domain, Map<String, List<RateLimitDomain>> edits) {
        return edits.computeIfAbsent(domain.domain(), name -> new ArrayList<>(byName.getOrDefault(name, List.of())));
    }

    /** What is said of each domain by its name: the oldest resource first, which wins where two say the same. */
    public Map<String, List<RateLimitDomain>> byName() {
        return byName;
    }

    /** What is said of a domain, oldest first. */
    public List<RateLimitDomain> named(String name) {
        return byName.getOrDefault(name, List.of());
    }
}
