package io.convergate.routing.validate;

import io.convergate.routing.model.HttpMatch;
import io.convergate.routing.model.HttpRetry;
import io.convergate.routing.model.HttpRoute;
import io.convergate.routing.model.StringMatch;
import io.convergate.routing.problem.ProblemCode;
import io.convergate.routing.retry.RetryCondition;
import io.convergate.routing.retry.RetryConditions;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Istio's rules for retries, and a warning of ours where they may do twice what a client asked for once. */
final class RetryValidator {
    /** RFC 9110 section 9.2.2. */
    static final Set<String> IDEMPOTENT = Set.of("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE");

    private RetryValidator() {}

    static void validate(String path, HttpRoute route, Findings findings) {
        route.retries().ifPresent(retry -> {
            retry(path + ".retries", retry, route.timeout(), findings);
            conditions(path + ".retries.retryOn", retry, takesUnsafeMethods(route), findings);
        });
    }

    private static void retry(String path, HttpRetry retry, Optional<Duration> timeout, Findings findings) {
        findings.require(retry.attempts() >= 0, path + ".attempts", retry.attempts(), "at least 0");
        boolean more = retry.perTryTimeout().isPresent()
                || retry.retryOn().isPresent()
                || retry.retryRemoteLocalities().isPresent();
        findings.conflict(retry.attempts() == 0 && more, path, "attempts 0 and more", "attempts 0 alone");
        if (retry.attempts() == 0
                && (retry.backoff().isPresent()
                        || retry.retryIgnorePreviousHosts().isPresent())) {
            String name = retry.backoff().isPresent() ? "backoff" : "retryIgnorePreviousHosts";
            findings.warn(path + '.' + name, ProblemCode.NO_EFFECT, name + " with attempts 0", "attempts");
        }
        findings.duration(path + ".perTryTimeout", retry.perTryTimeout());
        findings.duration(path + ".backoff", retry.backoff());
        retry.perTryTimeout()
                .filter(each -> timeout.filter(all -> !all.isZero() && each.compareTo(all) >= 0)
                        .isPresent())
                .ifPresent(each -> findings.warn(
                        path + ".perTryTimeout",
                        ProblemCode.NO_EFFECT,
                        each,
                        "less than timeout, which covers all attempts"));
    }

    private static void conditions(String path, HttpRetry retry, boolean unsafeMethods, Findings findings) {
        for (String part : retry.retryOn().orElse("").split(",")) {
            String word = part.strip();
            Optional<RetryCondition> condition = RetryCondition.named(word);
            boolean status = RetryConditions.isStatus(word);
            findings.require(
                    word.isEmpty() || status || condition.isPresent(),
                    path,
                    word,
                    "Envoy's conditions or HTTP statuses");
            condition
                    .map(known -> withoutEffect(known, retry))
                    .filter(reason -> !reason.isEmpty())
                    .ifPresent(reason ->
                            findings.warn(path, ProblemCode.NO_EFFECT, word, "a condition with an effect: " + reason));
            boolean repeats =
                    condition.filter(RetryCondition::repeatsWork).isPresent() || status && word.startsWith("5");
            if (repeats && unsafeMethods && retry.attempts() > 0) {
                findings.warn(
                        path,
                        ProblemCode.UNSAFE_RETRY,
                        word + ", for any method",
                        "a match on idempotent methods: a POST may be carried out twice");
            }
        }
    }

    /** Why a condition does nothing; empty if it does something. */
    private static String withoutEffect(RetryCondition condition, HttpRetry retry) {
        boolean statuses = Stream.of(retry.retryOn().orElse("").split(","))
                .map(String::strip)
                .anyMatch(RetryConditions::isStatus);
        return switch (condition) {
            case RETRIABLE_HEADERS -> "no field says which headers";
            case HTTP3_POST_CONNECT_FAILURE -> "HTTP/3 is not spoken to upstreams";
            case RETRIABLE_STATUS_CODES -> statuses ? "" : "no status stands beside it, such as 503";
            default -> "";
        };
    }

    /** Whether requests of a method that may not be repeated can come this way. */
    private static boolean takesUnsafeMethods(HttpRoute route) {
        return route.match().isEmpty() || !route.match().stream().allMatch(RetryValidator::isIdempotentOnly);
    }

    private static boolean isIdempotentOnly(HttpMatch match) {
        return match.method()
                .filter(method -> method instanceof StringMatch.Exact exact && IDEMPOTENT.contains(exact.value()))
                .isPresent();
    }
}
