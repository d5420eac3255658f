package io.convergate.routing.validate;

import io.convergate.routing.model.KubernetesResource;
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
import io.convergate.routing.model.k8s.Secret;
import io.convergate.routing.model.k8s.Service;

/** Which rules hold for which of the kinds that Kubernetes and Gateway API define. */
final class KubernetesValidator {
    private KubernetesValidator() {}

    static void validate(KubernetesResource resource, Findings findings) {
        if (resource instanceof Service service) {
            ServiceValidator.validate(service, findings);
        } else if (resource instanceof EndpointSlice slice) {
            ServiceValidator.validate(slice, findings);
        } else if (resource instanceof Secret secret) {
            SecretValidator.validate(secret, findings);
        } else if (resource instanceof ConfigMap map) {
            SecretValidator.validate(map, findings);
        } else if (resource instanceof Ingress ingress) {
            IngressValidator.validate(ingress, findings);
        } else if (resource instanceof IngressClass one) {
            IngressValidator.validate(one, findings);
        } else if (resource instanceof GatewayClass one) {
            GatewayApiValidator.validate(one, findings);
        } else if (resource instanceof KubernetesGateway gateway) {
            GatewayApiValidator.validate(gateway, findings);
        } else if (resource instanceof ListenerSet set) {
            GatewayApiValidator.validate(set, findings);
        } else if (resource instanceof GatewayRoute route) {
            GatewayRouteValidator.validate(route, findings);
        } else if (resource instanceof ReferenceGrant grant) {
            GatewayApiValidator.validate(grant, findings);
        } else if (resource instanceof BackendTlsPolicy policy) {
            GatewayApiValidator.validate(policy, findings);
        }
    }
}
