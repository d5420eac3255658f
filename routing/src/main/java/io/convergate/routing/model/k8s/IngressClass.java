package io.convergate.routing.model.k8s;

import io.convergate.routing.model.KubernetesResource;
import io.convergate.routing.model.Metadata;
import java.util.Objects;
import java.util.Optional;

/**
 * Who serves an {@link Ingress} of this class. Kubernetes: networking.k8s.io/v1 IngressClass.
 *
 * @param apiVersion the API group and version it was written in
 * @param metadata its name and annotations
 * @param controller who, such as {@code convergate.io/ingress}
 * @param parameters the kind of what it names as parameters, of which there are none here
 */
public record IngressClass(String apiVersion, Metadata metadata, String controller, Optional<String> parameters)
        implements KubernetesResource {
    public static final String KIND = "IngressClass";

    /** The annotation that makes a class the one of every Ingress that names none. */
    public static final String DEFAULT_ANNOTATION = "ingressclass.kubernetes.io/is-default-class";

    public IngressClass {
        Objects.requireNonNull(apiVersion, "apiVersion");
        Objects.requireNonNull(metadata, "metadata");
        Objects.requireNonNull(controller, "controller");
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public IngressClass with(Metadata metadata) {
        return new IngressClass(apiVersion, metadata, controller, parameters);
    }

    /** Whether it is the class of every Ingress that names none. */
    public boolean isDefault() {
        return "true".equals(metadata.annotations().get(DEFAULT_ANNOTATION));
    }
}
