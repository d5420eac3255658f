package io.convergate.routing.read;

import io.convergate.routing.problem.SourcePosition;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The trees of documents as they are stored: with the metadata that users write, or with what the cluster notes as well. */
final class MetadataTrees {
    /** Fields of metadata that Kubernetes and its tools write and that mean nothing here. */
    static final List<String> NOT_KEPT = List.of(
            "managedFields",
            "selfLink",
            "generateName",
            "finalizers",
            "ownerReferences",
            "deletionTimestamp",
            "deletionGracePeriodSeconds");

    private static final List<String> KEPT = List.of("labels", "annotations");
    private static final SourcePosition NOWHERE = new SourcePosition(1, 1);

    /** Always nine digits of fraction, so that timestamps order as texts do and no node rounds them. */
    private static final DateTimeFormatter TIMESTAMP =
            new DateTimeFormatterBuilder().appendInstant(9).toFormatter().withZone(ZoneOffset.UTC);

    private MetadataTrees() {}

    /** The document without status and without what the cluster notes, its namespace filled in. */
    static Tree.Mapping canonical(Tree.Mapping document, String name, String namespace) {
        Map<String, Tree> metadata = new LinkedHashMap<>();
        metadata.put("name", text(name));
        if (!namespace.isEmpty()) {
            metadata.put("namespace", text(namespace));
        }
        Tree.Mapping written = metadataOf(document);
        for (String field : KEPT) {
            Tree value = written.get(field);
            if (value instanceof Tree.Mapping mapping && !mapping.fields().isEmpty()) {
                metadata.put(field, value);
            }
        }
        return with(document, metadata);
    }

    /** Metadata with what the cluster notes, in place of what was noted before. */
    static Tree.Mapping stamped(
            Tree.Mapping written,
            Instant creationTimestamp,
            String uid,
            long generation,
            Optional<Tree> managedFields) {
        Map<String, Tree> metadata = new LinkedHashMap<>(written.fields());
        metadata.put("creationTimestamp", text(TIMESTAMP.format(creationTimestamp)));
        metadata.put("uid", text(uid));
        metadata.remove("managedFields");
        managedFields
                .filter(owners ->
                        owners instanceof Tree.Sequence list && !list.items().isEmpty())
                .ifPresent(owners -> metadata.put("managedFields", owners));
        metadata.put("generation", new Tree.Scalar(ScalarKind.INTEGER, Long.toString(generation), NOWHERE));
        return new Tree.Mapping(metadata, Map.of(), NOWHERE);
    }

    private static Tree.Mapping metadataOf(Tree.Mapping document) {
        return document.get("metadata") instanceof Tree.Mapping metadata
                ? metadata
                : new Tree.Mapping(Map.of(), Map.of(), NOWHERE);
    }

    private static Tree.Mapping with(Tree.Mapping document, Map<String, Tree> metadata) {
        Map<String, Tree> fields = new LinkedHashMap<>(document.fields());
        fields.remove("status");
        fields.put("metadata", new Tree.Mapping(metadata, Map.of(), NOWHERE));
        return new Tree.Mapping(fields, document.keys(), document.position());
    }

    private static Tree text(String value) {
        return new Tree.Scalar(ScalarKind.STRING, value, NOWHERE);
    }
}
