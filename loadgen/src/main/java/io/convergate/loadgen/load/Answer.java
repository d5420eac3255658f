package io.convergate.loadgen.load;

import java.util.List;
import java.util.Optional;

/** A whole answer, as checks see it. Valid during the call only; confined to its thread. */
public interface Answer {
    int status();

    /** Who answered, or empty. */
    String upstream();

    /** The version that answered, or empty. */
    String version();

    /** The route it came by, or empty. */
    String route();

    /** The upstream's count of answers, or -1. */
    long sequence();

    /** The request that it says it answers ({@code x-request-id}), or empty; empty unless the load is traced. */
    String requestId();

    /** Its {@code Set-Cookie} fields, if its user keeps cookies; the first 50. */
    List<String> setCookies();

    /** How many bytes the body had, after chunking was undone. */
    long bodyLength();

    /** The body's SHA-256 in lower-case hexadecimal; empty unless the request's expectation names one. */
    Optional<String> bodySha256();
}
