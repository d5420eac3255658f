package io.convergate.routing.explain;

import io.convergate.routing.request.RequestFacts;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A request to explain.
 *
 * @param method the method
 * @param scheme {@code http} or {@code https}
 * @param authority the Host header, with its port if it has one
 * @param path the canonical path, without query
 * @param query the query without the question mark; null if there is none
 * @param headers by name, several values of one joined with a comma
 * @param port the port of the listener, as a Gateway names it
 */
public record Question(
        String method,
        String scheme,
        String authority,
        String path,
        @Nullable String query,
        Map<String, String> headers,
        int port)
        implements RequestFacts {
    public Question {
        Objects.requireNonNull(method, "method");
        Objects.requireNonNull(scheme, "scheme");
        Objects.requireNonNull(authority, "authority");
        Objects.requireNonNull(path, "path");
        Map<String, String> lower = new LinkedHashMap<>();
        headers.forEach((name, value) -> lower.put(name.toLowerCase(Locale.ROOT), value));
        headers = Map.copyOf(lower);
    }

    @Override
    public @Nullable String header(String lowerCaseName) {
        return headers.get(lowerCaseName);
    }
}
