package io.convergate.routing.validate;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.routing.TestConfig;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rules for health checks, a row for each: a spec, what is found, and where. A row whose last column is empty is valid. */
class HealthCheckValidatorTest {
    private static void check(String spec, @Nullable String expected) {
        String yaml = """
                apiVersion: convergate.io/v1
                kind: HealthCheckPolicy
                metadata: {name: x}
                spec: {%s}
                """.formatted(spec);
        List<String> found = TestConfig.read(yaml).problems().stream()
                .map(problem -> problem.code() + " " + problem.path())
                .toList();
        if (expected == null) {
            assertThat(found).as(spec).isEmpty();
        } else {
            assertThat(found).as(spec).containsExactly(expected.strip());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "tcp: {} |",
                "http: {path: /healthz} |",
                "http: {path: '/healthz?deep=1', method: HEAD, host: 'a.io:80', headers: {x-check: yes!}, expectedStatuses: ['200', 204, 300-399]} | WrongType spec.http.expectedStatuses[1]",
                "http: {path: /, expectedStatuses: ['200', '300-399']}, port: 8080, interval: 1s, unhealthyInterval: 100ms, jitter: 0s, timeout: 500ms, healthyThreshold: 1, unhealthyThreshold: 100, initialState: UNHEALTHY, minHealthPercent: 0 |",
                "http: {path: /}, tcp: {} | ConflictingFields spec",
                "interval: 1s | MissingField spec",
                "http: {} | MissingField spec.http.path",
                "http: {path: healthz} | InvalidValue spec.http.path",
                "http: {path: '/a b'} | InvalidValue spec.http.path",
                "http: {path: '/a#b'} | InvalidValue spec.http.path",
                "http: {path: /, method: POST} | InvalidValue spec.http.method",
                "http: {path: /, host: 'a b'} | InvalidValue spec.http.host",
                "http: {path: /, headers: {'a b': c}} | InvalidValue spec.http.headers.a b",
                "http: {path: /, headers: {Host: c}} | InvalidValue spec.http.headers.Host",
                "http: {path: /, headers: {x: \"a\\nb\"}} | InvalidValue spec.http.headers.x",
                "http: {path: /, expectedStatuses: ['600']} | InvalidValue spec.http.expectedStatuses[0]",
                "http: {path: /, expectedStatuses: ['299-200']} | InvalidValue spec.http.expectedStatuses[0]",
                "http: {path: /, expectedStatuses: ['2xx']} | InvalidValue spec.http.expectedStatuses[0]",
                "tcp: {}, port: 0 | InvalidValue spec.port",
                "tcp: {}, interval: 99ms | InvalidValue spec.interval",
                "tcp: {}, interval: 61m | InvalidValue spec.interval",
                "tcp: {}, unhealthyInterval: 0s | InvalidValue spec.unhealthyInterval",
                "tcp: {}, jitter: 2h | InvalidValue spec.jitter",
                "tcp: {}, timeout: 0s | InvalidValue spec.timeout",
                "tcp: {}, timeout: 61s | InvalidValue spec.timeout",
                "tcp: {}, healthyThreshold: 0 | InvalidValue spec.healthyThreshold",
                "tcp: {}, healthyThreshold: 101 | InvalidValue spec.healthyThreshold",
                "tcp: {}, unhealthyThreshold: 0 | InvalidValue spec.unhealthyThreshold",
                "tcp: {}, initialState: SICK | InvalidValue spec.initialState",
                "tcp: {}, minHealthPercent: 101 | InvalidValue spec.minHealthPercent",
                "tcp: {}, paths: [/] | UnknownField spec.paths",
            })
    void healthChecks(String spec, @Nullable String expected) {
        check("targetRefs: [{kind: Service, name: a}], " + spec, expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[] | MissingField spec.targetRefs",
                "[{kind: Service, name: a}, {group: '', kind: Service, name: a, sectionName: http}] |",
                "[{group: networking.istio.io, kind: ServiceEntry, name: a}] |",
                "[{group: networking.istio.io, kind: DestinationRule, name: a, sectionName: v1}] |",
                "[{kind: Gateway, name: a}] | InvalidValue spec.targetRefs[0].kind",
                "[{kind: ServiceEntry, name: a}] | InvalidValue spec.targetRefs[0].group",
                "[{group: apps, kind: Service, name: a}] | InvalidValue spec.targetRefs[0].group",
                "[{kind: Service, name: A_b}] | InvalidValue spec.targetRefs[0].name",
                "[{kind: Service}] | MissingField spec.targetRefs[0].name",
                "[{name: a}] | MissingField spec.targetRefs[0].kind",
                "[{kind: Service, name: a}, {kind: Service, name: a}] | InvalidValue spec.targetRefs[1]",
            })
    void targetsOfHealthChecks(String targets, @Nullable String expected) {
        check("targetRefs: " + targets + ", tcp: {}", expected);
    }
}
