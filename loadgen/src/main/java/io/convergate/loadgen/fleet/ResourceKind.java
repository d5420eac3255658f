package io.convergate.loadgen.fleet;

/** The kinds of configuration that loadgen writes and looks at, by their names in the admin API's paths. */
public enum ResourceKind {
    GATEWAY("Gateway", "gateways"),
    VIRTUAL_SERVICE("VirtualService", "virtualservices"),
    DESTINATION_RULE("DestinationRule", "destinationrules"),
    SERVICE_ENTRY("ServiceEntry", "serviceentries");

    private static final String GROUP = "/apis/networking.istio.io/v1";

    private final String kind;
    private final String plural;

    ResourceKind(String kind, String plural) {
        this.kind = kind;
        this.plural = plural;
    }

    /** Its name in documents. */
    public String kind() {
        return kind;
    }

    /** The path of all resources of this kind. */
    String path() {
        return GROUP + "/" + plural;
    }

    /** The path of one resource, in namespace {@code default}. */
    String path(String name) {
        return GROUP + "/namespaces/default/" + plural + "/" + name;
    }
}
