package io.convergate.node.admin.api;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.Locale;

/**
 * What a change did to one resource.
 *
 * @param apiVersion as the resource names it, such as {@code networking.istio.io/v1}
 * @param kind such as {@code VirtualService}
 * @param outcome what became of it
 * @param generation how often its spec has been written, from 1
 * @param problems warnings about it
 */
public record ResourceResult(
        String apiVersion,
        String kind,
        String namespace,
        String name,
        Outcome outcome,
        long generation,
        List<ProblemView> problems) {
    public ResourceResult {
        problems = problems == null ? List.of() : List.copyOf(problems);
    }

    /** {@code kind/namespace/name}, the kind in lower case; {@code kind/name} for what has no namespace. */
    public String shortName() {
        String kindWord = kind.toLowerCase(Locale.ROOT);
        return namespace.isEmpty() ? kindWord + '/' + name : kindWord + '/' + namespace + '/' + name;
    }

    /** What became of a resource. */
    public enum Outcome {
        /** It is new. */
        CREATED,
        /** It was there and is different now. */
        CONFIGURED,
        /** It was there just like this; nothing was written. */
        UNCHANGED,
        /** It is gone. */
        DELETED;

        /** The word in JSON and on the screen. */
        @JsonValue
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
