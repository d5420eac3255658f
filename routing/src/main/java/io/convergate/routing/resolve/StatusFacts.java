package io.convergate.routing.resolve;

import io.convergate.routing.model.ResourceKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a status says that no resource does.
 *
 * @param written when the version of a resource that is served was written, by the clock of the node that took it; the same on
 *     all nodes. Empty if it is not known
 * @param addresses where the cluster takes requests: those of its nodes
 */
public record StatusFacts(Function<ResourceKey, Optional<Instant>> written, List<ResourceStatus.Address> addresses) {
    /** Nothing is known. */
    public static final StatusFacts NONE = new StatusFacts(key -> Optional.empty(), List.of());

    public StatusFacts {
        addresses = List.copyOf(addresses);
    }
}
