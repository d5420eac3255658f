package io.convergate.routing.model.k8s;

import io.convergate.routing.model.KubernetesResource;
import io.convergate.routing.model.Metadata;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A name that requests are sent to, and its ports; where it runs is said by its {@link EndpointSlice}s. Kubernetes: core/v1
 * Service. What describes the cluster's own network (cluster IPs, node ports) is read and not kept: nothing here depends on it.
 *
 * @param apiVersion the API version it was written in
 * @param metadata its name and labels
 * @param type what it is
 * @param externalName the DNS name that an {@link Type#EXTERNAL_NAME} stands for
 * @param selector the labels of the pods behind it; its slices say where these are
 * @param ports its ports
 * @param sessionAffinity {@code None} or {@code ClientIP}
 * @param locality the fields that ask for near endpoints, by name, as far as they are set to other than their defaults
 */
public record Service(
        String apiVersion,
        Metadata metadata,
        Type type,
        Optional<String> externalName,
        Map<String, String> selector,
        List<Port> ports,
        Optional<String> sessionAffinity,
        List<String> locality)
        implements KubernetesResource {
    public static final String KIND = "Service";

    public Service {
        Objects.requireNonNull(apiVersion, "apiVersion");
        Objects.requireNonNull(metadata, "metadata");
        Objects.requireNonNull(type, "type");
        selector = Map.copyOf(selector);
        ports = List.copyOf(ports);
        locality = List.copyOf(locality);
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public Service with(Metadata metadata) {
        return new Service(apiVersion, metadata, type, externalName, selector, ports, sessionAffinity, locality);
    }

    /** What a service is; all but the last mean the same to who sends requests to it. */
    public enum Type {
        CLUSTER_IP("ClusterIP"),
        NODE_PORT("NodePort"),
        LOAD_BALANCER("LoadBalancer"),
        EXTERNAL_NAME("ExternalName");

        private final String word;

        Type(String word) {
            this.word = word;
        }

        /** Kubernetes' name. */
        @Override
        public String toString() {
            return word;
        }
    }

    /**
     * A port.
     *
     * @param name its name; empty if it is the only one
     * @param number what clients call it
     * @param protocol {@code TCP}, {@code UDP} or {@code SCTP}; TCP if not given
     * @param targetPort the endpoints' port, a number or the name of one of a container; the slices have the number too
     * @param appProtocol what is spoken there, such as {@code kubernetes.io/h2c}
     */
    public record Port(
            String name,
            long number,
            Optional<String> protocol,
            Optional<String> targetPort,
            Optional<String> appProtocol) {
        static final String TCP = "TCP";

        /** Whether requests can be sent to it: whether it is of TCP. */
        public boolean takesRequests() {
            return protocol.orElse(TCP).equals(TCP);
        }
    }
}
