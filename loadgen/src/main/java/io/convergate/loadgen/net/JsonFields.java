package io.convergate.loadgen.net;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An object of JSON that is being read. Ask for its fields, then let {@link #made} make something of them: mistakes are collected until then, each
 * as {@code path: value (expected: rule)}, and told together by an {@link IllegalArgumentException}. Confined to one thread.
 */
public final class JsonFields {
    private static final int SHOWN_MAX = 60;

    private final JsonNode object;
    private final String prefix;
    private final List<String> mistakes = new ArrayList<>();
    private final Set<String> asked = new TreeSet<>();

    private JsonFields(JsonNode object, String prefix) {
        this.object = object;
        this.prefix = prefix;
    }

    /** @throws IllegalArgumentException if it is no object */
    public static JsonFields of(JsonNode node) {
        if (!node.isObject()) {
            throw new IllegalArgumentException(shown(node) + " (expected: an object of JSON)");
        }
        return new JsonFields(node, "");
    }

    /**
     * The fields of an object within it, none if it is missing.
     *
     * @throws IllegalArgumentException if it is there and no object
     */
    public JsonFields within(String key) {
        JsonNode inner = field(key);
        if (inner != null && !inner.isObject()) {
            throw new IllegalArgumentException(prefix + key + ": " + shown(inner) + " (expected: an object of JSON)");
        }
        return new JsonFields(inner == null ? object.path("\0") : inner, prefix + key + ".");
    }

    private @Nullable JsonNode field(String key) {
        asked.add(key);
        return object.hasNonNull(key) ? object.get(key) : null;
    }

    private void mistake(String key, @Nullable JsonNode found, String rule) {
        mistakes.add(prefix + key + ": " + (found == null ? "nothing" : shown(found)) + " (expected: " + rule + ")");
    }

    /** A whole number. */
    public long whole(String key, long otherwise) {
        JsonNode found = field(key);
        if (found == null) {
            return otherwise;
        }
        if (!found.isIntegralNumber() || !found.canConvertToLong()) {
            mistake(key, found, "a whole number");
            return otherwise;
        }
        return found.asLong();
    }

    /** A whole number that may not be missing. */
    public long whole(String key) {
        if (field(key) == null) {
            mistake(key, null, "a whole number");
        }
        return whole(key, 0);
    }

    /** A number. */
    public double number(String key, double otherwise) {
        JsonNode found = field(key);
        if (found != null && !found.isNumber()) {
            mistake(key, found, "a number");
        }
        return found == null || !found.isNumber() ? otherwise : found.asDouble();
    }

    /** {@code true} or {@code false}. */
    public boolean flag(String key, boolean otherwise) {
        JsonNode found = field(key);
        if (found != null && !found.isBoolean()) {
            mistake(key, found, "true or false");
        }
        return found == null ? otherwise : found.asBoolean();
    }

    /** A text; empty if it is missing. */
    public String text(String key) {
        JsonNode found = field(key);
        if (found != null && !found.isTextual()) {
            mistake(key, found, "a text");
        }
        return found == null ? "" : found.asText();
    }

    /**
     * One of some words, on which the rest depends.
     *
     * @throws IllegalArgumentException if it is missing or another one
     */
    public String oneOf(String key, Collection<String> words) {
        JsonNode found = field(key);
        if (found == null || !found.isTextual() || !words.contains(found.asText())) {
            mistake(key, found, "one of " + String.join(", ", words));
            throw complaint();
        }
        return found.asText();
    }

    /** Whatever else it has is a mistake. */
    public JsonFields nothingElse() {
        for (Iterator<String> names = object.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!asked.contains(name)) {
                mistakes.add(prefix + name + ": a field without meaning here (expected: one of "
                        + String.join(", ", asked) + ")");
            }
        }
        return this;
    }

    /**
     * Makes what was read.
     *
     * @param maker complains by IllegalArgumentException, {@code path: value (expected: rule)}
     * @throws IllegalArgumentException with all mistakes
     */
    public <T> T made(Supplier<T> maker) {
        if (!mistakes.isEmpty()) {
            throw complaint();
        }
        try {
            return maker.get();
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException(prefix + wrong.getMessage(), wrong);
        }
    }

    private IllegalArgumentException complaint() {
        return new IllegalArgumentException(String.join("; ", mistakes));
    }

    private static String shown(JsonNode node) {
        String text = node.isValueNode() ? node.asText() : node.toString();
        return text.isEmpty() ? "nothing" : text.length() > SHOWN_MAX ? text.substring(0, SHOWN_MAX) + "..." : text;
    }
}
