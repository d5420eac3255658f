package io.convergate.routing.request;

import org.jspecify.annotations.Nullable;

/**
 * What routing may ask about a request. The edge implements it on its own request, so that nothing is copied; every
 * method must be cheap, without side effects, and answer the same each time. Used on the thread that serves the request.
 */
public interface RequestFacts {
    /** The method as received; methods are case-sensitive (RFC 9110 9.1). */
    String method();

    /** {@code http} or {@code https}, in lower case: the scheme the client used, as far as the edge trusts what tells it. */
    String scheme();

    /** The Host header or {@code :authority} as received, with its port if it has one; empty if there is none. */
    String authority();

    /** The canonical path, without query; see {@link PathNormalization}. */
    String path();

    /** The query as received, without the question mark; null if there is none. */
    @Nullable
    String query();

    /**
     * The value of a header, several values joined with a comma.
     *
     * @param lowerCaseName the name in lower case
     * @return null if the request has no such header
     */
    @Nullable
    String header(String lowerCaseName);

    /** The client's address, of 4 or 16 bytes: the peer's, or the one that a trusted peer names. The caller's to keep. */
    byte[] clientAddress();

    /** The port of the listener that took the request, 1 to 65535. */
    int port();
}
