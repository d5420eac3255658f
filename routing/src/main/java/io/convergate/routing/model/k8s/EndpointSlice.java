package io.convergate.routing.model.k8s;

import io.convergate.routing.model.KubernetesResource;
import io.convergate.routing.model.Metadata;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Some of the places a {@link Service} runs at. Kubernetes: discovery.k8s.io/v1 EndpointSlice.
 *
 * @param apiVersion the API group and version it was written in
 * @param metadata its name and labels; the label {@link #SERVICE_LABEL} names the service
 * @param addressType {@code IPv4}, {@code IPv6} or {@code FQDN}
 * @param endpoints the places
 * @param ports the ports that each of them has
 */
public record EndpointSlice(
        String apiVersion, Metadata metadata, String addressType, List<Endpoint> endpoints, List<Port> ports)
        implements KubernetesResource {
    public static final String GROUP = "discovery.k8s.io";
    public static final String KIND = "EndpointSlice";

    /** The label that names the service, in the slice's own namespace. */
    public static final String SERVICE_LABEL = "kubernetes.io/service-name";

    public EndpointSlice {
        Objects.requireNonNull(apiVersion, "apiVersion");
        Objects.requireNonNull(metadata, "metadata");
        endpoints = List.copyOf(endpoints);
        ports = List.copyOf(ports);
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public EndpointSlice with(Metadata metadata) {
        return new EndpointSlice(apiVersion, metadata, addressType, endpoints, ports);
    }

    /** The name of the service; empty for a slice that belongs to none. */
    public Optional<String> service() {
        return Optional.ofNullable(metadata.labels().get(SERVICE_LABEL));
    }

    /**
     * A place.
     *
     * @param addresses its addresses; the first counts, as in Kubernetes
     * @param ready whether it takes requests; unknown means yes
     * @param zone the zone it is in
     */
    public record Endpoint(List<String> addresses, Optional<Boolean> ready, Optional<String> zone) {
        public Endpoint {
            addresses = List.copyOf(addresses);
        }
    }

    /**
     * A port of every endpoint.
     *
     * @param name the name of the service's port
     * @param number the number; empty means that the endpoints take any, which the service's target port then says
     * @param protocol {@code TCP}, {@code UDP} or {@code SCTP}; TCP if not given
     */
    public record Port(String name, OptionalLong number, Optional<String> protocol) {
        /** Whether requests can be sent to it: whether it is of TCP. */
        public boolean takesRequests() {
            return protocol.orElse(Service.Port.TCP).equals(Service.Port.TCP);
        }
    }
}
