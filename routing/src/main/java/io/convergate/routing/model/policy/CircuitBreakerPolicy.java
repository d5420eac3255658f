package io.convergate.routing.model.policy;

import io.convergate.routing.model.Destination;
import io.convergate.routing.model.Metadata;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * When a service is not called for a while, for whom that holds, and what is answered meanwhile. A kind of our own; see
 * {@code docs/circuit-breakers.md}.
 *
 * @param apiVersion the API group and version it was written in
 * @param metadata its name; what it names is in its own namespace
 * @param targets the services, or the rules for some
 * @param failureRateThreshold from so many percent failed calls on; empty if failures do not matter
 * @param slowCallRateThreshold from so many percent slow calls on; empty if slowness does not matter
 * @param slowCallDuration a call whose response begins later is slow
 * @param window which calls are judged by
 * @param minimumCalls with fewer calls nothing is decided
 * @param open how long it stays open
 * @param halfOpenProbes how many calls are tried then
 * @param failures what counts as failed
 * @param scope who decides
 * @param minObservers so many nodes must see it failing
 * @param fallback what is answered while it is open; empty for a refusal
 * @param adaptiveConcurrency how many requests are in flight at a time, found out by how long they take
 */
public record CircuitBreakerPolicy(
        String apiVersion,
        Metadata metadata,
        List<TargetRef> targets,
        OptionalInt failureRateThreshold,
        OptionalInt slowCallRateThreshold,
        Optional<Duration> slowCallDuration,
        Optional<Window> window,
        OptionalInt minimumCalls,
        Optional<Open> open,
        OptionalInt halfOpenProbes,
        Optional<Failures> failures,
        Optional<Scope> scope,
        OptionalInt minObservers,
        Optional<Fallback> fallback,
        Optional<AdaptiveConcurrency> adaptiveConcurrency)
        implements UpstreamPolicy {
    public static final String KIND = "CircuitBreakerPolicy";

    public CircuitBreakerPolicy {
        Objects.requireNonNull(apiVersion, "apiVersion");
        Objects.requireNonNull(metadata, "metadata");
        targets = List.copyOf(targets);
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public CircuitBreakerPolicy with(Metadata metadata) {
        return new CircuitBreakerPolicy(
                apiVersion,
                metadata,
                targets,
                failureRateThreshold,
                slowCallRateThreshold,
                slowCallDuration,
                window,
                minimumCalls,
                open,
                halfOpenProbes,
                failures,
                scope,
                minObservers,
                fallback,
                adaptiveConcurrency);
    }

    /** Whether it is about a breaker at all, and not about concurrency alone. */
    public boolean hasBreaker() {
        return failureRateThreshold.isPresent() || slowCallRateThreshold.isPresent();
    }

    /**
     * Which calls are judged by; one of these.
     *
     * @param calls the last so many
     * @param time those of the last while
     */
    public record Window(OptionalInt calls, Optional<Duration> time) {}

    /**
     * How long it stays open.
     *
     * @param duration the first time
     * @param factor each time in a row so much longer
     * @param max no longer than this
     * @param jitterPercent at random up to so many percent more
     */
    public record Open(
            Optional<Duration> duration, OptionalDouble factor, Optional<Duration> max, OptionalInt jitterPercent) {}

    /**
     * What counts as failed.
     *
     * @param statuses statuses, as {@code 503} or {@code 500-599}; empty for the default
     * @param grpcStatuses names of gRPC statuses; empty for the default
     * @param timeouts whether no response in time does
     * @param resets whether a connection that ended does
     * @param connectFailures whether no connection does
     */
    public record Failures(
            List<String> statuses,
            List<String> grpcStatuses,
            Optional<Boolean> timeouts,
            Optional<Boolean> resets,
            Optional<Boolean> connectFailures) {
        public Failures {
            statuses = List.copyOf(statuses);
            grpcStatuses = List.copyOf(grpcStatuses);
        }
    }

    /** The statuses of gRPC, in the order of their numbers. */
    public enum GrpcStatus {
        OK,
        CANCELLED,
        UNKNOWN,
        INVALID_ARGUMENT,
        DEADLINE_EXCEEDED,
        NOT_FOUND,
        ALREADY_EXISTS,
        PERMISSION_DENIED,
        RESOURCE_EXHAUSTED,
        FAILED_PRECONDITION,
        ABORTED,
        OUT_OF_RANGE,
        UNIMPLEMENTED,
        INTERNAL,
        UNAVAILABLE,
        DATA_LOSS,
        UNAUTHENTICATED
    }

    /** Who decides. */
    public enum Scope {
        /** Every node for itself. */
        NODE("node"),
        /** Every node for itself, and enough of them for all. */
        CLUSTER("cluster");

        private final String word;

        Scope(String word) {
            this.word = word;
        }

        @Override
        public String toString() {
            return word;
        }
    }

    /**
     * What is answered while it is open; one of these.
     *
     * @param destination what this service answers
     * @param response this
     */
    public record Fallback(Optional<Destination> destination, Optional<Response> response) {}

    /**
     * A response of the gateway's.
     *
     * @param status its status; 503 if empty
     * @param body its body
     * @param headers more headers
     */
    public record Response(OptionalLong status, Optional<String> body, Map<String, String> headers) {
        public Response {
            headers = Map.copyOf(headers);
        }
    }

    /**
     * How many requests are in flight to the service, on each node, found out by how long they take.
     *
     * @param initial how many at first
     * @param min no fewer
     * @param max no more
     * @param tolerance requests may take so many times as long as they have taken before it becomes fewer
     */
    public record AdaptiveConcurrency(
            OptionalInt initial, OptionalInt min, OptionalInt max, OptionalDouble tolerance) {}
}
