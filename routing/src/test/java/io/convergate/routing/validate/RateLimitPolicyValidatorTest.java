package io.convergate.routing.validate;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.routing.TestConfig;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every rule for a RateLimitPolicy with a row that keeps it and one that does not: a spec, what is found, and where. */
class RateLimitPolicyValidatorTest {
    private static final String TARGET = "targetRefs: [{kind: VirtualService, name: v}]";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "targetRefs: [{kind: VirtualService, name: v, sectionName: r}] |",
                "targetRefs: [{kind: HTTPRoute, name: v, sectionName: r}] |",
                "targetRefs: [{kind: Ingress, name: v}] |",
                "targetRefs: [{kind: Gateway, group: networking.istio.io, name: v}] |",
                "targetRefs: [{kind: Gateway, group: gateway.networking.k8s.io, name: v}] |",
                "targetRefs: [] | MissingField spec.targetRefs",
                "targetRefs: [{kind: Gateway, name: v}] | MissingField spec.targetRefs[0].group",
                "targetRefs: [{kind: Gateway, group: apps, name: v}] | InvalidValue spec.targetRefs[0].kind",
                "targetRefs: [{kind: Service, name: v}] | InvalidValue spec.targetRefs[0].kind",
                "targetRefs: [{kind: VirtualService, group: '', name: v}] | InvalidValue spec.targetRefs[0].kind",
                "targetRefs: [{kind: VirtualService}] | MissingField spec.targetRefs[0].name",
                "targetRefs: [{kind: VirtualService, name: V_}] | InvalidValue spec.targetRefs[0].name",
                "targetRefs: [{kind: VirtualService, name: v, sectionName: ''}] | InvalidValue spec.targetRefs[0].sectionName",
                "targetRefs: [{kind: Ingress, name: v, sectionName: r}] | InvalidValue spec.targetRefs[0].sectionName",
                "targetRefs: [{kind: Gateway, group: networking.istio.io, name: v, sectionName: r}] | InvalidValue spec.targetRefs[0].sectionName",
            })
    void targets(String targets, @Nullable String expected) {
        check(targets + ", rules: [{name: r, limit: {requests: 1, per: SECOND}}]", expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "limit: {requests: 1, per: SECOND} |",
                "limit: {requests: 1000000000, per: MONTH, burst: 1000000000} |",
                "limit: {requests: 5, per: DAY, algorithm: FIXED_WINDOW} |",
                "limit: {requests: 0, per: SECOND} | InvalidValue spec.rules[0].limit.requests",
                "limit: {requests: 1000000001, per: SECOND} | InvalidValue spec.rules[0].limit.requests",
                "limit: {per: SECOND} | MissingField spec.rules[0].limit.requests",
                "limit: {requests: 1} | MissingField spec.rules[0].limit.per",
                "limit: {requests: 1, per: YEAR} | InvalidValue spec.rules[0].limit.per",
                "limit: {requests: 1, per: SECOND, burst: 0} | InvalidValue spec.rules[0].limit.burst",
                "limit: {requests: 1, per: HOUR, algorithm: LEAKY} | InvalidValue spec.rules[0].limit.algorithm",
                "limit: {requests: 1, per: SECOND, algorithm: FIXED_WINDOW} | ConflictingFields spec.rules[0].limit",
                "limit: {requests: 1, per: HOUR, algorithm: FIXED_WINDOW, burst: 2} | ConflictingFields spec.rules[0].limit",
                "inFlight: 3 |",
                "inFlight: 0 | InvalidValue spec.rules[0].inFlight",
                "inFlight: 3, mode: node |",
                "inFlight: 3, mode: strict | ConflictingFields spec.rules[0]",
                "inFlight: 3, limit: {requests: 1, per: SECOND} | ConflictingFields spec.rules[0]",
                "shadow: true | MissingField spec.rules[0]",
                "limit: {requests: 1, per: SECOND}, mode: strict, onUnavailable: closed, shadow: true |",
                "limit: {requests: 1, per: SECOND}, mode: leased, onUnavailable: localShare |",
                "limit: {requests: 1, per: SECOND}, mode: global | InvalidValue spec.rules[0].mode",
                "limit: {requests: 1, per: SECOND}, onUnavailable: maybe | InvalidValue spec.rules[0].onUnavailable",
                "limit: {requests: 1, per: SECOND}, mode: node, onUnavailable: open | W NoEffect spec.rules[0].onUnavailable",
                "limit: {requests: 5, per: SECOND}, cost: {requests: 5, responseHeader: x-cost} |",
                "limit: {requests: 5, per: SECOND}, cost: {requests: 0} | InvalidValue spec.rules[0].cost.requests",
                "limit: {requests: 5, per: SECOND}, cost: {requests: 6} | InvalidValue spec.rules[0].cost.requests",
                "limit: {requests: 5, per: SECOND, burst: 9}, cost: {requests: 6} |",
                "limit: {requests: 5, per: SECOND}, cost: {responseHeader: X-Cost} | InvalidValue spec.rules[0].cost.responseHeader",
                "inFlight: 3, cost: {responseHeader: x-cost} | ConflictingFields spec.rules[0]",
            })
    void amounts(String rule, @Nullable String expected) {
        check(TARGET + ", rules: [{name: r, " + rule + "}]", expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{clientAddress: {}} |",
                "{clientAddress: {ipv4Prefix: 24, ipv6Prefix: 48}} |",
                "{clientAddress: {ipv4Prefix: 33}} | InvalidValue spec.rules[0].key[0].clientAddress.ipv4Prefix",
                "{clientAddress: {ipv6Prefix: 129}} | InvalidValue spec.rules[0].key[0].clientAddress.ipv6Prefix",
                "{header: x-api-key} |",
                "{header: X-Api-Key} | InvalidValue spec.rules[0].key[0].header",
                "{header: 'x y'} | InvalidValue spec.rules[0].key[0].header",
                "{cookie: session} |",
                "{cookie: 'a;b'} | InvalidValue spec.rules[0].key[0].cookie",
                "{query: user} |",
                "{query: 'a&b'} | InvalidValue spec.rules[0].key[0].query",
                "{pathSegment: 2} |",
                "{pathSegment: 0} | InvalidValue spec.rules[0].key[0].pathSegment",
                "{pathSegment: 33} | InvalidValue spec.rules[0].key[0].pathSegment",
                "{constant: gold} |",
                "{} | MissingField spec.rules[0].key[0]",
                "{header: a, cookie: b} | ConflictingFields spec.rules[0].key[0]",
                "{claim: sub} | W NotServedYet spec.rules[0].key[0].claim",
                "{consumer: true} | W NotServedYet spec.rules[0].key[0].consumer",
                "{user: me} | UnknownField spec.rules[0].key[0].user",
            })
    void keys(String part, @Nullable String expected) {
        check(TARGET + ", rules: [{name: r, limit: {requests: 1, per: SECOND}, key: [" + part + "]}]", expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "rules: [] | MissingField spec.rules",
                "rules: [{limit: {requests: 1, per: SECOND}}] | MissingField spec.rules[0].name",
                "rules: [{name: R, limit: {requests: 1, per: SECOND}}] | InvalidValue spec.rules[0].name",
                "rules: [{name: r, inFlight: 1}, {name: r, inFlight: 2}] | InvalidValue spec.rules[1].name",
                "rules: [{name: r, inFlight: 1}, {name: s, inFlight: 2}] |",
                "rules: [{name: r, inFlight: 1, match: [{uri: {prefix: /a}, method: {exact: POST}, headers: {a: {exact: b}}}]}] |",
                "rules: [{name: r, inFlight: 1, match: [{uri: {regex: '('}}]}] | InvalidValue spec.rules[0].match[0].uri.regex",
                "rules: [{name: r, inFlight: 1, match: [{port: 80}]}] | UnknownField spec.rules[0].match[0].port",
                "rules: [{name: r, inFlight: 1}], response: {status: 503, body: slow down, headers: {content-type: text/plain}, rateLimitHeaders: always} |",
                "rules: [{name: r, inFlight: 1}], response: {status: 200} | InvalidValue spec.response.status",
                "rules: [{name: r, inFlight: 1}], response: {headers: always} | InvalidValue spec.response.headers",
                "rules: [{name: r, inFlight: 1}], response: {headers: sometimes} | WrongType spec.response.headers",
                "rules: [{name: r, inFlight: 1}], response: {rateLimitHeaders: sometimes} | InvalidValue spec.response.rateLimitHeaders",
                "rules: [{name: r, inFlight: 1}], response: {headers: {Content-Length: '3'}} | InvalidValue spec.response.headers.Content-Length",
                "rules: [{name: r, inFlight: 1}], response: {headers: {x: \"a\\nb\"}} | InvalidValue spec.response.headers.x",
            })
    void rulesAndResponses(String rest, @Nullable String expected) {
        check(TARGET + ", " + rest, expected);
    }

    private static void check(String spec, @Nullable String expected) {
        String yaml = """
                apiVersion: convergate.io/v1
                kind: RateLimitPolicy
                metadata: {name: x}
                spec: {%s}
                """.formatted(spec);
        List<String> found = TestConfig.read(yaml).problems().stream()
                .map(problem -> (problem.isError() ? "" : "W ") + problem.code() + " " + problem.path())
                .toList();
        if (expected == null) {
            assertThat(found).as(spec).isEmpty();
        } else {
            assertThat(found).as(spec).contains(expected.strip());
        }
    }
}
