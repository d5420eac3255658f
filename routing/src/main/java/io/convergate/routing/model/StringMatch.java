package io.convergate.routing.model;

/** A condition on a text. Istio: StringMatch. */
public sealed interface StringMatch {
    /** The text is this. */
    record Exact(String value) implements StringMatch {}

    /** The text starts with this. */
    record Prefix(String value) implements StringMatch {}

    /** The whole text matches this expression, in RE2 syntax. */
    record Regex(String value) implements StringMatch {}

    /** There is a text, whichever: what an empty StringMatch means for headers and query parameters. */
    record Present() implements StringMatch {}
}
