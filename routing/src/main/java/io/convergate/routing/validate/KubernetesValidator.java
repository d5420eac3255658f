package io.convergate.routing.validate;

import io.convergate.routing.model.KubernetesResource;
import io.convergate.routing.model.k8s.EndpointSlice;
import io.convergate.routing.model.k8s.Ingress;
import io.convergate.routing.model.k8s.IngressClass;
import io.convergate.routing.model.k8s.Service;

/** Which rules hold for which of the kinds that Kubernetes and Gateway API define. */
final class KubernetesValidator {
    private KubernetesValidator() {}

    static void validate(KubernetesResource resource, Findings findings) {
        if (resource instanceof Service service) {
            ServiceValidator.validate(service, findings);
        } else if (resource instanceof EndpointSlice slice) {
            ServiceValidator.validate(slice, findings);
        } else if (resource instanceof Ingress ingress) {
            IngressValidator.validate(ingress, findings);
        } else if (resource instanceof IngressClass one) {
            IngressValidator.validate(one, findings);
        }
    }
}
