package io.convergate.routing.model.gatewayapi;

import io.convergate.routing.model.KubernetesResource;
import io.convergate.routing.model.Metadata;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Ports that are listened on, and whose routes they take. Gateway API: Gateway. (Its name here tells it from Istio's.)
 *
 * @param apiVersion the API group and version it was written in
 * @param metadata its name and labels
 * @param className the {@link GatewayClass} it belongs to
 * @param listeners its ports
 * @param addresses the addresses to listen on; empty for the node's own
 * @param allowedListeners the namespaces whose {@link ListenerSet}s may add to it
 * @param parameters the kind of what it names as parameters, of which there are none here
 * @param unserved the fields it sets that have no effect here, by their paths
 */
public record KubernetesGateway(
        String apiVersion,
        Metadata metadata,
        String className,
        List<Listener> listeners,
        List<Address> addresses,
        Listener.Namespaces allowedListeners,
        Optional<String> parameters,
        List<String> unserved)
        implements KubernetesResource {
    public static final String KIND = "Gateway";

    public KubernetesGateway {
        Objects.requireNonNull(apiVersion, "apiVersion");
        Objects.requireNonNull(metadata, "metadata");
        listeners = List.copyOf(listeners);
        addresses = List.copyOf(addresses);
        unserved = List.copyOf(unserved);
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public KubernetesGateway with(Metadata metadata) {
        return new KubernetesGateway(
                apiVersion, metadata, className, listeners, addresses, allowedListeners, parameters, unserved);
    }

    /**
     * An address to listen on.
     *
     * @param type {@code IPAddress}, {@code Hostname} or a name of somebody's own
     * @param value the address; empty for any of that type
     */
    public record Address(String type, Optional<String> value) {
        public static final String IP = "IPAddress";
    }
}
