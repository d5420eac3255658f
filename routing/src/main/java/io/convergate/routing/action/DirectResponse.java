package io.convergate.routing.action;

import java.util.Objects;

/** An answer the gateway gives itself. Istio: HTTPRoute.directResponse. */
public final class DirectResponse implements Action {
    private final int status;
    private final byte[] body;
    private final HeaderOperations response;

    /**
     * @param status the HTTP status, 200 to 599
     * @param body the body, copied; empty for none
     * @param response applied to the answer; the way to give it a content type
     */
    public DirectResponse(int status, byte[] body, HeaderOperations response) {
        if (status < 200 || status > 599) {
            throw new IllegalArgumentException(status + " (expected: 200 to 599)");
        }
        this.status = status;
        this.body = body.clone();
        this.response = Objects.requireNonNull(response, "response");
    }

    /** The HTTP status, 200 to 599. */
    public int status() {
        return status;
    }

    /** The body. The array is shared by all requests and must not be written to. */
    @SuppressWarnings(
            "MutableMethodReturnType") // one array for all requests: copying a megabyte for each would be a cost
    public byte[] body() {
        return body;
    }

    @Override
    public HeaderOperations response() {
        return response;
    }
}
