package io.convergate.routing.retry;

import java.util.Optional;
import java.util.stream.Stream;

/** What a request may be sent again for, as Envoy's {@code retry_on} names it. */
public enum RetryCondition {
    /** A status of 500 to 599, or no response at all. */
    FIVE_XX("5xx"),
    /** A status of 502, 503 or 504, or no response at all. */
    GATEWAY_ERROR("gateway-error"),
    /** No response at all. */
    RESET("reset"),
    /** No response, and the request was not sent. */
    RESET_BEFORE_REQUEST("reset-before-request"),
    /** No connection. */
    CONNECT_FAILURE("connect-failure"),
    /** Status 409. */
    RETRIABLE_4XX("retriable-4xx"),
    /** HTTP/2's REFUSED_STREAM. */
    REFUSED_STREAM("refused-stream"),
    /** The statuses that are listed as bare numbers; without any it has no effect. */
    RETRIABLE_STATUS_CODES("retriable-status-codes"),
    /** A response with the header {@code x-envoy-ratelimited}. */
    ENVOY_RATELIMITED("envoy-ratelimited"),
    /** No effect: Istio has no field for the headers' names. */
    RETRIABLE_HEADERS("retriable-headers"),
    /** No effect: HTTP/3 is not spoken to upstreams. */
    HTTP3_POST_CONNECT_FAILURE("http3-post-connect-failure"),
    CANCELLED("cancelled", 1),
    DEADLINE_EXCEEDED("deadline-exceeded", 4),
    RESOURCE_EXHAUSTED("resource-exhausted", 8),
    INTERNAL("internal", 13),
    UNAVAILABLE("unavailable", 14);

    private final String text;
    private final int grpcStatus;

    RetryCondition(String text) {
        this(text, -1);
    }

    /** A gRPC status, if it stands in the response's headers. */
    RetryCondition(String text, int grpcStatus) {
        this.text = text;
        this.grpcStatus = grpcStatus;
    }

    /** The name in a configuration. */
    public String text() {
        return text;
    }

    /** The gRPC status it stands for; -1 for none. */
    int grpcStatus() {
        return grpcStatus;
    }

    /** The condition of that name. */
    public static Optional<RetryCondition> named(String text) {
        return Stream.of(values())
                .filter(condition -> condition.text.equals(text))
                .findFirst();
    }

    /** Whether it may send a request again that the upstream has acted on. */
    public boolean repeatsWork() {
        return switch (this) {
            case FIVE_XX, GATEWAY_ERROR, RESET -> true;
            default -> false;
        };
    }
}
