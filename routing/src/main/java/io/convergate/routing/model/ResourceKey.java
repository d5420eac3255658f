package io.convergate.routing.model;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The identity of a resource: API group, kind, namespace and name. The API version is no part of it: Istio's
 * {@code v1}, {@code v1beta1} and {@code v1alpha3} of one name are one resource.
 *
 * @param group the API group, such as {@code networking.istio.io}; empty for Kubernetes' core group
 * @param kind the kind, such as {@code VirtualService}
 * @param namespace the namespace; empty for kinds that belong to the cluster as a whole, such as {@code GatewayClass}
 * @param name the name; never empty
 */
public record ResourceKey(String group, String kind, String namespace, String name) implements Comparable<ResourceKey> {
    public ResourceKey {
        Objects.requireNonNull(group, "group");
        requirePart(kind, "kind");
        requirePart(name, "name");
        if (namespace.indexOf('/') >= 0) {
            throw new IllegalArgumentException("namespace '" + namespace + "' (expected: no slash)");
        }
    }

    private static void requirePart(String value, String part) {
        if (value.isEmpty() || value.indexOf('/') >= 0) {
            throw new IllegalArgumentException(part + " '" + value + "' (expected: not empty, no slash)");
        }
    }

    /**
     * Reads the form that {@link #toString()} writes.
     *
     * @throws IllegalArgumentException if it is not four parts between slashes
     */
    public static ResourceKey parse(String text) {
        String[] parts = text.split("/", -1);
        if (parts.length != 4) {
            throw new IllegalArgumentException(text + " (expected: group/kind/namespace/name)");
        }
        return new ResourceKey(parts[0], parts[1], parts[2], parts[3]);
    }

    /** {@code kind/namespace/name}, or {@code kind/name} for what has no namespace: for people. */
    public String shortName() {
        return namespace.isEmpty() ? kind + '/' + name : kind + '/' + namespace + '/' + name;
    }

    @Override
    public int compareTo(ResourceKey other) {
        int order = group.compareTo(other.group);
        if (order == 0) {
            order = kind.compareTo(other.kind);
        }
        if (order == 0) {
            order = namespace.compareTo(other.namespace);
        }
        return order != 0 ? order : name.compareTo(other.name);
    }

    // A record's own methods are put together by the JVM when they are first called, and slow until they are compiled;
    // a large change on a node that has just started calls these some hundred thousand times.

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || other instanceof ResourceKey that
                        && name.equals(that.name)
                        && namespace.equals(that.namespace)
                        && kind.equals(that.kind)
                        && group.equals(that.group);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * (31 * group.hashCode() + kind.hashCode()) + namespace.hashCode()) + name.hashCode();
    }

    /** {@code group/kind/namespace/name}: unique, sortable, and what {@link #parse} reads. */
    @Override
    public String toString() {
        return group + '/' + kind + '/' + namespace + '/' + name;
    }
}
