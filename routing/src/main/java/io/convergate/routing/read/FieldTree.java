package io.convergate.routing.read;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The paths of a {@link Schema} put together as a tree: one node for each part of a path. */
final class FieldTree {
    private static final String CHOICE = "one of ";
    private static final String ITEM = "[]";
    private static final String VALUE = "*";

    private final Map<String, FieldTree> children = new TreeMap<>();
    private String type = "";
    private List<String> keys = List.of();

    private FieldTree() {}

    static FieldType.Mapping of(Schema schema) {
        FieldTree root = new FieldTree();
        schema.types().forEach((path, type) -> root.add(path, type, schema.keys(path)));
        return root.mapping();
    }

    private void add(String path, String described, List<String> listKeys) {
        FieldTree at = this;
        for (String part : path.split("\\.")) {
            String name = part;
            int lists = 0;
            while (name.endsWith(ITEM)) {
                name = name.substring(0, name.length() - ITEM.length());
                lists++;
            }
            at = at.child(name);
            for (int i = 0; i < lists; i++) {
                at = at.child(ITEM);
            }
        }
        at.type = described;
        at.keys = listKeys;
    }

    private FieldTree child(String name) {
        return children.computeIfAbsent(name, any -> new FieldTree());
    }

    private FieldType.Mapping mapping() {
        Map<String, FieldType> fields = new TreeMap<>();
        children.forEach((name, node) -> fields.put(name, node.read()));
        return new FieldType.Mapping(fields);
    }

    private FieldType read() {
        FieldTree item = children.get(ITEM);
        if (item != null) {
            return new FieldType.ListOf(item.read(), item.keys);
        }
        FieldTree value = children.get(VALUE);
        if (value != null) {
            return new FieldType.MapOf(value.read());
        }
        if (!children.isEmpty()) {
            return mapping();
        }
        if (type.startsWith(CHOICE)) {
            return new FieldType.Choice(type.substring(CHOICE.length()));
        }
        return switch (type) {
            case "mapping" -> new FieldType.Mapping(Map.of());
            case "duration" -> FieldType.Scalar.DURATION;
            case "integer" -> FieldType.Scalar.INTEGER;
            case "number" -> FieldType.Scalar.NUMBER;
            case "boolean" -> FieldType.Scalar.BOOLEAN;
            case Schema.NUMBER_OR_TEXT -> FieldType.Scalar.INTEGER_OR_STRING;
            case Schema.NOT_READ, Schema.WARNED_OF -> FieldType.Scalar.ANYTHING;
            default -> FieldType.Scalar.STRING;
        };
    }
}
