package io.convergate.routing.model;

import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What every resource has beside its spec. Kubernetes: ObjectMeta, the part that means something here.
 *
 * @param name the name
 * @param namespace the namespace; empty for kinds that belong to the cluster as a whole
 * @param labels the labels
 * @param annotations the annotations
 * @param creationTimestamp when the cluster accepted the resource's first version; orders resources. Empty before that
 * @param uid what tells a resource from a later one of the same name; empty before acceptance
 * @param generation how often the spec was changed, from 1; 0 before acceptance
 * @param resourceVersion the version a client saw before it wrote this one; empty if it does not care
 */
public record Metadata(
        String name,
        String namespace,
        Map<String, String> labels,
        Map<String, String> annotations,
        Optional<Instant> creationTimestamp,
        Optional<String> uid,
        long generation,
        Optional<String> resourceVersion) {
    /** The order in which resources of one kind are merged. Istio: older first, then by name, then by namespace. */
    public static final Comparator<Metadata> OLDEST_FIRST = Comparator.comparing(
                    (Metadata metadata) -> metadata.creationTimestamp().orElse(Instant.MAX))
            .thenComparing(Metadata::name)
            .thenComparing(Metadata::namespace);

    public Metadata {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(namespace, "namespace");
        labels = Map.copyOf(labels);
        annotations = Map.copyOf(annotations);
        Objects.requireNonNull(creationTimestamp, "creationTimestamp");
        Objects.requireNonNull(uid, "uid");
        Objects.requireNonNull(resourceVersion, "resourceVersion");
    }

    /**
     * The same as the cluster notes it when it accepts the resource; what was noted before, and what a client had seen, is gone.
     *
     * @param creationTimestamp when the first version was accepted
     * @param uid what tells the resource from a later one of the same name
     * @param generation how often the spec was changed, from 1
     */
    public Metadata noted(Instant creationTimestamp, String uid, long generation) {
        return new Metadata(
                name,
                namespace,
                labels,
                annotations,
                Optional.of(creationTimestamp),
                Optional.of(uid),
                generation,
                Optional.empty());
    }

    /** Metadata of a resource that has a name only, for tests and tools. */
    public static Metadata of(String namespace, String name) {
        return new Metadata(
                name, namespace, Map.of(), Map.of(), Optional.empty(), Optional.empty(), 0, Optional.empty());
    }
}
