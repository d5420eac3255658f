package io.convergate.routing.read;

import io.convergate.routing.problem.SourcePosition;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A document as it was written, YAML or JSON, with the position of everything in it. */
sealed interface Tree {
    /** Where it begins. */
    SourcePosition position();

    /** What it is, for messages: {@code a list}, {@code "text"}. */
    String describe();

    /**
     * Keys and their values, in the order of the text.
     *
     * @param fields the values
     * @param keys where each key stands
     */
    record Mapping(Map<String, Tree> fields, Map<String, SourcePosition> keys, SourcePosition position)
            implements Tree {
        @Override
        public String describe() {
            return "a mapping";
        }

        /** The value of a key; null if it is not there, or there without a value. */
        @Nullable
        Tree get(String key) {
            Tree value = fields.get(key);
            return value instanceof Scalar scalar && scalar.kind() == ScalarKind.NULL ? null : value;
        }

        SourcePosition keyPosition(String key) {
            return keys.getOrDefault(key, position);
        }
    }

    /** A list. */
    record Sequence(List<Tree> items, SourcePosition position) implements Tree {
        @Override
        public String describe() {
            return "a list";
        }
    }

    /** A single value, as text. */
    record Scalar(ScalarKind kind, String text, SourcePosition position) implements Tree {
        private static final int SHOWN_MAX = 60;

        @Override
        public String describe() {
            String shown = text.length() <= SHOWN_MAX ? text : text.substring(0, SHOWN_MAX) + "...";
            return switch (kind) {
                case STRING -> '"' + shown + '"';
                case NULL -> "null";
                default -> shown;
            };
        }
    }
}
