package io.convergate.loadgen.fleet;

/** The kinds of configuration that loadgen writes and looks at, by their names in the admin API's paths. */
public enum ResourceKind {
    GATEWAY("/apis/networking.istio.io/v1", "Gateway", "gateways"),
    VIRTUAL_SERVICE("/apis/networking.istio.io/v1", "VirtualService", "virtualservices"),
    DESTINATION_RULE("/apis/networking.istio.io/v1", "DestinationRule", "destinationrules"),
    SERVICE_ENTRY("/apis/networking.istio.io/v1", "ServiceEntry", "serviceentries"),
    WORKLOAD_ENTRY("/apis/networking.istio.io/v1", "WorkloadEntry", "workloadentries"),
    SERVICE("/api/v1", "Service", "services"),
    ENDPOINT_SLICE("/apis/discovery.k8s.io/v1", "EndpointSlice", "endpointslices"),
    INGRESS("/apis/networking.k8s.io/v1", "Ingress", "ingresses"),
    CIRCUIT_BREAKER_POLICY("/apis/convergate.io/v1", "CircuitBreakerPolicy", "circuitbreakerpolicies"),
    RATE_LIMIT_POLICY("/apis/convergate.io/v1", "RateLimitPolicy", "ratelimitpolicies");

    private final String group;
    private final String kind;
    private final String plural;

    ResourceKind(String group, String kind, String plural) {
        this.group = group;
        this.kind = kind;
        this.plural = plural;
    }

    /** Its name in documents. */
    public String kind() {
        return kind;
    }

    /** The path of all resources of this kind. */
    String path() {
        return group + "/" + plural;
    }

    /** The path of those in namespace {@code default}. */
    String pathInDefault() {
        return group + "/namespaces/default/" + plural;
    }

    /** The path of one resource, in namespace {@code default}. */
    String path(String name) {
        return group + "/namespaces/default/" + plural + "/" + name;
    }
}
