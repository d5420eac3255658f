package io.convergate.loadgen.verify;

/**
 * A request as an origin took it.
 *
 * @param origin the label of the origin
 * @param requestId the id it carried, or empty
 */
public record Execution(String origin, long atMillis, String requestId, String method, String path) {
    /** Whether executing it twice can do harm (RFC 9110 9.2.2): neither safe nor idempotent. */
    public boolean isUnsafe() {
        return method.equals("POST") || method.equals("PATCH");
    }
}
