package io.convergate.routing.explain;

import io.convergate.routing.request.Authority;
import io.convergate.routing.request.CanonicalPath;
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

    /**
     * The question that a URL asks.
     *
     * @param url {@code scheme://host[:port]/path?query}, with scheme {@code http} or {@code https}
     * @param paths makes the path canonical
     * @throws IllegalArgumentException if it is no such URL, or its path is one that the edge refuses
     */
    public static Question of(String method, String url, Map<String, String> headers, CanonicalPath paths) {
        int schemeEnd = url.indexOf("://");
        String scheme = schemeEnd < 0 ? "" : url.substring(0, schemeEnd).toLowerCase(Locale.ROOT);
        boolean visible = url.chars().allMatch(c -> c > ' ' && c < 0x7f);
        if (!(scheme.equals("http") || scheme.equals("https")) || !visible || url.indexOf('#') >= 0) {
            throw new IllegalArgumentException(
                    url + " (expected: http://host/path?query, escaped, without a fragment)");
        }
        String rest = url.substring(schemeEnd + 3);
        int end = 0;
        while (end < rest.length() && rest.charAt(end) != '/' && rest.charAt(end) != '?') {
            end++;
        }
        String authority = rest.substring(0, end);
        String target = rest.startsWith("/", end) ? rest.substring(end) : '/' + rest.substring(end);
        int mark = target.indexOf('?');
        String path;
        try {
            path = paths.of(mark < 0 ? target : target.substring(0, mark));
        } catch (CanonicalPath.Refused e) {
            throw new IllegalArgumentException(url + " (the edge answers 400, DPE: " + e.getMessage() + ")", e);
        }
        String query = mark < 0 ? null : target.substring(mark + 1);
        return new Question(method, scheme, authority, path, query, headers, port(authority, scheme, url));
    }

    private static int port(String authority, String scheme, String url) {
        int end = Authority.hostEnd(authority);
        if (end == authority.length()) {
            return scheme.equals("https") ? 443 : 80;
        }
        String digits = authority.substring(end + 1);
        int port = digits.matches("[0-9]{1,5}") ? Integer.parseInt(digits) : 0;
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException(url + " (expected: a port from 1 to 65535)");
        }
        return port;
    }

    /** The same request to another port. */
    public Question onPort(int other) {
        return new Question(method, scheme, authority, path, query, headers, other);
    }

    /** A question is asked by nobody in particular. */
    @Override
    public byte[] clientAddress() {
        return new byte[4];
    }

    @Override
    public @Nullable String header(String lowerCaseName) {
        return headers.get(lowerCaseName);
    }
}
