package io.convergate.routing.read;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The type of a field as its binder reads it: what a client may write there, as a tree. It is made of what the binders ask
 * for, so it cannot say anything else than they do.
 */
public sealed interface FieldType {
    /** A single value. */
    enum Scalar implements FieldType {
        STRING,
        /** A string such as {@code 1h30m} or {@code 250ms}. */
        DURATION,
        INTEGER,
        NUMBER,
        BOOLEAN,
        /** A whole number or a string. Kubernetes: IntOrString. */
        INTEGER_OR_STRING,
        /** Anything at all, mappings and lists included. */
        ANYTHING
    }

    /**
     * A string that stands for one of a few.
     *
     * @param rule which, for people: {@code A, B, C}, or a sentence
     */
    record Choice(String rule) implements FieldType {}

    /** A mapping with fields of its own. */
    record Mapping(Map<String, FieldType> fields) implements FieldType {
        public Mapping {
            fields = Map.copyOf(fields);
        }
    }

    /** A mapping of any keys to values of one type. */
    record MapOf(FieldType value) implements FieldType {}

    /**
     * A list.
     *
     * @param item the type of each item
     * @param keys the fields that tell items apart, so that each is merged by itself; empty if the list is one value
     */
    record ListOf(FieldType item, List<String> keys) implements FieldType {
        public ListOf {
            keys = List.copyOf(keys);
        }
    }

    /**
     * The fields of a kind beside {@code apiVersion}, {@code kind} and {@code metadata}.
     *
     * @return empty if there is no such kind in that version
     */
    static Optional<Mapping> of(String apiVersion, String kind) {
        return Kinds.find(apiVersion, kind).map(known -> FieldTree.of(Schema.explored(known)));
    }
}
