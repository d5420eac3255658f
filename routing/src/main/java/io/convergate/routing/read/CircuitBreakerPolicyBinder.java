package io.convergate.routing.read;

import io.convergate.routing.model.Metadata;
import io.convergate.routing.model.policy.CircuitBreakerPolicy;

/** Reads the spec of a CircuitBreakerPolicy. */
final class CircuitBreakerPolicyBinder {
    private CircuitBreakerPolicyBinder() {}

    static CircuitBreakerPolicy bind(String apiVersion, Metadata metadata, Fields spec) {
        return new CircuitBreakerPolicy(
                apiVersion,
                metadata,
                PolicyBinder.targets(spec),
                spec.integer("failureRateThreshold"),
                spec.integer("slowCallRateThreshold"),
                spec.duration("slowCallDuration"),
                spec.object("window", CircuitBreakerPolicyBinder::window),
                spec.integer("minimumCalls"),
                spec.object("open", CircuitBreakerPolicyBinder::open),
                spec.integer("halfOpenProbes"),
                spec.object("failures", CircuitBreakerPolicyBinder::failures),
                RateLimitPolicyBinder.word(spec, "scope", CircuitBreakerPolicy.Scope.values()),
                spec.integer("minObservers"),
                spec.object("fallback", CircuitBreakerPolicyBinder::fallback),
                spec.object("adaptiveConcurrency", CircuitBreakerPolicyBinder::concurrency));
    }

    private static CircuitBreakerPolicy.Window window(Fields window) {
        window.atMostOne("calls", "time");
        return new CircuitBreakerPolicy.Window(window.integer("calls"), window.duration("time"));
    }

    private static CircuitBreakerPolicy.Open open(Fields open) {
        return new CircuitBreakerPolicy.Open(
                open.duration("duration"), open.decimal("factor"), open.duration("max"), open.integer("jitterPercent"));
    }

    private static CircuitBreakerPolicy.Failures failures(Fields failures) {
        return new CircuitBreakerPolicy.Failures(
                failures.texts("statuses"),
                failures.texts("grpcStatuses"),
                failures.optionalFlag("timeouts"),
                failures.optionalFlag("resets"),
                failures.optionalFlag("connectFailures"));
    }

    private static CircuitBreakerPolicy.Fallback fallback(Fields fallback) {
        fallback.atMostOne("destination", "response");
        fallback.refuse(
                "cachedResponse", "destination or response; there is no cache of responses yet that could answer");
        return new CircuitBreakerPolicy.Fallback(
                fallback.object("destination", VirtualServiceBinder::destination),
                fallback.object(
                        "response",
                        response -> new CircuitBreakerPolicy.Response(
                                response.number("status"), response.text("body"), response.textMap("headers"))));
    }

    private static CircuitBreakerPolicy.AdaptiveConcurrency concurrency(Fields concurrency) {
        return new CircuitBreakerPolicy.AdaptiveConcurrency(
                concurrency.integer("initial"),
                concurrency.integer("min"),
                concurrency.integer("max"),
                concurrency.decimal("tolerance"));
    }
}
