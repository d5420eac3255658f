package io.convergate.routing.model.gatewayapi;

import io.convergate.routing.model.KubernetesResource;
import io.convergate.routing.model.Metadata;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Who may name what is in this namespace from another. Gateway API: ReferenceGrant.
 *
 * @param apiVersion the API group and version it was written in
 * @param metadata its name and namespace
 * @param from who may: one of these
 * @param to what they may name: one of these
 */
public record ReferenceGrant(String apiVersion, Metadata metadata, List<From> from, List<To> to)
        implements KubernetesResource {
    public static final String KIND = "ReferenceGrant";

    public ReferenceGrant {
        Objects.requireNonNull(apiVersion, "apiVersion");
        Objects.requireNonNull(metadata, "metadata");
        from = List.copyOf(from);
        to = List.copyOf(to);
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public ReferenceGrant with(Metadata metadata) {
        return new ReferenceGrant(apiVersion, metadata, from, to);
    }

    /** Resources of a kind in a namespace. */
    public record From(String group, String kind, String namespace) {}

    /**
     * Resources of a kind.
     *
     * @param name which one; empty for all
     */
    public record To(String group, String kind, Optional<String> name) {}
}
