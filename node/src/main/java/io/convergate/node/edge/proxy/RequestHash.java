package io.convergate.node.edge.proxy;

import io.convergate.routing.balance.HashTable;
import io.convergate.routing.upstream.HashPolicy;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The hash by which a request's endpoint is picked, and the cookie that a client gets so that its next request has the same one.
 *
 * @param value the hash; a random one if the request has nothing to hash
 * @param setCookie a {@code Set-Cookie} for the response; null for none
 */
record RequestHash(long value, @Nullable String setCookie) {
    static RequestHash of(HashPolicy policy, RequestView request) {
        String key =
                switch (policy.source()) {
                    case HEADER -> request.header(policy.name());
                    case ADDRESS -> request.client();
                    case QUERY_PARAMETER -> parameter(request.query(), policy.name());
                    case COOKIE -> cookie(request.header("cookie"), policy.name());
                };
        if (key != null) {
            return new RequestHash(HashTable.hash(key), null);
        }
        long random = ThreadLocalRandom.current().nextLong();
        if (policy.cookie().isEmpty()) {
            return new RequestHash(random, null);
        }
        String value = Long.toHexString(random);
        return new RequestHash(
                HashTable.hash(value),
                setCookie(policy.name(), value, policy.cookie().get()));
    }

    /** Envoy's form: quotes around the value are left out, as they would become part of it. */
    private static String setCookie(String name, String value, HashPolicy.NewCookie made) {
        String age = made.ttl().isZero() ? "" : "; Max-Age=" + made.ttl().toSeconds();
        return name + '=' + value + age + made.attributes() + "; HttpOnly";
    }

    /** The first value of a query parameter; null if there is none of that name. */
    static @Nullable String parameter(@Nullable String query, String name) {
        return query == null ? null : named(query, name, '&');
    }

    /** The value of a cookie; null if there is none of that name. Fields are joined with a comma, cookies by a semicolon. */
    static @Nullable String cookie(@Nullable String header, String name) {
        if (header == null) {
            return null;
        }
        String found = named(header.replace(',', ';'), name, ';');
        return found == null || found.isEmpty() ? null : found;
    }

    private static @Nullable String named(String list, String name, char separator) {
        int from = 0;
        while (from < list.length()) {
            while (from < list.length() && list.charAt(from) == ' ') {
                from++;
            }
            int next = list.indexOf(separator, from);
            int end = next < 0 ? list.length() : next;
            int equals = from + name.length();
            if (equals <= end && list.startsWith(name, from) && (equals == end || list.charAt(equals) == '=')) {
                return list.substring(Math.min(equals + 1, end), end).strip();
            }
            from = end + 1;
        }
        return null;
    }
}
