package io.convergate.routing.compile;

import io.convergate.routing.model.Resource;
import io.convergate.routing.model.k8s.Ingress;

/**
 * Whose rules hold for the routes of a resource. On a host that several dialects share their routes come in this order; what
 * takes everything comes last, whichever says so.
 */
enum Dialect {
    /** In list order, the oldest resource first. */
    ISTIO,
    /** The most specific first, whatever resource says it. */
    INGRESS;

    static Dialect of(Resource source) {
        return source instanceof Ingress ? INGRESS : ISTIO;
    }
}
