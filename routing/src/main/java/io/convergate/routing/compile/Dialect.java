package io.convergate.routing.compile;

import io.convergate.routing.model.Metadata;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.gatewayapi.GatewayRoute;
import io.convergate.routing.model.k8s.Ingress;
import java.time.Instant;
import java.util.Comparator;

/**
 * Whose rules hold for the routes of a resource. On a host that several dialects share their routes come in this order; what
 * takes everything comes last, whichever says so.
 */
enum Dialect {
    /** In list order, the oldest resource first. */
    ISTIO,
    /** The most specific first, whatever resource says it; what is equal by age, then by {@code namespace/name}. */
    GATEWAY_API,
    /** The most specific first, whatever resource says it. */
    INGRESS;

    private static final Comparator<Resource> BY_NAMESPACE = Comparator.<Resource, Instant>comparing(
                    resource -> resource.metadata().creationTimestamp().orElse(Instant.MAX))
            .thenComparing(resource -> resource.metadata().namespace())
            .thenComparing(resource -> resource.metadata().name());

    /** By dialect, then the oldest first. */
    static final Comparator<Resource> ORDER = Comparator.comparing(Dialect::of).thenComparing(Dialect::compareAges);

    private static int compareAges(Resource one, Resource other) {
        return of(one) == GATEWAY_API
                ? BY_NAMESPACE.compare(one, other)
                : Metadata.OLDEST_FIRST.compare(one.metadata(), other.metadata());
    }

    static Dialect of(Resource source) {
        if (source instanceof GatewayRoute) {
            return GATEWAY_API;
        }
        return source instanceof Ingress ? INGRESS : ISTIO;
    }
}
