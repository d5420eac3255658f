package io.convergate.routing.model.gatewayapi;

import io.convergate.routing.model.KubernetesResource;
import io.convergate.routing.model.Metadata;
import java.util.List;
import java.util.Objects;

/**
 * More listeners for a gateway, by somebody else. Gateway API: ListenerSet.
 *
 * @param apiVersion the API group and version it was written in
 * @param metadata its name and labels
 * @param parent the gateway
 * @param listeners the listeners
 */
public record ListenerSet(String apiVersion, Metadata metadata, ParentRef parent, List<Listener> listeners)
        implements KubernetesResource {
    public static final String KIND = "ListenerSet";

    public ListenerSet {
        Objects.requireNonNull(apiVersion, "apiVersion");
        Objects.requireNonNull(metadata, "metadata");
        Objects.requireNonNull(parent, "parent");
        listeners = List.copyOf(listeners);
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public ListenerSet with(Metadata metadata) {
        return new ListenerSet(apiVersion, metadata, parent, listeners);
    }
}
