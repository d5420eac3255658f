package io.convergate.routing.request;

/**
 * How far a path is brought to one form before it is matched, checked and sent on. Istio: {@code
 * meshConfig.pathNormalization}; each form includes those before it.
 */
public enum PathNormalization {
    /** The path stays as it came. */
    NONE,
    /**
     * RFC 3986 6.2.2, as Envoy's {@code normalize_path} does it, and Istio's default: percent-encoded unreserved characters are
     * decoded ({@code %61} is {@code a}), the digits of other triplets are written in upper case, a backslash becomes a slash, dot
     * segments are resolved, those with encoded dots too. A {@code ..} above the root is refused.
     */
    BASE,
    /** Also, several slashes in a row become one. */
    MERGE_SLASHES,
    /** Before all that, encoded slashes and backslashes ({@code %2F}, {@code %5C}) are decoded. */
    DECODE_AND_MERGE_SLASHES
}
