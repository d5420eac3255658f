package io.convergate.node.admin.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convergate.node.admin.api.Kind;
import io.convergate.node.admin.kube.Ownership.Owner;
import io.convergate.routing.read.FieldType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Server-side apply: a client says what fields it wants to be what, and owns them from then on. Fields it does not name any more
 * and nobody else owns go away; one that somebody else owns with another value is a conflict. Kubernetes: structured merge and
 * diff.
 */
final class Application {
    private Application() {}

    /**
     * What came of it.
     *
     * @param object the resource
     * @param owners who owns what
     */
    record Result(ObjectNode object, Ownership owners) {}

    /**
     * Applies.
     *
     * @param live the resource as it is, or only its identity if there is none
     * @param wanted what the client wants
     * @param force whether fields of others are taken over
     * @throws KubeError on conflicts
     */
    static Result apply(
            Kind kind,
            ObjectNode live,
            Ownership before,
            ObjectNode wanted,
            FieldType type,
            String manager,
            boolean force,
            Instant now) {
        ObjectNode old = Ownership.ownable(live);
        ObjectNode config = Ownership.ownable(wanted);
        FieldSet named = config.isEmpty() ? FieldSet.EMPTY : FieldSet.of(config, type);
        JsonNode merged = merge(old, config, type);
        FieldSet changed = FieldSet.differences(old, merged, type);
        List<Owner> others = before.othersThan(manager);
        if (!force) {
            refuseConflicts(kind, live.at("/metadata/name").asText(), others, changed);
        }
        Owner applier = before.applier(manager);
        FieldSet kept = named;
        for (Owner other : others) {
            kept = kept.union(other.fields());
        }
        for (List<String> gone : longestFirst(applier.fields().minus(kept).paths())) {
            merged = removed(merged, gone, 0, type, kept);
        }
        List<Owner> owners = new ArrayList<>();
        for (Owner other : others) {
            owners.add(other.with(other.fields().minus(changed).thereIn(merged, type)));
        }
        boolean same = merged.equals(old) && named.equals(applier.fields());
        String version = wanted.path("apiVersion").asText();
        owners.add(same ? applier : new Owner(manager, Ownership.APPLY, version, Ownership.text(now), named));
        return new Result(put(live, (ObjectNode) merged), Ownership.of(owners));
    }

    private static void refuseConflicts(Kind kind, String name, List<Owner> others, FieldSet changed) {
        Map<String, List<String>> conflicts = new LinkedHashMap<>();
        for (Owner other : others) {
            List<List<String>> paths = other.fields().intersection(changed).paths();
            if (!paths.isEmpty()) {
                String how = other.operation().equals(Ownership.UPDATE)
                        ? " using " + other.apiVersion() + (other.time().isEmpty() ? "" : " at " + other.time())
                        : "";
                conflicts.put(
                        "conflict with \"" + other.manager() + "\"" + how,
                        paths.stream().map(FieldPart::text).toList());
            }
        }
        if (conflicts.isEmpty()) {
            return;
        }
        int count = conflicts.values().stream().mapToInt(List::size).sum();
        StringBuilder message =
                new StringBuilder("Apply failed with " + count + (count == 1 ? " conflict: " : " conflicts: "));
        List<String> lines = new ArrayList<>();
        conflicts.forEach((who, fields) -> lines.add(
                fields.size() == 1 ? who + ": " + fields.get(0) : who + ":\n- " + String.join("\n- ", fields)));
        KubeError error = KubeError.of(
                409, "Conflict", message.append(String.join("\n", lines)).toString());
        error.about(kind, name);
        conflicts.forEach((who, fields) -> fields.forEach(field -> error.cause("FieldManagerConflict", who, field)));
        throw error;
    }

    /** Both together; where they disagree, the second. */
    private static JsonNode merge(JsonNode old, JsonNode wanted, FieldType type) {
        Optional<Map<String, JsonNode>> before = FieldPart.of(old, type);
        Optional<Map<String, JsonNode>> after = FieldPart.of(wanted, type);
        if (before.isEmpty() || after.isEmpty()) {
            return wanted;
        }
        Map<String, JsonNode> parts = new LinkedHashMap<>(before.get());
        after.get().forEach((name, part) -> {
            JsonNode there = parts.get(name);
            parts.put(name, there == null ? part : merge(there, part, FieldPart.typeOf(name, type)));
        });
        return FieldPart.join(parts, type);
    }

    private static List<List<String>> longestFirst(List<List<String>> paths) {
        return paths.stream().sorted((a, b) -> b.size() - a.size()).toList();
    }

    /** A value without the part at a path, and without the parts around it that are empty then and that nobody named. */
    private static JsonNode removed(JsonNode value, List<String> path, int depth, FieldType type, FieldSet kept) {
        Optional<Map<String, JsonNode>> found = FieldPart.of(value, type);
        String name = path.get(depth);
        if (found.isEmpty() || !found.get().containsKey(name)) {
            return value;
        }
        FieldSet wanted = kept.parts().getOrDefault(name, FieldSet.EMPTY);
        Map<String, JsonNode> parts = new LinkedHashMap<>(found.get());
        if (depth == path.size() - 1) {
            if (wanted.isEmpty()) {
                parts.remove(name);
            }
            return FieldPart.join(parts, type);
        }
        JsonNode inner = removed(parts.get(name), path, depth + 1, FieldPart.typeOf(name, type), wanted);
        if (inner.isContainerNode() && inner.isEmpty() && wanted.isEmpty()) {
            parts.remove(name);
        } else {
            parts.put(name, inner);
        }
        return FieldPart.join(parts, type);
    }

    /** The resource with another content. */
    private static ObjectNode put(ObjectNode live, ObjectNode owned) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.set("apiVersion", live.get("apiVersion"));
        object.set("kind", live.get("kind"));
        ObjectNode metadata = live.path("metadata").deepCopy();
        metadata.remove(List.of("labels", "annotations"));
        owned.path("metadata").properties().forEach(field -> metadata.set(field.getKey(), field.getValue()));
        object.set("metadata", metadata);
        owned.properties().forEach(field -> {
            if (!field.getKey().equals("metadata")) {
                object.set(field.getKey(), field.getValue());
            }
        });
        return object;
    }
}
