package io.convergate.routing.model.k8s;

import io.convergate.routing.model.KubernetesResource;
import io.convergate.routing.model.Metadata;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The labels of a namespace, by which listeners choose whose routes they take. Namespaces need not be declared otherwise.
 * Kubernetes: core/v1 Namespace.
 *
 * @param apiVersion the API version it was written in
 * @param metadata its name and labels
 */
public record Namespace(String apiVersion, Metadata metadata) implements KubernetesResource {
    public static final String KIND = "Namespace";

    /** The label that every namespace has: its name. */
    public static final String NAME_LABEL = "kubernetes.io/metadata.name";

    public Namespace {
        Objects.requireNonNull(apiVersion, "apiVersion");
        Objects.requireNonNull(metadata, "metadata");
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public Namespace with(Metadata metadata) {
        return new Namespace(apiVersion, metadata);
    }

    /** The labels of a namespace of that name, with the one that each has. */
    public static Map<String, String> labels(String name, Map<String, String> written) {
        Map<String, String> labels = new TreeMap<>(written);
        labels.put(NAME_LABEL, name);
        return labels;
    }
}
