package io.convergate.node.admin.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convergate.config.StoredResource;
import io.convergate.node.admin.api.AdminJson;
import io.convergate.routing.read.FieldType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Keeps who owns which fields right when a resource is written by other ways than Kubernetes' protocol. */
public final class ManagedFields {
    /** Who owns what was written by other ways. */
    private static final String MANAGER = "convergate";

    private static final byte[] NONE = {};

    /** Stands in a stored resource only as a field's name, because quotes in its texts are escaped. */
    private static final String NOTED = "\"managedFields\":";

    private ManagedFields() {}

    /**
     * Who owns what after a write, as JSON; empty if nobody had noted it before, and nobody asks.
     *
     * @param before the resource as it is stored, if it is
     * @param after what is written
     */
    public static byte[] after(Optional<StoredResource> before, byte[] after, Instant now) {
        if (before.isEmpty() || !before.get().content().toUtf8().contains(NOTED)) {
            return NONE; // most resources: nothing has to be parsed to know it
        }
        ObjectNode old = ObjectViews.stored(before.get().content());
        JsonNode noted = old.at("/metadata/managedFields");
        if (noted.isEmpty()) {
            return NONE;
        }
        try {
            JsonNode written = AdminJson.readTree(after);
            FieldType.Mapping type = type(
                    written.path("apiVersion").asText(), written.path("kind").asText());
            return AdminJson.compact(Ownership.read(noted)
                    .updated(old, written, type, MANAGER, now)
                    .write());
        } catch (IOException e) {
            throw new UncheckedIOException("a canonical form that is no JSON", e);
        }
    }

    /** The fields of a kind that can be owned. */
    static FieldType.Mapping type(String apiVersion, String kind) {
        Map<String, FieldType> fields = new TreeMap<>(FieldType.of(apiVersion, kind)
                .orElse(new FieldType.Mapping(Map.of()))
                .fields());
        fields.put("metadata", ObjectMetaSchema.OWNABLE);
        return new FieldType.Mapping(fields);
    }
}
