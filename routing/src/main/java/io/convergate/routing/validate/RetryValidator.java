package io.convergate.routing.validate;

import io.convergate.routing.model.HttpMatch;
import io.convergate.routing.model.HttpRetry;
import io.convergate.routing.model.HttpRoute;
import io.convergate.routing.model.StringMatch;
import io.convergate.routing.problem.ProblemCode;
import io.convergate.routing.retry.RetryCondition;
import io.convergate.routing.retry.RetryConditions;
import java.util.Optional;
import java.util.Set;

/** Istio's rules for retries, and a warning of ours where they may do twice what a client asked for once. */
final class RetryValidator {
    /** RFC 9110 section 9.2.2. */
    static final Set<String> IDEMPOTENT = Set.of("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE");

    private RetryValidator() {}

    static void validate(String path, HttpRoute route, Findings findings) {
        route.retries().ifPresent(retry -> {
            retry(path + ".retries", retry, findings);
            conditions(path + ".retries.retryOn", retry, takesUnsafeMethods(route), findings);
        });
    }

    private static void retry(String path, HttpRetry retry, Findings findings) {
        findings.require(retry.attempts() >= 0, path + ".attempts", retry.attempts(), "at least 0");
        boolean more = retry.perTryTimeout().isPresent()
                || retry.retryOn().isPresent()
                || retry.retryRemoteLocalities().isPresent();
        findings.conflict(retry.attempts() == 0 && more, path, "attempts 0 and more", "attempts 0 alone");
        findings.duration(path + ".perTryTimeout", retry.perTryTimeout());
        findings.duration(path + ".backoff", retry.backoff());
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
            if (condition.filter(RetryValidator::hasNoEffect).isPresent()) {
                findings.warn(path, ProblemCode.NO_EFFECT, word, reason(condition.get()));
            }
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

    private static boolean hasNoEffect(RetryCondition condition) {
        return condition == RetryCondition.RETRIABLE_HEADERS || condition == RetryCondition.HTTP3_POST_CONNECT_FAILURE;
    }

    private static String reason(RetryCondition condition) {
        return condition == RetryCondition.RETRIABLE_HEADERS
                ? "a condition with an effect: no field says which headers"
                : "a condition with an effect: HTTP/3 is not spoken to upstreams";
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
