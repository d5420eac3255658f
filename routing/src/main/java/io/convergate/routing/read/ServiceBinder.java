package io.convergate.routing.read;

import io.convergate.routing.model.Metadata;
import io.convergate.routing.model.k8s.EndpointSlice;
import io.convergate.routing.model.k8s.Namespace;
import io.convergate.routing.model.k8s.Service;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Reads Kubernetes' Service, EndpointSlice and Namespace. */
final class ServiceBinder {
    private static final String TYPES =
            Arrays.stream(Service.Type.values()).map(Service.Type::toString).collect(Collectors.joining(", "));

    private static final String PROTOCOLS = "TCP, UDP, SCTP";
    private static final String ADDRESS_TYPES = "IPv4, IPv6, FQDN";

    /** What describes the network of a Kubernetes cluster, and means nothing to one who sends requests to the endpoints. */
    private static final List<String> CLUSTER_NETWORK = List.of(
            "clusterIP",
            "clusterIPs",
            "ipFamilies",
            "ipFamilyPolicy",
            "externalIPs",
            "loadBalancerIP",
            "loadBalancerClass",
            "loadBalancerSourceRanges",
            "allocateLoadBalancerNodePorts",
            "healthCheckNodePort",
            "sessionAffinityConfig",
            "publishNotReadyAddresses");

    /** What asks for near endpoints, and the value that does not. */
    private static final Map<String, String> LOCALITY =
            Map.of("internalTrafficPolicy", "Cluster", "externalTrafficPolicy", "Cluster", "trafficDistribution", "");

    private ServiceBinder() {}

    private static Optional<String> affinity(String text) {
        return Optional.of(text).filter(one -> one.equals("None") || one.equals("ClientIP"));
    }

    private static Optional<String> protocol(String text) {
        return Optional.of(text).filter(List.of(PROTOCOLS.split(", "))::contains);
    }

    private static Optional<String> addressType(String text) {
        return Optional.of(text).filter(List.of(ADDRESS_TYPES.split(", "))::contains);
    }

    static Service bind(String apiVersion, Metadata metadata, Fields spec) {
        CLUSTER_NETWORK.forEach(spec::ignored);
        List<String> locality = new ArrayList<>();
        LOCALITY.forEach((field, standard) ->
                spec.text(field).filter(value -> !value.equals(standard)).ifPresent(value -> locality.add(field)));
        locality.sort(null);
        return new Service(
                apiVersion,
                metadata,
                spec.parsed("type", ServiceBinder::type, TYPES).orElse(Service.Type.CLUSTER_IP),
                spec.text("externalName"),
                spec.textMap("selector"),
                spec.keyed("ports", List.of("port", "protocol"), ServiceBinder::port),
                spec.parsed("sessionAffinity", ServiceBinder::affinity, "None, ClientIP"),
                locality);
    }

    private static Optional<Service.Type> type(String word) {
        return Arrays.stream(Service.Type.values())
                .filter(type -> type.toString().equals(word))
                .findFirst();
    }

    private static Service.Port port(Fields port) {
        port.ignored("nodePort");
        return new Service.Port(
                port.text("name").orElse(""),
                port.requiredNumber("port"),
                port.parsed("protocol", ServiceBinder::protocol, PROTOCOLS),
                port.numberOrText("targetPort"),
                port.text("appProtocol"));
    }

    static Optional<EndpointSlice> bindSlice(String apiVersion, Metadata metadata, Fields slice) {
        return Optional.of(new EndpointSlice(
                apiVersion,
                metadata,
                slice.required(
                        "addressType", slice.parsed("addressType", ServiceBinder::addressType, ADDRESS_TYPES), ""),
                slice.list("endpoints", ServiceBinder::endpoint),
                slice.list("ports", ServiceBinder::slicePort)));
    }

    private static EndpointSlice.Endpoint endpoint(Fields endpoint) {
        for (String description : List.of("hostname", "nodeName", "targetRef", "hints", "deprecatedTopology")) {
            endpoint.ignored(description);
        }
        return new EndpointSlice.Endpoint(
                endpoint.texts("addresses"),
                endpoint.object("conditions", conditions -> {
                            conditions.ignored("serving");
                            conditions.ignored("terminating");
                            return conditions.optionalFlag("ready");
                        })
                        .flatMap(ready -> ready),
                endpoint.text("zone"));
    }

    private static EndpointSlice.Port slicePort(Fields port) {
        port.ignored("appProtocol");
        return new EndpointSlice.Port(
                port.text("name").orElse(""),
                port.number("port"),
                port.parsed("protocol", ServiceBinder::protocol, PROTOCOLS));
    }

    static Optional<Namespace> bindNamespace(String apiVersion, Metadata metadata, Fields namespace) {
        namespace.ignored("spec");
        return Optional.of(new Namespace(apiVersion, metadata));
    }
}
