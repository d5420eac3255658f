package io.convergate.routing.model.gatewayapi;

import io.convergate.routing.model.ResourceKey;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a route wants to be attached to. Gateway API: ParentReference.
 *
 * @param group its API group
 * @param kind its kind
 * @param namespace its namespace; empty for the route's own
 * @param name its name
 * @param sectionName one of its listeners; empty for all
 * @param port the listeners with this port; empty for all
 */
public record ParentRef(
        String group,
        String kind,
        Optional<String> namespace,
        String name,
        Optional<String> sectionName,
        OptionalLong port) {
    /** Whether it is a gateway. */
    public boolean isGateway() {
        return group.equals(GatewayClass.GROUP) && kind.equals(KubernetesGateway.KIND);
    }

    /** What it names, as seen from a namespace. */
    public ResourceKey key(String own) {
        return new ResourceKey(group, kind, namespace.orElse(own), name);
    }

    /** Whether it is a set of listeners. */
    public boolean isListenerSet() {
        return group.equals(GatewayClass.GROUP) && kind.equals(ListenerSet.KIND);
    }
}
