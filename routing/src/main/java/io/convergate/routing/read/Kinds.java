package io.convergate.routing.read;

import io.convergate.routing.model.ConvergateResource;
import io.convergate.routing.model.DestinationRule;
import io.convergate.routing.model.Gateway;
import io.convergate.routing.model.Metadata;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ServiceEntry;
import io.convergate.routing.model.VirtualService;
import io.convergate.routing.model.Workload;
import io.convergate.routing.model.gatewayapi.BackendTlsPolicy;
import io.convergate.routing.model.gatewayapi.GatewayClass;
import io.convergate.routing.model.gatewayapi.GatewayRoute;
import io.convergate.routing.model.gatewayapi.KubernetesGateway;
import io.convergate.routing.model.gatewayapi.ListenerSet;
import io.convergate.routing.model.gatewayapi.ReferenceGrant;
import io.convergate.routing.model.k8s.ConfigMap;
import io.convergate.routing.model.k8s.EndpointSlice;
import io.convergate.routing.model.k8s.Ingress;
import io.convergate.routing.model.k8s.IngressClass;
import io.convergate.routing.model.k8s.Namespace;
import io.convergate.routing.model.k8s.Secret;
import io.convergate.routing.model.k8s.Service;
import io.convergate.routing.model.policy.CircuitBreakerPolicy;
import io.convergate.routing.model.policy.HealthCheckPolicy;
import io.convergate.routing.model.policy.RateLimitDomain;
import io.convergate.routing.model.policy.RateLimitPolicy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The kinds that can be read, and in which API versions. */
final class Kinds {
    /** The versions of Istio's networking API; they share one schema. */
    private static final List<String> ISTIO = List.of("v1", "v1beta1", "v1alpha3");

    private static final List<String> V1 = List.of("v1");

    private static final String API = GatewayClass.GROUP;
    private static final List<String> V1_BETA = List.of("v1", "v1beta1");
    private static final List<String> V1_ALPHA = List.of("v1", "v1alpha3", "v1alpha2");

    static final List<Known> ALL = List.of(
            spec(Resource.ISTIO_NETWORKING, ISTIO, Gateway.KIND, GatewayBinder::bind),
            spec(Resource.ISTIO_NETWORKING, ISTIO, VirtualService.KIND, VirtualServiceBinder::bind),
            spec(Resource.ISTIO_NETWORKING, ISTIO, DestinationRule.KIND, DestinationRuleBinder::bind),
            spec(Resource.ISTIO_NETWORKING, ISTIO, ServiceEntry.KIND, ServiceEntryBinder::bind),
            spec(Resource.ISTIO_NETWORKING, ISTIO, Workload.KIND, WorkloadEntryBinder::bind),
            spec("", V1, Service.KIND, ServiceBinder::bind),
            new Known(EndpointSlice.GROUP, V1, EndpointSlice.KIND, Scope.NAMESPACE, ServiceBinder::bindSlice),
            spec(Ingress.GROUP, V1, Ingress.KIND, IngressBinder::bind),
            spec(Ingress.GROUP, V1, IngressClass.KIND, Scope.CLUSTER, IngressBinder::bindClass),
            spec(API, V1_BETA, GatewayClass.KIND, Scope.CLUSTER, GatewayApiBinder::bindClass),
            spec(API, V1_BETA, KubernetesGateway.KIND, GatewayApiBinder::bindGateway),
            spec(API, V1, ListenerSet.KIND, GatewayApiBinder::bindListenerSet),
            spec(API, V1_BETA, "HTTPRoute", GatewayRouteBinder.of(GatewayRoute.Type.HTTP)),
            spec(API, V1_ALPHA, "GRPCRoute", GatewayRouteBinder.of(GatewayRoute.Type.GRPC)),
            spec(API, V1_ALPHA, "TLSRoute", GatewayRouteBinder.of(GatewayRoute.Type.TLS)),
            spec(API, V1_ALPHA, "TCPRoute", GatewayRouteBinder.of(GatewayRoute.Type.TCP)),
            spec(API, V1_ALPHA, "UDPRoute", GatewayRouteBinder.of(GatewayRoute.Type.UDP)),
            spec(API, V1_BETA, ReferenceGrant.KIND, GatewayApiBinder::bindGrant),
            spec(API, V1_ALPHA, BackendTlsPolicy.KIND, GatewayApiBinder::bindPolicy),
            new Known("", V1, Secret.KIND, Scope.NAMESPACE, SecretBinder::bind),
            new Known("", V1, ConfigMap.KIND, Scope.NAMESPACE, SecretBinder::bindConfigMap),
            spec(ConvergateResource.GROUP, V1, RateLimitPolicy.KIND, RateLimitPolicyBinder::bind),
            new Known("", V1, Namespace.KIND, Scope.CLUSTER, ServiceBinder::bindNamespace),
            spec(ConvergateResource.GROUP, V1, HealthCheckPolicy.KIND, PolicyBinder::bindHealthCheck),
            spec(ConvergateResource.GROUP, V1, CircuitBreakerPolicy.KIND, CircuitBreakerPolicyBinder::bind),
            spec(ConvergateResource.GROUP, V1, RateLimitDomain.KIND, RateLimitDomainBinder::bind));

    /** Name -> {@code apiVersion} -> kind. */
    private static final Map<String, Map<String, Known>> BY_NAME = new HashMap<>();

    static {
        for (Known known : ALL) {
            Map<String, Known> versions = BY_NAME.computeIfAbsent(known.name(), name -> new HashMap<>());
            known.apiVersions().forEach(version -> versions.putIfAbsent(version, known));
        }
    }

    private Kinds() {}

    /** Whether resources of a kind belong to a namespace. */
    enum Scope {
        NAMESPACE,
        CLUSTER
    }

    /**
     * A kind.
     *
     * @param group its API group
     * @param versions the versions of the group in which it can be written; they share one schema
     * @param name what {@code kind} says
     * @param scope whether it has a namespace
     * @param binder reads everything but {@code apiVersion}, {@code kind} and {@code metadata}
     */
    record Known(String group, List<String> versions, String name, Scope scope, Binder binder) {
        /** Every {@code apiVersion} it can be written in. */
        List<String> apiVersions() {
            return versions.stream()
                    .map(version -> group.isEmpty() ? version : group + "/" + version)
                    .toList();
        }
    }

    /** Reads a resource of one kind from its document, or from its spec. */
    @FunctionalInterface
    interface Binder {
        Optional<? extends Resource> bind(String apiVersion, Metadata metadata, Fields fields);
    }

    /** Reads a resource of one kind from its spec. */
    @FunctionalInterface
    interface SpecBinder {
        Resource bind(String apiVersion, Metadata metadata, Fields spec);
    }

    /** A kind of which all but the metadata is in a spec, which must be there. */
    private static Known spec(String group, List<String> versions, String name, SpecBinder binder) {
        return spec(group, versions, name, Scope.NAMESPACE, binder);
    }

    private static Known spec(String group, List<String> versions, String name, Scope scope, SpecBinder binder) {
        return new Known(
                group,
                versions,
                name,
                scope,
                (apiVersion, metadata, document) ->
                        document.requiredObject("spec", spec -> binder.bind(apiVersion, metadata, spec)));
    }

    /** The kind of that name in that version. */
    static Optional<Known> find(String apiVersion, String kind) {
        return Optional.ofNullable(BY_NAME.getOrDefault(kind, Map.of()).get(apiVersion));
    }

    /** The kinds of that name, in whatever group. */
    static List<Known> named(String kind) {
        return ALL.stream().filter(known -> known.name().equals(kind)).toList();
    }

    /** The names of the kinds that an API version has, or of all if it has none. */
    static Set<String> names(String apiVersion) {
        List<Known> known = new ArrayList<>(ALL);
        known.removeIf(kind -> !kind.apiVersions().contains(apiVersion));
        Set<String> names = new TreeSet<>();
        (known.isEmpty() ? ALL : known).forEach(kind -> names.add(kind.name()));
        return names;
    }
}
