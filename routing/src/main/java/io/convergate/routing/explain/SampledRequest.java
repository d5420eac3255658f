package io.convergate.routing.explain;

import io.convergate.routing.match.ListenerId;
import io.convergate.routing.match.MatchInputs;
import io.convergate.routing.match.RequestCondition;
import io.convergate.routing.match.ValueTest;
import io.convergate.routing.request.RequestFacts;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a request that was served, to ask later where it would go under another configuration. Of its headers,
 * cookies and query parameters it has those that routing looked at, and the origin that cross-origin rules look at; of the
 * others no more than that they were there, as a hash of their name. It has no body, no client address and no
 * credentials, unless a route matches on them. Immutable.
 *
 * @param method the method
 * @param scheme {@code http} or {@code https}
 * @param authority the Host header
 * @param path the canonical path
 * @param query the parameters that were kept, as received; null if none was
 * @param listener the listener that took it
 * @param headers the headers that were kept, by their name in lower case
 * @param hidden hashes of the names of what was there and was not kept
 */
public record SampledRequest(
        String method,
        String scheme,
        String authority,
        String path,
        @Nullable String query,
        ListenerId listener,
        Map<String, String> headers,
        Set<Integer> hidden)
        implements RequestFacts {
    /** A request whose authority, path and kept query are longer together is not sampled: 4,096 characters. */
    public static final int LENGTH_MAX = 4_096;

    /** A header's value that is longer is not kept: 1,024 characters. */
    private static final int VALUE_MAX = 1_024;

    /** Of that many headers, cookies and parameters it is known that they were there. */
    private static final int HIDDEN_MAX = 256;

    /** Stands for a value that was not kept; no message can hold it. */
    private static final String NOT_KEPT = "\u0000";

    /** What cross-origin rules look at; nothing secret. */
    private static final Set<String> ALWAYS = Set.of("origin", "access-control-request-method");

    private static final String COOKIE = "cookie";
    private static final String ANY_PARAMETER = "?";

    public SampledRequest {
        headers = Map.copyOf(headers);
        hidden = Set.copyOf(hidden);
    }

    /**
     * What to keep of a request.
     *
     * @param listener the listener that took it
     * @param names the names of its headers in lower case; may have one twice
     * @param inputs what routing looks at
     * @return empty if it is too long
     */
    public static Optional<SampledRequest> of(
            RequestFacts request, ListenerId listener, List<String> names, MatchInputs inputs) {
        IntStream.Builder hidden = IntStream.builder();
        Map<String, String> headers = new HashMap<>();
        for (String name : names) {
            String value = request.header(name);
            if (value == null) {
                continue;
            }
            boolean kept = inputs.headers().contains(name) || ALWAYS.contains(name);
            if (kept && value.length() <= VALUE_MAX) {
                headers.put(name, value);
            } else {
                hidden.add(hashHeader(name));
                if (name.equals(COOKIE)) {
                    String cookies = pairs(value, ';', inputs.cookies(), hidden, SampledRequest::hashCookie);
                    if (!cookies.isEmpty()) {
                        headers.put(name, cookies);
                    }
                }
            }
        }
        String query = request.query();
        if (query != null && !inputs.query()) {
            String kept = pairs(query, '&', inputs.queryParameters(), hidden, SampledRequest::hashParameter);
            if (kept.length() < query.length()) {
                hidden.add(hashParameter(ANY_PARAMETER));
            }
            query = kept.isEmpty() ? null : kept;
        }
        String path = request.path();
        String authority = request.authority();
        if (path.length() + authority.length() + (query == null ? 0 : query.length()) > LENGTH_MAX) {
            return Optional.empty();
        }
        return Optional.of(new SampledRequest(
                request.method(),
                request.scheme(),
                authority,
                path,
                query,
                listener,
                headers,
                hidden.build().distinct().limit(HIDDEN_MAX).boxed().collect(Collectors.toSet())));
    }

    private interface Hash {
        int of(String name);
    }

    /** Those parts of a list of names and values that are to be kept; notes the others. */
    private static String pairs(String list, char separator, Set<String> keep, IntStream.Builder hidden, Hash hash) {
        StringBuilder kept = new StringBuilder();
        int from = 0;
        while (from <= list.length()) {
            int next = list.indexOf(separator, from);
            int end = next < 0 ? list.length() : next;
            String pair = list.substring(from, end).strip();
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            if (keep.contains(name) && pair.length() <= VALUE_MAX) {
                kept.append(kept.isEmpty() ? "" : separator == ';' ? "; " : "&").append(pair);
            } else if (!name.isEmpty()) {
                hidden.add(hash.of(name));
            }
            from = end + 1;
        }
        return kept.toString();
    }

    private static int hashHeader(String name) {
        return 31 * name.hashCode() + 1;
    }

    private static int hashCookie(String name) {
        return 31 * name.hashCode() + 2;
    }

    private static int hashParameter(String name) {
        return 31 * name.hashCode() + 3;
    }

    private boolean hides(int hash) {
        return hidden.contains(hash);
    }

    /** Whether the query had parameters that were not kept. */
    public boolean hidesParameters() {
        return hides(hashParameter(ANY_PARAMETER));
    }

    /** Whether it can be said of this request that it meets a condition, or does not. */
    boolean decides(RequestCondition condition) {
        if (condition instanceof RequestCondition.Header header) {
            return header.test() instanceof ValueTest.Any || !hides(hashHeader(header.name()));
        }
        if (condition instanceof RequestCondition.WithoutHeader header) {
            return header.test() instanceof ValueTest.Any || !hides(hashHeader(header.name()));
        }
        if (condition instanceof RequestCondition.Cookie cookie) {
            return !hides(hashCookie(cookie.name()));
        }
        if (condition instanceof RequestCondition.QueryParameter parameter) {
            return !hides(hashParameter(parameter.name()));
        }
        return !(condition instanceof RequestCondition.Target) || !hidesParameters();
    }

    @Override
    public @Nullable String header(String lowerCaseName) {
        String kept = headers.get(lowerCaseName);
        return kept == null && hides(hashHeader(lowerCaseName)) ? NOT_KEPT : kept;
    }

    /** Addresses are not kept. */
    @Override
    public byte[] clientAddress() {
        return new byte[4];
    }

    @Override
    public int port() {
        return listener.port();
    }
}
