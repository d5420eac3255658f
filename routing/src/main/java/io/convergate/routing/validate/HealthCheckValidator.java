package io.convergate.routing.validate;

import io.convergate.routing.model.policy.HealthCheckPolicy;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;

/** The rules for health checks. */
final class HealthCheckValidator {
    private static final int THRESHOLD_MAX = 100;
    private static final int HEADERS_MAX = 32;
    private static final int TEXT_MAX = 1024;
    private static final Duration INTERVAL_MIN = Duration.ofMillis(100);
    private static final Duration INTERVAL_MAX = Duration.ofHours(1);
    private static final Duration TIMEOUT_MAX = Duration.ofMinutes(1);

    /** Headers that a check sets itself. */
    private static final Set<String> OWN =
            Set.of("host", "connection", "content-length", "transfer-encoding", "te", "upgrade", "expect");

    /** Methods without a body that change nothing; TRACE is not answered by anybody sane. */
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "OPTIONS");

    private HealthCheckValidator() {}

    static void validate(HealthCheckPolicy policy, Findings findings) {
        PolicyFields.targets(policy.targets(), findings);
        findings.conflict(policy.http().isPresent() && policy.tcp().isPresent(), "spec", "http and tcp", "one of them");
        if (policy.http().isEmpty() && policy.tcp().isEmpty()) {
            findings.missing("spec", "http or tcp");
        }
        policy.http().ifPresent(http -> http(http, findings));
        policy.port().ifPresent(port -> findings.port("spec.port", port));
        PolicyFields.within("spec.interval", policy.interval(), INTERVAL_MIN, INTERVAL_MAX, findings);
        PolicyFields.within("spec.unhealthyInterval", policy.unhealthyInterval(), INTERVAL_MIN, INTERVAL_MAX, findings);
        PolicyFields.within("spec.jitter", policy.jitter(), Duration.ZERO, INTERVAL_MAX, findings);
        PolicyFields.within("spec.timeout", policy.timeout(), Duration.ofMillis(1), TIMEOUT_MAX, findings);
        threshold("spec.healthyThreshold", policy.healthyThreshold(), findings);
        threshold("spec.unhealthyThreshold", policy.unhealthyThreshold(), findings);
        policy.minHealthPercent()
                .ifPresent(percent ->
                        findings.require(percent >= 0 && percent <= 100, "spec.minHealthPercent", percent, "0 to 100"));
    }

    private static void http(HealthCheckPolicy.Http http, Findings findings) {
        String path = http.path();
        boolean plain = path.length() <= TEXT_MAX && path.chars().allMatch(c -> c > ' ' && c < 127 && c != '#');
        findings.require(
                path.startsWith("/") && plain,
                "spec.http.path",
                '"' + path + '"',
                "a path that starts with /, of at most " + TEXT_MAX + " printable characters");
        http.method()
                .ifPresent(method ->
                        findings.require(METHODS.contains(method), "spec.http.method", method, "GET, HEAD or OPTIONS"));
        http.host()
                .ifPresent(host -> findings.require(
                        host.matches("[A-Za-z0-9._\\[\\]:-]{1,255}"), "spec.http.host", host, "a host name"));
        findings.require(
                http.headers().size() <= HEADERS_MAX,
                "spec.http.headers",
                http.headers().size() + " headers",
                "at most " + HEADERS_MAX);
        http.headers().forEach((name, value) -> {
            String at = "spec.http.headers." + name;
            findings.require(Names.isHeader(name), at, name, "the name of a header");
            findings.require(
                    !OWN.contains(name.toLowerCase(Locale.ROOT)),
                    at,
                    name,
                    "a header that the check does not set itself");
            findings.require(
                    value.length() <= TEXT_MAX && HeadersValidator.isValue(value),
                    at,
                    '"' + value + '"',
                    "printable characters, at most " + TEXT_MAX);
        });
        for (int i = 0; i < http.expectedStatuses().size(); i++) {
            String range = http.expectedStatuses().get(i);
            findings.require(
                    PolicyFields.isRange(range),
                    "spec.http.expectedStatuses[" + i + "]",
                    range,
                    "100 to 599, or a range as 200-299");
        }
    }

    private static void threshold(String path, OptionalInt threshold, Findings findings) {
        threshold.ifPresent(
                value -> findings.require(value >= 1 && value <= THRESHOLD_MAX, path, value, "1 to " + THRESHOLD_MAX));
    }
}
