package io.convergate.routing.model;

import java.util.Optional;

/**
 * An answer the gateway gives itself. Istio: HTTPDirectResponse.
 *
 * @param status the HTTP status
 * @param body what it says
 */
public record HttpDirectResponse(long status, Optional<Body> body) {
    /** A body. Istio: HTTPBody. */
    public sealed interface Body {
        /** Text, sent as UTF-8. */
        record Text(String value) implements Body {}

        /** Bytes, as base64. */
        record Base64(String value) implements Body {}
    }
}
