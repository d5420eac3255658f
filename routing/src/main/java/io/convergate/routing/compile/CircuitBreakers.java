package io.convergate.routing.compile;

import io.convergate.routing.breaker.BreakerSettings;
import io.convergate.routing.breaker.CircuitBreaking;
import io.convergate.routing.breaker.ConcurrencySettings;
import io.convergate.routing.breaker.FailureKinds;
import io.convergate.routing.breaker.Fallback;
import io.convergate.routing.breaker.OpenTime;
import io.convergate.routing.breaker.WindowSize;
import io.convergate.routing.health.HealthCheck;
import io.convergate.routing.model.policy.CircuitBreakerPolicy;
import java.time.Duration;
import java.util.BitSet;
import java.util.Optional;
import java.util.OptionalInt;

/** From the policy for breakers to their settings, defaults filled in. */
final class CircuitBreakers {
    private static final Duration WINDOW = Duration.ofSeconds(10);
    private static final int MINIMUM_CALLS = 20;
    private static final Duration OPEN = Duration.ofSeconds(10);
    private static final Duration OPEN_MAX = Duration.ofMinutes(2);
    private static final double FACTOR = 2;
    private static final int JITTER_PERCENT = 10;
    private static final int PROBES = 3;
    private static final int OBSERVERS = 2;
    private static final int CONCURRENCY = 20;
    private static final int CONCURRENCY_MIN = 4;
    private static final int CONCURRENCY_MAX = 1_000;
    private static final double TOLERANCE = 1.5;
    private static final int SERVICE_UNAVAILABLE = 503;

    private CircuitBreakers() {}

    static CircuitBreaking of(CircuitBreakerPolicy policy) {
        return new CircuitBreaking(
                policy.metadata().namespace() + '/' + policy.metadata().name(),
                policy.metadata().uid().orElse(""),
                policy.hasBreaker() ? Optional.of(settings(policy)) : Optional.empty(),
                policy.adaptiveConcurrency().map(CircuitBreakers::concurrency),
                policy.fallback().map(CircuitBreakers::fallback).orElse(Fallback.REFUSE));
    }

    private static BreakerSettings settings(CircuitBreakerPolicy policy) {
        return new BreakerSettings(
                policy.failureRateThreshold().orElse(BreakerSettings.NEVER),
                policy.slowCallRateThreshold().orElse(BreakerSettings.NEVER),
                policy.slowCallDuration(),
                window(policy),
                policy.minimumCalls()
                        .orElse(Math.min(MINIMUM_CALLS, calls(policy).orElse(MINIMUM_CALLS))),
                policy.open()
                        .map(CircuitBreakers::open)
                        .orElseGet(() -> new OpenTime(OPEN, FACTOR, OPEN_MAX, JITTER_PERCENT)),
                policy.halfOpenProbes().orElse(PROBES),
                policy.failures().map(CircuitBreakers::failures).orElseGet(FailureKinds::defaults),
                policy.scope().orElse(CircuitBreakerPolicy.Scope.NODE) == CircuitBreakerPolicy.Scope.CLUSTER
                        ? BreakerSettings.Scope.CLUSTER
                        : BreakerSettings.Scope.NODE,
                policy.minObservers().orElse(OBSERVERS));
    }

    private static OptionalInt calls(CircuitBreakerPolicy policy) {
        return policy.window().map(CircuitBreakerPolicy.Window::calls).orElse(OptionalInt.empty());
    }

    private static WindowSize window(CircuitBreakerPolicy policy) {
        OptionalInt calls = calls(policy);
        return calls.isPresent()
                ? new WindowSize.Calls(calls.getAsInt())
                : new WindowSize.Time(policy.window()
                        .flatMap(CircuitBreakerPolicy.Window::time)
                        .orElse(WINDOW));
    }

    private static OpenTime open(CircuitBreakerPolicy.Open open) {
        Duration base = open.duration().orElse(OPEN);
        Duration most = base.compareTo(OPEN_MAX) > 0 ? base : OPEN_MAX;
        return new OpenTime(
                base,
                open.factor().orElse(FACTOR),
                open.max().orElse(most),
                open.jitterPercent().orElse(JITTER_PERCENT));
    }

    private static FailureKinds failures(CircuitBreakerPolicy.Failures written) {
        FailureKinds defaults = FailureKinds.defaults();
        BitSet statuses = new BitSet();
        for (String text : written.statuses()) {
            HealthCheck.Range range = HealthChecks.range(text);
            statuses.set(range.from(), range.to() + 1);
        }
        BitSet grpc = new BitSet();
        written.grpcStatuses()
                .forEach(name ->
                        grpc.set(CircuitBreakerPolicy.GrpcStatus.valueOf(name).ordinal()));
        return new FailureKinds(
                statuses.isEmpty() ? defaults.statuses() : statuses,
                grpc.isEmpty() ? defaults.grpcStatuses() : grpc,
                written.timeouts().orElse(true),
                written.resets().orElse(true),
                written.connectFailures().orElse(true));
    }

    private static Fallback fallback(CircuitBreakerPolicy.Fallback written) {
        return written.response()
                .<Fallback>map(response -> new Fallback.Respond(
                        (int) response.status().orElse(SERVICE_UNAVAILABLE),
                        response.body().orElse(""),
                        response.headers()))
                .orElseGet(() -> written.destination().isPresent() ? new Fallback.Elsewhere() : Fallback.REFUSE);
    }

    private static ConcurrencySettings concurrency(CircuitBreakerPolicy.AdaptiveConcurrency written) {
        int most = written.max().orElse(CONCURRENCY_MAX);
        int least = written.min()
                .orElse(Math.min(
                        Math.min(CONCURRENCY_MIN, most), written.initial().orElse(CONCURRENCY_MIN)));
        int first = written.initial().orElse(Math.max(least, Math.min(CONCURRENCY, most)));
        return new ConcurrencySettings(
                first, least, Math.max(most, first), written.tolerance().orElse(TOLERANCE));
    }
}
