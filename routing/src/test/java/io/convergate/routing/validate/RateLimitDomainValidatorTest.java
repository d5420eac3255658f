package io.convergate.routing.validate;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.routing.TestConfig;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every rule for a RateLimitDomain with a row that keeps it and one that does not: descriptors, what is found, and where. */
class RateLimitDomainValidatorTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{key: a} |",
                "{key: a, value: 1} |",
                "{key: a, rate_limit: {unit: second, requests_per_unit: 1}} |",
                "{key: a, rate_limit: {unit: Second, requests_per_unit: 1}} |",
                "{key: a, rate_limit: {unit: year, requests_per_unit: 1000000000}} |",
                "{key: a, rate_limit: {unit: minute, requests_per_unit: 0}} |",
                "{key: a, rate_limit: {unlimited: true}} |",
                "{value: a} | MissingField spec.descriptors[0].key",
                "{key: ''} | InvalidValue spec.descriptors[0].key",
                "{key: 'a*'} | InvalidValue spec.descriptors[0].key",
                "{key: a}, {key: a} | InvalidValue spec.descriptors[1]",
                "{key: a, value: b}, {key: a, value: b} | InvalidValue spec.descriptors[1]",
                "{key: a, value: b}, {key: a}, {key: a, value: c}, {key: b} |",
                "{key: a, value: ''}, {key: a} | InvalidValue spec.descriptors[1]",
                "{key: a, rate_limit: {requests_per_unit: 1}} | MissingField spec.descriptors[0].rate_limit.unit",
                "{key: a, rate_limit: {unit: second}} | MissingField spec.descriptors[0].rate_limit.requests_per_unit",
                "{key: a, rate_limit: {unit: fortnight, requests_per_unit: 1}} | InvalidValue spec.descriptors[0].rate_limit.unit",
                "{key: a, rate_limit: {unit: second, requests_per_unit: -1}} | InvalidValue spec.descriptors[0].rate_limit.requests_per_unit",
                "{key: a, rate_limit: {unit: second, requests_per_unit: 1000000001}} | InvalidValue spec.descriptors[0].rate_limit.requests_per_unit",
                "{key: a, rate_limit: {unit: second, unlimited: true}} | ConflictingFields spec.descriptors[0].rate_limit",
                "{key: a, rate_limit: {unit: second, requests_per_unit: 1, burst: 2}} | UnknownField spec.descriptors[0].rate_limit.burst",
                "{key: a, rate_limit: {unit: second, requests_per_unit: 1, name: one, replaces: [{name: two}]}} |",
                "{key: a, rate_limit: {unit: second, requests_per_unit: 1, name: one, replaces: [{name: one}]}} | InvalidValue spec.descriptors[0].rate_limit.replaces[0].name",
                "{key: a, rate_limit: {unit: second, requests_per_unit: 1, replaces: [{name: ''}]}} | InvalidValue spec.descriptors[0].rate_limit.replaces[0].name",
                "{key: a, value: 'b*', share_threshold: true} |",
                "{key: a, value: b, share_threshold: true} | InvalidValue spec.descriptors[0].share_threshold",
                "{key: a, descriptors: [{key: b, value: c, share_threshold: true}]} | InvalidValue spec.descriptors[0].descriptors[0].share_threshold",
                "{key: a, descriptors: [{key: b}, {key: b}]} | InvalidValue spec.descriptors[0].descriptors[1]",
                "{key: a, descriptors: [{key: b, keys: c}]} | UnknownField spec.descriptors[0].descriptors[0].keys",
                "{key: a, detailed_metric: true} | W NoEffect spec.descriptors[0].detailed_metric",
                "{key: a, value_to_metric: true} | W NoEffect spec.descriptors[0].value_to_metric",
                "{key: a, metadata: {plan: {size: 1}}} | W NoEffect spec.descriptors[0].metadata",
                "{key: a, shadow_mode: true} | W NoEffect spec.descriptors[0].shadow_mode",
                "{key: a, quota_mode: true} | W NoEffect spec.descriptors[0].quota_mode",
                "{key: a, shadow_mode: true, quota_mode: true, rate_limit: {unit: day, requests_per_unit: 1}} |",
            })
    void descriptors(String descriptors, @Nullable String expected) {
        check("domain: d, descriptors: [" + descriptors + "]", expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "domain: d |",
                "descriptors: [] | MissingField spec.domain",
                "domain: '' | InvalidValue spec.domain",
                "domain: d, mode: strict, onUnavailable: closed, shadow: true, responseHeaders: true |",
                "domain: d, mode: global | InvalidValue spec.mode",
                "domain: d, onUnavailable: deny | InvalidValue spec.onUnavailable",
                "domain: d, mode: node, onUnavailable: open | W NoEffect spec.onUnavailable",
                "domain: d, limits: [] | UnknownField spec.limits",
            })
    void domains(String spec, @Nullable String expected) {
        check(spec, expected);
    }

    @Test
    void levelsAreBounded() {
        String deep = "descriptors: [{key: a, ".repeat(17);
        check(
                "domain: d, " + deep + "value: x" + "}]".repeat(17),
                "InvalidValue spec" + ".descriptors[0]".repeat(16) + ".descriptors");
        check("domain: d, " + "descriptors: [{key: a, ".repeat(16) + "value: x" + "}]".repeat(16), null);
    }

    private static void check(String spec, @Nullable String expected) {
        String yaml = """
                apiVersion: convergate.io/v1
                kind: RateLimitDomain
                metadata: {name: x}
                spec: {%s}
                """.formatted(spec);
        List<String> found = TestConfig.read(yaml).problems().stream()
                .map(problem -> (problem.isError() ? "" : "W ") + problem.code() + " " + problem.path())
                .collect(Collectors.toList());
        if (expected == null) {
            assertThat(found).isEmpty();
        } else {
            assertThat(found).containsExactly(expected);
        }
    }
}
