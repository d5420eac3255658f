package io.convergate.node.admin.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convergate.routing.read.FieldType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A set of fields of a resource, as {@code managedFields} writes it. Immutable.
 *
 * @param self whether the place itself is in the set
 * @param parts what is in it below the place; no empty sets
 */
record FieldSet(boolean self, Map<String, FieldSet> parts) {
    static final FieldSet EMPTY = new FieldSet(false, Map.of());
    private static final FieldSet LEAF = new FieldSet(true, Map.of());
    private static final String SELF = ".";

    FieldSet {
        parts = Collections.unmodifiableMap(new TreeMap<>(parts));
    }

    /** Every field of a value: what is one value, and the items of lists. */
    static FieldSet of(JsonNode value, FieldType type) {
        Optional<Map<String, JsonNode>> parts = FieldPart.of(value, type);
        if (parts.isEmpty() || parts.get().isEmpty()) {
            return LEAF;
        }
        Map<String, FieldSet> sets = new TreeMap<>();
        parts.get().forEach((name, part) -> {
            FieldSet set = of(part, FieldPart.typeOf(name, type));
            sets.put(name, FieldPart.isKeyed(type) ? new FieldSet(true, set.parts()) : set);
        });
        return new FieldSet(false, sets);
    }

    /** What differs between two values: changed, added or gone. */
    static FieldSet differences(JsonNode before, JsonNode after, FieldType type) {
        if (before.equals(after)) {
            return EMPTY;
        }
        Optional<Map<String, JsonNode>> old = FieldPart.of(before, type);
        Optional<Map<String, JsonNode>> now = FieldPart.of(after, type);
        if (before.isMissingNode() || after.isMissingNode()) {
            FieldSet all = of(before.isMissingNode() ? after : before, type);
            return new FieldSet(true, all.parts());
        }
        if (old.isEmpty() || now.isEmpty()) {
            return LEAF;
        }
        Map<String, FieldSet> sets = new TreeMap<>();
        TreeSet<String> names = new TreeSet<>(old.get().keySet());
        names.addAll(now.get().keySet());
        JsonNode missing = JsonNodeFactory.instance.missingNode();
        for (String name : names) {
            FieldSet set = differences(
                    old.get().getOrDefault(name, missing),
                    now.get().getOrDefault(name, missing),
                    FieldPart.typeOf(name, type));
            if (!set.isEmpty()) {
                sets.put(name, set);
            }
        }
        return new FieldSet(false, sets);
    }

    /** Reads {@code fieldsV1}. */
    static FieldSet read(JsonNode fields) {
        Map<String, FieldSet> parts = new TreeMap<>();
        fields.properties().forEach(field -> {
            if (!field.getKey().equals(SELF)) {
                FieldSet part = read(field.getValue());
                parts.put(field.getKey(), part.isEmpty() ? LEAF : part);
            }
        });
        return new FieldSet(fields.has(SELF), parts);
    }

    /** The form of {@code fieldsV1}. */
    ObjectNode write() {
        ObjectNode fields = JsonNodeFactory.instance.objectNode();
        if (self && !parts.isEmpty()) {
            fields.putObject(SELF);
        }
        parts.forEach((name, part) -> fields.set(name, part.write()));
        return fields;
    }

    boolean isEmpty() {
        return !self && parts.isEmpty();
    }

    FieldSet union(FieldSet other) {
        Map<String, FieldSet> sets = new TreeMap<>(parts);
        other.parts.forEach((name, part) -> sets.merge(name, part, FieldSet::union));
        return new FieldSet(self || other.self, sets);
    }

    FieldSet intersection(FieldSet other) {
        return combined(other, self && other.self, false);
    }

    FieldSet minus(FieldSet other) {
        return combined(other, self && !other.self, true);
    }

    private FieldSet combined(FieldSet other, boolean itself, boolean minus) {
        Map<String, FieldSet> sets = new TreeMap<>();
        parts.forEach((name, part) -> {
            FieldSet theirs = other.parts.getOrDefault(name, EMPTY);
            FieldSet set = minus ? part.minus(theirs) : part.intersection(theirs);
            if (!set.isEmpty()) {
                sets.put(name, set);
            }
        });
        return new FieldSet(itself, sets);
    }

    /** What of this set is there in a value. */
    FieldSet thereIn(JsonNode value, FieldType type) {
        if (value.isMissingNode()) {
            return EMPTY;
        }
        Map<String, JsonNode> there = FieldPart.of(value, type).orElse(Map.of());
        Map<String, FieldSet> sets = new TreeMap<>();
        parts.forEach((name, part) -> {
            JsonNode inner = there.get(name);
            FieldSet set = inner == null ? EMPTY : part.thereIn(inner, FieldPart.typeOf(name, type));
            if (!set.isEmpty()) {
                sets.put(name, set);
            }
        });
        return new FieldSet(self, sets);
    }

    /** The same without a part itself; what is in it below that part stays. */
    FieldSet notItself(String name) {
        FieldSet part = parts.getOrDefault(name, EMPTY);
        Map<String, FieldSet> sets = new TreeMap<>(parts);
        sets.remove(name);
        if (!part.parts.isEmpty()) {
            sets.put(name, new FieldSet(false, part.parts));
        }
        return new FieldSet(self, sets);
    }

    /** The places in it, as paths. */
    List<List<String>> paths() {
        List<List<String>> paths = new ArrayList<>();
        collect(new ArrayList<>(), paths);
        return paths;
    }

    private void collect(List<String> at, List<List<String>> paths) {
        if (self) {
            paths.add(List.copyOf(at));
        }
        parts.forEach((name, part) -> {
            at.add(name);
            part.collect(at, paths);
            at.remove(at.size() - 1);
        });
    }
}
