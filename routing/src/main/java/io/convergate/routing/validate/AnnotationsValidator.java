package io.convergate.routing.validate;

import io.convergate.routing.model.ConfigPatience;
import io.convergate.routing.model.DestinationRule;
import io.convergate.routing.model.Gateway;
import io.convergate.routing.model.OutlierDetection;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.gatewayapi.KubernetesGateway;
import io.convergate.routing.model.k8s.Ingress;
import io.convergate.routing.model.k8s.Service;
import io.convergate.routing.problem.Problem;
import io.convergate.routing.problem.ProblemCode;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The annotations of all kinds: the values of our own, and a warning for each that would change where requests go, here or at
 * another controller, and does not. Other annotations are notes of others and of no account.
 */
final class AnnotationsValidator {
    /** What our own begin with. */
    private static final String OURS = "convergate.io/";

    /** Istio's and Kubernetes' that act on a Service there and not here. */
    private static final Map<String, String> OF_SERVICES = Map.of(
            "networking.istio.io/exportTo", "every namespace may use a Service",
            "networking.istio.io/traffic-distribution", "near endpoints are not preferred",
            "service.kubernetes.io/topology-mode", "near endpoints are not preferred",
            "service.kubernetes.io/topology-aware-hints", "near endpoints are not preferred");

    private AnnotationsValidator() {}

    static void validate(Resource resource, Findings findings) {
        Map<String, String> annotations = new TreeMap<>(resource.metadata().annotations());
        Set<String> own = own(resource);
        annotations.forEach((name, value) -> {
            String path = "metadata.annotations[" + name + "]";
            if (name.startsWith(OURS) && !own.contains(name)) {
                String known =
                        own.isEmpty() ? "none of " + OURS + " on this kind" : String.join(" or ", new TreeSet<>(own));
                findings.warn(path, ProblemCode.UNKNOWN_FIELD, name, known + "; it does nothing");
            }
            String effect = resource instanceof Service ? OF_SERVICES.getOrDefault(name, "") : "";
            boolean foreign = resource instanceof Ingress && isOfAnotherController(name);
            if (foreign || !effect.isEmpty()) {
                findings.problems()
                        .add(Problem.warning(
                                path,
                                ProblemCode.NOT_SERVED_YET,
                                name + " does not act: " + (foreign ? "it is another controller's" : effect)));
            }
        });
        String wait = annotations.get(ConfigPatience.ANNOTATION);
        if (wait != null && own.contains(ConfigPatience.ANNOTATION)) {
            findings.require(
                    ConfigPatience.of(resource.metadata()).isPresent(),
                    "metadata.annotations[" + ConfigPatience.ANNOTATION + "]",
                    wait,
                    "1ms to 1m, such as 5s");
        }
        if (resource instanceof DestinationRule) {
            String scope = annotations.getOrDefault(OutlierDetection.SCOPE, OutlierDetection.NODE);
            findings.require(
                    scope.equals(OutlierDetection.NODE) || scope.equals(OutlierDetection.CLUSTER),
                    "metadata.annotations[" + OutlierDetection.SCOPE + "]",
                    scope,
                    OutlierDetection.NODE + " or " + OutlierDetection.CLUSTER);
        }
        if (resource instanceof Gateway) {
            String order = annotations.getOrDefault(Gateway.ROUTE_ORDER, Gateway.AS_WRITTEN);
            findings.require(
                    order.equals(Gateway.AS_WRITTEN) || order.equals(Gateway.MOST_SPECIFIC_FIRST),
                    "metadata.annotations[" + Gateway.ROUTE_ORDER + "]",
                    order,
                    Gateway.AS_WRITTEN + " or " + Gateway.MOST_SPECIFIC_FIRST);
        }
    }

    private static Set<String> own(Resource resource) {
        if (resource instanceof Gateway) {
            return Set.of(Gateway.ROUTE_ORDER, ConfigPatience.ANNOTATION);
        }
        if (resource instanceof DestinationRule) {
            return Set.of(OutlierDetection.SCOPE);
        }
        return resource instanceof KubernetesGateway ? Set.of(ConfigPatience.ANNOTATION) : Set.of();
    }

    /** Controllers of Ingresses name their annotations so: {@code traefik.ingress.kubernetes.io/router.tls}. */
    private static boolean isOfAnotherController(String name) {
        return !name.startsWith(Ingress.NGINX)
                && name.substring(0, Math.max(0, name.indexOf('/'))).endsWith("ingress.kubernetes.io");
    }
}
