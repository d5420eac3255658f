package io.convergate.node.admin.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convergate.node.admin.api.AdminJson;
import io.convergate.routing.read.FieldType;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The parts that a value has as far as ownership goes: the fields of a mapping, or the items of a list that are told apart by
 * keys. Named as in {@code fieldsV1}: {@code f:name}, {@code k:{"port":80}}. Anything else is one value. Kubernetes: structured
 * merge and diff.
 */
final class FieldPart {
    private static final String FIELD = "f:";
    private static final String ITEM = "k:";

    private FieldPart() {}

    /** Whether a value is a list whose items are told apart; a list without any such item is not split. */
    static boolean isKeyed(FieldType type) {
        return type instanceof FieldType.ListOf list && !list.keys().isEmpty();
    }

    /** The parts of a value by their names, in its order; empty if it is one value. */
    static Optional<Map<String, JsonNode>> of(JsonNode value, FieldType type) {
        if (value instanceof ObjectNode object) {
            Map<String, JsonNode> parts = new LinkedHashMap<>();
            object.properties().forEach(field -> parts.put(FIELD + field.getKey(), field.getValue()));
            return Optional.of(parts);
        }
        if (value.isArray() && type instanceof FieldType.ListOf list && isKeyed(type)) {
            Map<String, JsonNode> parts = new LinkedHashMap<>();
            for (JsonNode item : value) {
                parts.put(key(item, list.keys()), item);
            }
            return parts.size() == value.size() ? Optional.of(parts) : Optional.empty();
        }
        return Optional.empty();
    }

    /** The type of a part. */
    static FieldType typeOf(String part, FieldType type) {
        if (part.startsWith(FIELD) && type instanceof FieldType.Mapping mapping) {
            return mapping.fields().getOrDefault(part.substring(FIELD.length()), FieldType.Scalar.ANYTHING);
        }
        if (type instanceof FieldType.MapOf map) {
            return map.value();
        }
        if (type instanceof FieldType.ListOf list) {
            return list.item();
        }
        return FieldType.Scalar.ANYTHING;
    }

    /** A value with these parts, of the kind that they were taken from. */
    static JsonNode join(Map<String, JsonNode> parts, FieldType type) {
        if (isKeyed(type)) {
            var list = JsonNodeFactory.instance.arrayNode();
            parts.values().forEach(list::add);
            return list;
        }
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        parts.forEach((part, value) -> object.set(part.substring(FIELD.length()), value));
        return object;
    }

    /** The name of a list's item; keys that it does not have are left out. */
    private static String key(JsonNode item, List<String> keys) {
        Map<String, JsonNode> named = new TreeMap<>();
        for (String key : keys) {
            JsonNode value = item.path(key);
            if (!value.isMissingNode()) {
                named.put(key, value);
            } else if (key.equals("protocol")) { // Kubernetes: the only key with a default
                named.put(key, JsonNodeFactory.instance.textNode("TCP"));
            }
        }
        return ITEM + new String(AdminJson.compact(named), StandardCharsets.UTF_8);
    }

    /** How a person writes a path of parts: {@code .spec.ports[port=80,protocol="TCP"].name}. */
    static String text(List<String> path) {
        StringBuilder out = new StringBuilder();
        for (String part : path) {
            if (part.startsWith(FIELD)) {
                out.append('.').append(part.substring(FIELD.length()));
            } else {
                out.append(part.substring(ITEM.length())
                        .replaceAll("^\\{", "[")
                        .replaceAll("\\}$", "]")
                        .replaceAll("\"([A-Za-z]+)\":", "$1="));
            }
        }
        return out.toString();
    }
}
