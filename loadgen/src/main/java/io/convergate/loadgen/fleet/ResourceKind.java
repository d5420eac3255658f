package io.convergate.loadgen.fleet;

/** The kinds of configuration that loadgen writes and looks at, by their names in the admin API's paths. */
public enum ResourceKind {
    GATEWAY("/apis/networking.istio.io/v1", "gateways"),
    VIRTUAL_SERVICE("/apis/networking.istio.io/v1", "virtualservices"),
    DESTINATION_RULE("/apis/networking.istio.io/v1", "destinationrules"),
    SERVICE_ENTRY("/apis/networking.istio.io/v1", "serviceentries"),
    WORKLOAD_ENTRY("/apis/networking.istio.io/v1", "workloadentries"),
    SERVICE("/api/v1", "services"),
    ENDPOINT_SLICE("/apis/discovery.k8s.io/v1", "endpointslices"),
    INGRESS("/apis/networking.k8s.io/v1", "ingresses");

    private final String group;
    private final String plural;

    ResourceKind(String group, String plural) {
        this.group = group;
        this.plural = plural;
    }

    /** The path of all resources of this kind. */
    String path() {
        return group + "/" + plural;
    }

    /** The path of one resource, in namespace {@code default}. */
    String path(String name) {
        return group + "/namespaces/default/" + plural + "/" + name;
    }
}
