package io.convergate.routing.upstream;

/** How an endpoint is chosen. Istio: DestinationRule's {@code loadBalancer.simple}, those that are served. */
public enum LoadBalancing {
    /** The less loaded of two drawn at random; the default. */
    LEAST_REQUEST,
    /** Each in turn. */
    ROUND_ROBIN,
    /** One drawn at random. */
    RANDOM
}
