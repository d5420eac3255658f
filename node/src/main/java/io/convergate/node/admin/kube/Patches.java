package io.convergate.node.admin.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convergate.node.admin.api.AdminJson;
import io.convergate.routing.read.FieldType;
import io.fabric8.zjsonpatch.JsonPatch;
import io.fabric8.zjsonpatch.JsonPatchException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The forms of patches that change a resource by what shall be different: RFC 7396, RFC 6902, and Kubernetes' strategic merge. */
final class Patches {
    private static final int OPERATIONS_MAX = 10_000;
    private static final int COPIES_MAX = 100;
    /** What a patch may make of a resource; without it copies of copies would grow without end. */
    private static final int BYTES_MAX = 4 << 20;

    private static final String DIRECTIVE = "$patch";
    private static final String RETAIN = "$retainKeys";
    private static final String DELETE = "$deleteFromPrimitiveList/";

    private Patches() {}

    /** JSON merge patch, RFC 7396. */
    static JsonNode merge(JsonNode target, JsonNode patch) {
        if (!(patch instanceof ObjectNode changes)) {
            return patch;
        }
        ObjectNode result = target instanceof ObjectNode object ? object.deepCopy() : node();
        changes.properties().forEach(field -> {
            if (field.getValue().isNull()) {
                result.remove(field.getKey());
            } else {
                result.set(field.getKey(), merge(result.path(field.getKey()), field.getValue()));
            }
        });
        return result;
    }

    /**
     * JSON patch, RFC 6902.
     *
     * @throws KubeError if it is none, or does not fit
     */
    static JsonNode operations(JsonNode target, JsonNode patch) {
        if (!(patch instanceof ArrayNode operations) || operations.size() > OPERATIONS_MAX) {
            throw KubeError.badRequest("a JSON patch (expected: a list of at most " + OPERATIONS_MAX + " operations)");
        }
        JsonNode result = target;
        ArrayNode batch = node().arrayNode();
        int copies = 0;
        for (JsonNode operation : operations) {
            batch.add(operation);
            if (operation.path("op").asText().equals("copy")) {
                result = carriedOut(result, batch);
                batch = node().arrayNode();
                if (++copies > COPIES_MAX || AdminJson.compact(result).length > BYTES_MAX) {
                    throw KubeError.of(413, "RequestEntityTooLarge", "the JSON patch copies too much");
                }
            }
        }
        return carriedOut(result, batch);
    }

    private static JsonNode carriedOut(JsonNode target, ArrayNode operations) {
        try {
            return operations.isEmpty() ? target : JsonPatch.apply(operations, target);
        } catch (JsonPatchException | IllegalArgumentException e) {
            throw KubeError.of(422, "Invalid", "the JSON patch cannot be applied: " + e.getMessage());
        }
    }

    /**
     * Kubernetes' strategic merge patch: as a merge patch, but lists whose items have keys are merged by the first of them, and
     * directives say what cannot be said otherwise.
     */
    static JsonNode strategic(JsonNode target, ObjectNode patch, FieldType type) {
        String directive = patch.path(DIRECTIVE).asText();
        if (directive.equals("replace")) {
            ObjectNode whole = patch.deepCopy();
            whole.remove(DIRECTIVE);
            return whole;
        }
        if (directive.equals("delete")) {
            return node();
        }
        ObjectNode result = target instanceof ObjectNode object ? object.deepCopy() : node();
        if (patch.get(RETAIN) instanceof ArrayNode retained) {
            Set<String> names = new HashSet<>();
            retained.forEach(name -> names.add(name.asText()));
            result.retain(names);
        }
        patch.properties().forEach(field -> {
            String name = field.getKey();
            JsonNode value = field.getValue();
            if (name.startsWith(DELETE)) {
                String list = name.substring(DELETE.length());
                result.set(list, without(result.path(list), value));
            } else if (name.startsWith("$")) {
                // A directive that has been followed, or an order that nothing depends on.
            } else if (value.isNull()) {
                result.remove(name);
            } else {
                result.set(name, part(result.path(name), value, FieldPart.typeOf("f:" + name, type)));
            }
        });
        return result;
    }

    private static JsonNode part(JsonNode there, JsonNode value, FieldType type) {
        if (value instanceof ObjectNode object) {
            return strategic(there, object, type);
        }
        if (value instanceof ArrayNode items && type instanceof FieldType.ListOf list && FieldPart.isKeyed(type)) {
            return list(there, items, list);
        }
        return value;
    }

    private static ArrayNode list(JsonNode there, ArrayNode items, FieldType.ListOf type) {
        String key = type.keys().get(0);
        Map<JsonNode, JsonNode> merged = new LinkedHashMap<>();
        there.forEach(item -> merged.put(item.path(key), item));
        for (JsonNode item : items) {
            if (!(item instanceof ObjectNode object)) {
                throw KubeError.badRequest("an item of a list that is merged by " + key + " (expected: a mapping)");
            }
            String directive = object.path(DIRECTIVE).asText();
            if (directive.equals("replace") && object.size() == 1) {
                merged.clear();
            } else if (directive.equals("delete")) {
                merged.remove(object.path(key));
            } else {
                merged.put(
                        object.path(key),
                        strategic(merged.getOrDefault(object.path(key), node()), object, type.item()));
            }
        }
        return node().arrayNode().addAll(merged.values());
    }

    private static ArrayNode without(JsonNode list, JsonNode values) {
        Set<JsonNode> gone = new HashSet<>();
        values.forEach(gone::add);
        List<JsonNode> left = new ArrayList<>();
        list.forEach(item -> {
            if (!gone.contains(item)) {
                left.add(item);
            }
        });
        return node().arrayNode().addAll(left);
    }

    private static ObjectNode node() {
        return JsonNodeFactory.instance.objectNode();
    }
}
