package io.convergate.node.edge;

/** When a request of a method that is not idempotent (RFC 9110 section 9.2.2) is sent again. */
public enum UnsafeRetries {
    /** As its route says, which is what Istio does. */
    AS_CONFIGURED,
    /** Only if there was no connection, or the upstream refused to take it; whatever the route says. */
    NOT_TAKEN
}
