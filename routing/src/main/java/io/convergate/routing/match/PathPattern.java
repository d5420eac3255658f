package io.convergate.routing.match;

import io.convergate.routing.regex.SafeRegex;

/** A condition on the canonical path. */
public sealed interface PathPattern {
    /** Every path. */
    PathPattern ANY = new Prefix("", false);

    /**
     * The path is this.
     *
     * @param value the path
     * @param ignoreCase whether ASCII letters match in either case
     */
    record Exact(String value, boolean ignoreCase) implements PathPattern {}

    /**
     * The path starts with these characters, whether or not a segment ends there. Istio: {@code /foo} matches
     * {@code /foobar}.
     *
     * @param value the characters
     * @param ignoreCase whether ASCII letters match in either case
     */
    record Prefix(String value, boolean ignoreCase) implements PathPattern {}

    /** The whole path matches an expression. */
    record Regex(SafeRegex regex) implements PathPattern {}

    /** Whether every path there can be matches; paths start with a slash. */
    default boolean takesEverything() {
        return this instanceof Prefix prefix
                && (prefix.value().isEmpty() || prefix.value().equals("/"));
    }
}
