package io.convergate.node.admin.api;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The kinds of resources that a node keeps, by their Kubernetes names. */
public enum Kind {
    GATEWAY(Group.ISTIO, "Gateway", "gateways", "gw"),
    VIRTUAL_SERVICE(Group.ISTIO, "VirtualService", "virtualservices", "vs"),
    DESTINATION_RULE(Group.ISTIO, "DestinationRule", "destinationrules", "dr"),
    SERVICE_ENTRY(Group.ISTIO, "ServiceEntry", "serviceentries", "se"),
    WORKLOAD_ENTRY(Group.ISTIO, "WorkloadEntry", "workloadentries", "we"),
    SERVICE(Group.CORE, "Service", "services", "svc"),
    ENDPOINT_SLICE(Group.DISCOVERY, "EndpointSlice", "endpointslices", "eps"),
    INGRESS(Group.NETWORKING, "Ingress", "ingresses", "ing"),
    INGRESS_CLASS(Group.NETWORKING, "IngressClass", "ingressclasses", "ic", Scope.CLUSTER),
    GATEWAY_CLASS(Group.GATEWAY_API, "GatewayClass", "gatewayclasses", "gc", Scope.CLUSTER),
    KUBERNETES_GATEWAY(Group.GATEWAY_API, "Gateway", "gateways", "gtw"),
    LISTENER_SET(Group.GATEWAY_API_V1, "ListenerSet", "listenersets", "lset"),
    HTTP_ROUTE(Group.GATEWAY_API, "HTTPRoute", "httproutes", "httproute"),
    GRPC_ROUTE(Group.GATEWAY_API_ALPHA, "GRPCRoute", "grpcroutes", "grpcroute"),
    TLS_ROUTE(Group.GATEWAY_API_ALPHA, "TLSRoute", "tlsroutes", "tlsroute"),
    TCP_ROUTE(Group.GATEWAY_API_ALPHA, "TCPRoute", "tcproutes", "tcproute"),
    UDP_ROUTE(Group.GATEWAY_API_ALPHA, "UDPRoute", "udproutes", "udproute"),
    REFERENCE_GRANT(Group.GATEWAY_API, "ReferenceGrant", "referencegrants", "refgrant"),
    BACKEND_TLS_POLICY(Group.GATEWAY_API_ALPHA, "BackendTLSPolicy", "backendtlspolicies", "btlspolicy"),
    SECRET(Group.CORE, "Secret", "secrets", "secret"),
    CONFIG_MAP(Group.CORE, "ConfigMap", "configmaps", "cm"),
    RATE_LIMIT_POLICY(Group.CONVERGATE, "RateLimitPolicy", "ratelimitpolicies", "rlp"),
    NAMESPACE(Group.CORE, "Namespace", "namespaces", "ns", Scope.CLUSTER),
    HEALTH_CHECK_POLICY(Group.CONVERGATE, "HealthCheckPolicy", "healthcheckpolicies", "hcp"),
    CIRCUIT_BREAKER_POLICY(Group.CONVERGATE, "CircuitBreakerPolicy", "circuitbreakerpolicies", "cbp"),
    RATE_LIMIT_DOMAIN(Group.CONVERGATE, "RateLimitDomain", "ratelimitdomains", "rld");

    private final Group group;
    private final String kind;
    private final String plural;
    private final String shortName;
    private final Scope scope;

    Kind(Group group, String kind, String plural, String shortName) {
        this(group, kind, plural, shortName, Scope.NAMESPACE);
    }

    Kind(Group group, String kind, String plural, String shortName, Scope scope) {
        this.group = group;
        this.kind = kind;
        this.plural = plural;
        this.shortName = shortName;
        this.scope = scope;
    }

    /** An API group and the versions in which some of its kinds are read, the preferred one first; all mean the same. */
    private enum Group {
        ISTIO("networking.istio.io", "v1", "v1beta1", "v1alpha3"),
        CORE("", "v1"),
        DISCOVERY("discovery.k8s.io", "v1"),
        NETWORKING("networking.k8s.io", "v1"),
        GATEWAY_API("gateway.networking.k8s.io", "v1", "v1beta1"),
        GATEWAY_API_V1("gateway.networking.k8s.io", "v1"),
        GATEWAY_API_ALPHA("gateway.networking.k8s.io", "v1", "v1alpha3", "v1alpha2"),
        CONVERGATE("convergate.io", "v1");

        private final String word;
        private final List<String> versions;

        Group(String word, String... versions) {
            this.word = word;
            this.versions = List.of(versions);
        }
    }

    /** Whether a resource belongs to a namespace or to the cluster as a whole. */
    public enum Scope {
        NAMESPACE,
        CLUSTER
    }

    /** The API group, such as {@code networking.istio.io}; empty for Kubernetes' core group. */
    public String group() {
        return group.word;
    }

    /** The API versions that are read, the preferred one first; all mean the same. */
    @SuppressWarnings("MutableMethodReturnType") // List.of
    public List<String> versions() {
        return group.versions;
    }

    /** What {@code apiVersion} says in a version. */
    public String apiVersion(String version) {
        return group.word.isEmpty() ? version : group.word + "/" + version;
    }

    /** The name in a resource's {@code kind} field, such as {@code VirtualService}. */
    public String kind() {
        return kind;
    }

    /** The name in a path, such as {@code virtualservices}. */
    public String plural() {
        return plural;
    }

    /** The short name, such as {@code vs}. */
    public String shortName() {
        return shortName;
    }

    /** Whether it has a namespace. */
    public Scope scope() {
        return scope;
    }

    /** The path of its version: {@code /apis/group/version}, or {@code /api/version} of the core group. */
    public String path(String version) {
        return group.word.isEmpty() ? "/api/" + version : "/apis/" + group.word + "/" + version;
    }

    /** The kind whose path name this is in a version of a group. */
    public static Optional<Kind> ofPlural(String group, String version, String plural) {
        return Arrays.stream(values())
                .filter(k ->
                        k.group.word.equals(group) && k.group.versions.contains(version) && k.plural.equals(plural))
                .findFirst();
    }

    /**
     * The kinds that a person may mean: by plural, singular or short name, in any case, or by plural, dot and group where two
     * groups have a kind of one name.
     */
    public static List<Kind> named(String name) {
        String wanted = name.toLowerCase(Locale.ROOT);
        return Arrays.stream(values())
                .filter(k -> wanted.equals(k.plural)
                        || wanted.equals(k.plural + "." + k.group.word)
                        || wanted.equals(k.kind.toLowerCase(Locale.ROOT))
                        || wanted.equals(k.shortName))
                .toList();
    }

    /** Every kind with its short name, for help and messages. */
    public static String listing() {
        return Arrays.stream(values())
                .map(k -> k.plural + " (" + k.shortName + ")")
                .collect(Collectors.joining(", "));
    }
}
