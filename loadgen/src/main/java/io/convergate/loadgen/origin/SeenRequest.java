package io.convergate.loadgen.origin;

import com.fasterxml.jackson.annotation.JsonIgnore;

/**
 * A request that an origin saw, written down when its head was complete and before it was answered, if it ever was.
 *
 * @param origin the label of the origin
 * @param sequence counts the requests of an origin from 1
 * @param atMillis when, in milliseconds since 1970
 * @param requestId what {@code x-request-id} said, or empty
 * @param treatment what the origin did to it: {@code served}, or the kind of misbehaviour
 */
public record SeenRequest(
        String origin, long sequence, long atMillis, String requestId, String method, String path, String treatment) {
    /** Whether executing it twice can do harm (RFC 9110 9.2.2): neither safe nor idempotent. */
    @JsonIgnore
    public boolean isUnsafe() {
        return method.equals("POST") || method.equals("PATCH");
    }
}
