package io.convergate.routing.descriptor;

import io.convergate.routing.action.RateLimit;
import io.convergate.routing.model.policy.RateLimitDomain;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The domains of the rate limit service that a node serves. Immutable. */
public final class Domains {
    /** No domain. */
    public static final Domains NONE = new Domains(Map.of());

    private final Map<String, Domain> byName;

    private Domains(Map<String, Domain> byName) {
        this.byName = Map.copyOf(byName);
    }

    /**
     * The domains of another version of the configuration; those of which nothing else is said now are the same instances.
     *
     * @param sources what is said of each domain, oldest first
     * @param attachment called once for each limit that is new; what it returns stays with the limit
     */
    public Domains become(Map<String, List<RateLimitDomain>> sources, Function<RateLimit.Info, Object> attachment) {
        Map<String, Domain> next = new HashMap<>();
        sources.forEach((name, said) -> {
            Domain known = byName.get(name);
            next.put(name, known != null && known.isMadeOf(said) ? known : Domain.of(said, attachment));
        });
        return new Domains(next);
    }

    /** The labels of all limits that are written; see {@link DescriptorLimit#label}. */
    public Set<String> labels() {
        return byName.values().stream()
                .flatMap(domain -> domain.labels().stream())
                .collect(Collectors.toSet());
    }

    /** The domain of this name; null if there is none. */
    public @Nullable Domain get(String name) {
        return byName.get(name);
    }
}
