package io.convergate.routing.model;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What goes wrong on purpose. Istio: HTTPFaultInjection.
 *
 * @param delay requests that wait
 * @param abort requests that fail
 */
public record HttpFault(Optional<Delay> delay, Optional<Abort> abort) {
    /**
     * Requests that wait. Istio: HTTPFaultInjection.Delay.
     *
     * @param percentage how many; empty means none
     * @param percent deprecated form of {@code percentage}
     * @param fixedDelay how long
     * @param exponentialDelay refused, as in Istio
     */
    public record Delay(
            Optional<HttpRoute.Percent> percentage,
            OptionalLong percent,
            Optional<Duration> fixedDelay,
            Optional<Duration> exponentialDelay) {}

    /**
     * Requests that fail. Istio: HTTPFaultInjection.Abort.
     *
     * @param percentage how many; empty means none
     * @param httpStatus with which HTTP status
     * @param grpcStatus or with which gRPC status, by name
     * @param http2Error refused, as in Istio
     */
    public record Abort(
            Optional<HttpRoute.Percent> percentage,
            OptionalLong httpStatus,
            Optional<String> grpcStatus,
            Optional<String> http2Error) {}
}
