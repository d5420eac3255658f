package io.convergate.routing.resolve;

import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.model.gatewayapi.GatewayClass;
import io.convergate.routing.model.gatewayapi.KubernetesGateway;
import io.convergate.routing.resolve.ResourceStatus.Condition;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/** Says conditions of a resource, which have held since the newest of their causes was written. */
final class ConditionTeller {
    static final String ACCEPTED = "Accepted";
    static final String PROGRAMMED = "Programmed";
    static final String RESOLVED_REFS = "ResolvedRefs";
    static final String INVALID = "Invalid";

    private final Resource of;
    private final String since;

    private ConditionTeller(Resource of, String since) {
        this.of = of;
        this.since = since;
    }

    /**
     * Of a resource.
     *
     * @param causes what the conditions follow from beside the resource itself; may name what is not there
     */
    static ConditionTeller of(Resource of, Stream<ResourceKey> causes, Configuration configuration, StatusFacts facts) {
        return new ConditionTeller(
                of,
                Stream.concat(Stream.of(of.key()), causes)
                        .flatMap(key -> written(key, configuration, facts).stream())
                        .max(Comparator.naturalOrder())
                        .map(time -> time.truncatedTo(ChronoUnit.SECONDS).toString())
                        .orElse(Condition.UNKNOWN_TIME));
    }

    private static Optional<Instant> written(ResourceKey key, Configuration configuration, StatusFacts facts) {
        return facts.written().apply(key).or(() -> Optional.ofNullable(
                        configuration.resources().get(key))
                .flatMap(resource -> resource.metadata().creationTimestamp()));
    }

    Condition say(String type, boolean holds, String reason, String message) {
        return new Condition(
                type, holds ? "True" : "False", reason, message, of.metadata().generation(), since);
    }

    /** A condition that holds for a reason of its own name; otherwise for a fault's. */
    Condition say(String type, Optional<String> fault, String message) {
        return say(type, fault.isEmpty(), fault.orElse(type), message);
    }

    /** A gateway and its class. */
    static Stream<ResourceKey> withClass(ResourceKey gateway, Configuration configuration) {
        return configuration.resources().get(gateway) instanceof KubernetesGateway found
                ? Stream.of(gateway, classOf(found))
                : Stream.of(gateway);
    }

    static ResourceKey classOf(KubernetesGateway gateway) {
        return new ResourceKey(GatewayClass.GROUP, GatewayClass.KIND, "", gateway.className());
    }
}
