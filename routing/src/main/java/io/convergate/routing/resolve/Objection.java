package io.convergate.routing.resolve;

import io.convergate.routing.model.Resource;
import io.convergate.routing.model.gatewayapi.GatewayClass;
import io.convergate.routing.model.gatewayapi.KubernetesGateway;
import io.convergate.routing.problem.Problem;
import java.util.Optional;

/**
 * Why a GatewayClass or a Gateway is not accepted, though it is well-formed: it asks for what there is not here.
 *
 * @param path where it does
 * @param reason why, in one of Gateway API's words
 * @param message what was found and what was expected
 */
public record Objection(String path, String reason, String message) {
    private static final String INVALID_PARAMETERS = "InvalidParameters";

    /** What a resource says itself that cannot be accepted; empty if there is nothing, or if it is of another kind or for others. */
    public static Optional<Objection> to(Resource resource) {
        if (resource instanceof GatewayClass one
                && one.isOurs()
                && one.parameters().isPresent()) {
            String message = Problem.expected("parameters", "none: a class has none here");
            return Optional.of(new Objection("spec.parametersRef", INVALID_PARAMETERS, message));
        }
        if (!(resource instanceof KubernetesGateway gateway)) {
            return Optional.empty();
        }
        if (gateway.parameters().isPresent()) {
            String message = Problem.expected("parameters", "none");
            return Optional.of(new Objection("spec.infrastructure.parametersRef", INVALID_PARAMETERS, message));
        }
        boolean odd =
                gateway.addresses().stream().anyMatch(address -> !address.type().equals(KubernetesGateway.Address.IP));
        String message = Problem.expected("an address of another type", KubernetesGateway.Address.IP);
        return odd ? Optional.of(new Objection("spec.addresses", "UnsupportedAddress", message)) : Optional.empty();
    }

    /** The objection to what names the refused resource. */
    Objection through(String from, String name) {
        return new Objection(from, reason, name + " has " + message);
    }
}
