package io.convergate.routing.model.gatewayapi;

import io.convergate.routing.model.KubernetesResource;
import io.convergate.routing.model.Metadata;
import java.util.Objects;
import java.util.Optional;

/**
 * Who serves gateways of this class. Gateway API: GatewayClass.
 *
 * @param apiVersion the API group and version it was written in
 * @param metadata its name
 * @param controllerName who, such as {@code convergate.io/gateway}
 * @param parameters the kind of what it names as parameters, of which there are none here
 */
public record GatewayClass(String apiVersion, Metadata metadata, String controllerName, Optional<String> parameters)
        implements KubernetesResource {
    /** The API group of all kinds of this package. */
    public static final String GROUP = "gateway.networking.k8s.io";

    public static final String KIND = "GatewayClass";

    /** The controller that this gateway is. */
    public static final String CONTROLLER = "convergate.io/gateway";

    public GatewayClass {
        Objects.requireNonNull(apiVersion, "apiVersion");
        Objects.requireNonNull(metadata, "metadata");
        Objects.requireNonNull(controllerName, "controllerName");
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public GatewayClass with(Metadata metadata) {
        return new GatewayClass(apiVersion, metadata, controllerName, parameters);
    }

    /** Whether it is for this gateway to serve. */
    public boolean isOurs() {
        return controllerName.equals(CONTROLLER);
    }
}
