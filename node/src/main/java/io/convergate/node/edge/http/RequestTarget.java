package io.convergate.node.edge.http;

import org.jspecify.annotations.Nullable;

/**
 * What a request asks for: the request target and Host in the forms that the rest of the gateway uses (RFC 9112 section
 * 3.2). There is one canonical path, for matching, for policy and for the upstream.
 *
 * @param received the request target as received
 * @param path the canonical path, without query; {@code *} for {@code OPTIONS *}
 * @param query the query without its question mark, as received; null if there is none
 * @param authority the host, with its port if one was named, as received; empty for an HTTP/1.0 client that named none
 * @param unchanged whether {@code path} and {@code query} are byte for byte what was received
 */
public record RequestTarget(
        String received, String path, @Nullable String query, String authority, boolean unchanged) {

    /** The request target to send upstream for this path: the client's own bytes where nothing changed them. */
    public String forUpstream(String upstreamPath) {
        if (unchanged && upstreamPath.equals(path)) {
            return received;
        }
        return query == null ? upstreamPath : upstreamPath + '?' + query;
    }
}
