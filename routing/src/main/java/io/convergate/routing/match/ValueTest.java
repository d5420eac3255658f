package io.convergate.routing.match;

import io.convergate.routing.regex.SafeRegex;

/** A condition on a value of a request. Case matters, unless an expression says otherwise. */
public sealed interface ValueTest {
    /** Whether the characters from {@code from} up to {@code to} pass. Only an expression allocates. */
    boolean test(String text, int from, int to);

    /** Whether the text passes. */
    default boolean test(String text) {
        return test(text, 0, text.length());
    }

    /** The value is this. */
    record Exact(String value) implements ValueTest {
        @Override
        public boolean test(String text, int from, int to) {
            return to - from == value.length() && text.startsWith(value, from);
        }
    }

    /** The value starts with this. */
    record Prefix(String value) implements ValueTest {
        @Override
        public boolean test(String text, int from, int to) {
            return to - from >= value.length() && text.startsWith(value, from);
        }
    }

    /** The whole value matches an expression. */
    record Regex(SafeRegex regex) implements ValueTest {
        @Override
        public boolean test(String text, int from, int to) {
            return regex.matches(text.substring(from, to));
        }
    }

    /** Any value. */
    record Any() implements ValueTest {
        @Override
        public boolean test(String text, int from, int to) {
            return true;
        }
    }
}
