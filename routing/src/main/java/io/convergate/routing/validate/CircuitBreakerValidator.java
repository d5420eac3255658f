package io.convergate.routing.validate;

import io.convergate.routing.breaker.WindowSize;
import io.convergate.routing.model.policy.CircuitBreakerPolicy;
import io.convergate.routing.problem.GoDuration;
import io.convergate.routing.problem.ProblemCode;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/** The rules for CircuitBreakerPolicy. */
final class CircuitBreakerValidator {
    private static final int PERCENT_MAX = 100;
    private static final int MINIMUM_MAX = 100_000;
    private static final int PROBES_MAX = 100;
    private static final int OBSERVERS_MAX = 256;
    private static final double FACTOR_MAX = 10;
    private static final double TOLERANCE_MAX = 10;
    private static final int CONCURRENCY_MAX = 100_000;
    private static final int BODY_MAX = 64 * 1024;
    private static final Duration MILLI = Duration.ofMillis(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration TIME_MIN = Duration.ofMillis(100);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Set<String> GRPC = Arrays.stream(CircuitBreakerPolicy.GrpcStatus.values())
            .map(Enum::name)
            .collect(Collectors.toUnmodifiableSet());

    private CircuitBreakerValidator() {}

    static void validate(CircuitBreakerPolicy policy, Findings findings) {
        PolicyFields.targets(policy.targets(), findings);
        if (!policy.hasBreaker() && policy.adaptiveConcurrency().isEmpty()) {
            findings.missing("spec", "failureRateThreshold, slowCallRateThreshold or adaptiveConcurrency");
        }
        PolicyFields.within("spec.failureRateThreshold", policy.failureRateThreshold(), 1, PERCENT_MAX, findings);
        slowness(policy, findings);
        policy.window().ifPresent(window -> window(policy, window, findings));
        PolicyFields.within("spec.minimumCalls", policy.minimumCalls(), 1, MINIMUM_MAX, findings);
        policy.open().ifPresent(open -> open(open, findings));
        PolicyFields.within("spec.halfOpenProbes", policy.halfOpenProbes(), 1, PROBES_MAX, findings);
        policy.failures().ifPresent(failures -> failures(failures, findings));
        PolicyFields.within("spec.minObservers", policy.minObservers(), 1, OBSERVERS_MAX, findings);
        if (policy.minObservers().isPresent()
                && policy.scope().orElse(CircuitBreakerPolicy.Scope.NODE) == CircuitBreakerPolicy.Scope.NODE) {
            findings.warn(
                    "spec.minObservers",
                    ProblemCode.NO_EFFECT,
                    policy.minObservers().getAsInt(),
                    "scope: cluster; a node that decides for itself asks nobody");
        }
        policy.fallback().ifPresent(fallback -> fallback(fallback, findings));
        policy.adaptiveConcurrency().ifPresent(concurrency -> concurrency(concurrency, findings));
    }

    private static void slowness(CircuitBreakerPolicy policy, Findings findings) {
        PolicyFields.within("spec.slowCallRateThreshold", policy.slowCallRateThreshold(), 1, PERCENT_MAX, findings);
        PolicyFields.within("spec.slowCallDuration", policy.slowCallDuration(), MILLI, HOUR, findings);
        if (policy.slowCallRateThreshold().isPresent()
                && policy.slowCallDuration().isEmpty()) {
            findings.missing("spec.slowCallDuration", "from what time on a call is slow");
        } else if (policy.slowCallDuration().isPresent()
                && policy.slowCallRateThreshold().isEmpty()) {
            findings.missing("spec.slowCallRateThreshold", "how many percent of the calls may be slow");
        }
    }

    private static void window(CircuitBreakerPolicy policy, CircuitBreakerPolicy.Window window, Findings findings) {
        if (window.calls().isEmpty() && window.time().isEmpty()) {
            findings.missing("spec.window", "calls or time");
        }
        PolicyFields.within("spec.window.calls", window.calls(), 1, WindowSize.Calls.CALLS_MAX, findings);
        PolicyFields.within("spec.window.time", window.time(), TIME_MIN, HOUR, findings);
        OptionalInt minimum = policy.minimumCalls();
        if (minimum.isPresent() && window.calls().isPresent()) {
            findings.require(
                    minimum.getAsInt() <= window.calls().getAsInt(),
                    "spec.minimumCalls",
                    minimum.getAsInt(),
                    "at most the calls of the window, " + window.calls().getAsInt());
        }
    }

    private static void open(CircuitBreakerPolicy.Open open, Findings findings) {
        PolicyFields.within("spec.open.duration", open.duration(), TIME_MIN, HOUR, findings);
        open.factor()
                .ifPresent(factor -> findings.require(
                        factor >= 1 && factor <= FACTOR_MAX, "spec.open.factor", factor, "1 to " + (int) FACTOR_MAX));
        PolicyFields.within("spec.open.max", open.max(), TIME_MIN, Duration.ofHours(24), findings);
        PolicyFields.within("spec.open.jitterPercent", open.jitterPercent(), 0, PERCENT_MAX, findings);
        Duration first = open.duration().orElse(Duration.ofSeconds(10));
        open.max()
                .ifPresent(most -> findings.require(
                        most.compareTo(first) >= 0,
                        "spec.open.max",
                        most,
                        "no less than open.duration, " + GoDuration.text(first)));
    }

    private static void failures(CircuitBreakerPolicy.Failures failures, Findings findings) {
        for (int i = 0; i < failures.statuses().size(); i++) {
            String range = failures.statuses().get(i);
            findings.require(
                    PolicyFields.isRange(range),
                    "spec.failures.statuses[" + i + "]",
                    range,
                    "100 to 599, or a range as 500-599");
        }
        List<String> names = failures.grpcStatuses();
        for (int i = 0; i < names.size(); i++) {
            findings.require(
                    GRPC.contains(names.get(i)),
                    "spec.failures.grpcStatuses[" + i + "]",
                    names.get(i),
                    "the name of a status of gRPC, as UNAVAILABLE");
        }
    }

    private static void fallback(CircuitBreakerPolicy.Fallback fallback, Findings findings) {
        if (fallback.destination().isEmpty() && fallback.response().isEmpty()) {
            findings.missing("spec.fallback", "destination or response");
        }
        fallback.destination()
                .ifPresent(destination ->
                        HttpRouteValidator.destination("spec.fallback.destination", destination, findings));
        fallback.response().ifPresent(response -> {
            HttpRouteValidator.bodiless(
                    "spec.fallback.response.body",
                    response.status().orElse(503),
                    response.body().isPresent(),
                    findings);
            response.status()
                    .ifPresent(status -> findings.require(
                            status >= 200 && status <= 599, "spec.fallback.response.status", status, "200 to 599"));
            response.body()
                    .ifPresent(body -> findings.require(
                            body.length() <= BODY_MAX,
                            "spec.fallback.response.body",
                            body.length() + " characters",
                            "at most " + BODY_MAX));
            PolicyFields.headers("spec.fallback.response.headers", response.headers(), findings);
        });
    }

    private static void concurrency(CircuitBreakerPolicy.AdaptiveConcurrency written, Findings findings) {
        String path = "spec.adaptiveConcurrency";
        PolicyFields.within(path + ".initial", written.initial(), 1, CONCURRENCY_MAX, findings);
        PolicyFields.within(path + ".min", written.min(), 1, CONCURRENCY_MAX, findings);
        PolicyFields.within(path + ".max", written.max(), 1, CONCURRENCY_MAX, findings);
        written.tolerance()
                .ifPresent(tolerance -> findings.require(
                        tolerance >= 1 && tolerance <= TOLERANCE_MAX,
                        path + ".tolerance",
                        tolerance,
                        "1 to " + (int) TOLERANCE_MAX));
        inOrder(path, "min", written.min(), "initial", written.initial(), findings);
        inOrder(path, "initial", written.initial(), "max", written.max(), findings);
        inOrder(path, "min", written.min(), "max", written.max(), findings);
    }

    private static void inOrder(
            String path, String less, OptionalInt fewer, String more, OptionalInt greater, Findings findings) {
        if (fewer.isPresent() && greater.isPresent()) {
            findings.require(
                    fewer.getAsInt() <= greater.getAsInt(),
                    path + '.' + more,
                    greater.getAsInt(),
                    "no less than " + less + ", " + fewer.getAsInt());
        }
    }
}
