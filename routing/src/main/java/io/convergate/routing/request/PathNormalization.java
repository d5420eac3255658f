package io.convergate.routing.request;

/**
 * How far a path is brought to one form before it is matched, checked and sent on. Istio:
 * {@code meshConfig.pathNormalization}; each step includes the ones before it.
 */
public enum PathNormalization {
    /** The path is taken as it comes, but for what is refused in any case. */
    NONE,
    /**
     * RFC 3986 section 6.2.2, as Envoy does it: escapes of unreserved characters are decoded, dot segments are resolved, a
     * backslash becomes a slash; other escapes stay as they are written. Istio's default.
     */
    BASE,
    /** And several slashes in a row become one. */
    MERGE_SLASHES,
    /** And escaped slashes and backslashes are decoded first. */
    DECODE_AND_MERGE_SLASHES
}
