package io.convergate.routing.upstream;

/** How an upstream's endpoints become addresses. Istio: ServiceEntry.resolution. */
public enum Resolution {
    /** The endpoints are IP addresses. */
    STATIC,
    /** The endpoints are names; each address of each name is a place to send to. */
    DNS,
    /** One name; a new connection goes to the first address of the latest answer. */
    DNS_ROUND_ROBIN
}
