package io.convergate.routing.validate;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.routing.TestConfig;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rules for breakers, a row for each: a spec, what is found, and where. A row whose last column is empty is valid. */
class CircuitBreakerValidatorTest {
    private static final String POLICY = """
            apiVersion: convergate.io/v1
            kind: CircuitBreakerPolicy
            metadata: {name: x}
            spec: {targetRefs: [{kind: Service, name: a}], %s}
            """;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "failureRateThreshold: 50 |",
                "slowCallRateThreshold: 80, slowCallDuration: 2s |",
                "adaptiveConcurrency: {} |",
                "failureRateThreshold: 1, window: {calls: 100}, minimumCalls: 100, halfOpenProbes: 100 |",
                "failureRateThreshold: 100, window: {time: 100ms}, open: {duration: 100ms, factor: 1, max: 100ms, jitterPercent: 0} |",
                "failureRateThreshold: 50, failures: {statuses: ['503', 500-501], grpcStatuses: [UNAVAILABLE, OK], timeouts: false, resets: false, connectFailures: true} |",
                "failureRateThreshold: 50, scope: cluster, minObservers: 256 |",
                "failureRateThreshold: 50, fallback: {destination: {host: b, port: {number: 80}, subset: v1}} |",
                "failureRateThreshold: 50, fallback: {response: {status: 200, body: '[]', headers: {content-type: application/json}}} |",
                "adaptiveConcurrency: {initial: 10, min: 1, max: 100000, tolerance: 1} |",
                "minimumCalls: 5 | MissingField spec",
                "failureRateThreshold: 0 | InvalidValue spec.failureRateThreshold",
                "failureRateThreshold: 101 | InvalidValue spec.failureRateThreshold",
                "failureRateThreshold: 0.5 | WrongType spec.failureRateThreshold",
                "slowCallRateThreshold: 50 | MissingField spec.slowCallDuration",
                "failureRateThreshold: 50, slowCallDuration: 1s | MissingField spec.slowCallRateThreshold",
                "slowCallRateThreshold: 101, slowCallDuration: 1s | InvalidValue spec.slowCallRateThreshold",
                "slowCallRateThreshold: 50, slowCallDuration: 0s | InvalidValue spec.slowCallDuration",
                "slowCallRateThreshold: 50, slowCallDuration: 2 | WrongType spec.slowCallDuration",
                "failureRateThreshold: 50, window: {} | MissingField spec.window",
                "failureRateThreshold: 50, window: {calls: 10, time: 1s} | ConflictingFields spec.window",
                "failureRateThreshold: 50, window: {calls: 10001} | InvalidValue spec.window.calls",
                "failureRateThreshold: 50, window: {time: 99ms} | InvalidValue spec.window.time",
                "failureRateThreshold: 50, window: {calls: 10}, minimumCalls: 11 | InvalidValue spec.minimumCalls",
                "failureRateThreshold: 50, minimumCalls: 0 | InvalidValue spec.minimumCalls",
                "failureRateThreshold: 50, open: {duration: 61m} | InvalidValue spec.open.duration",
                "failureRateThreshold: 50, open: {factor: 0.9} | InvalidValue spec.open.factor",
                "failureRateThreshold: 50, open: {max: 9s} | InvalidValue spec.open.max",
                "failureRateThreshold: 50, open: {jitterPercent: 101} | InvalidValue spec.open.jitterPercent",
                "failureRateThreshold: 50, halfOpenProbes: 0 | InvalidValue spec.halfOpenProbes",
                "failureRateThreshold: 50, failures: {statuses: [5xx]} | InvalidValue spec.failures.statuses[0]",
                "failureRateThreshold: 50, failures: {grpcStatuses: [OK, '14']} | InvalidValue spec.failures.grpcStatuses[1]",
                "failureRateThreshold: 50, scope: region | InvalidValue spec.scope",
                "failureRateThreshold: 50, scope: cluster, minObservers: 0 | InvalidValue spec.minObservers",
                "failureRateThreshold: 50, minObservers: 2 | NoEffect spec.minObservers",
                "failureRateThreshold: 50, fallback: {} | MissingField spec.fallback",
                "failureRateThreshold: 50, fallback: {destination: {host: b}, response: {}} | ConflictingFields spec.fallback",
                "failureRateThreshold: 50, fallback: {destination: {host: 'b c'}} | InvalidValue spec.fallback.destination.host",
                "failureRateThreshold: 50, fallback: {destination: {host: b, port: {number: 0}}} | InvalidValue spec.fallback.destination.port.number",
                "failureRateThreshold: 50, fallback: {response: {status: 199}} | InvalidValue spec.fallback.response.status",
                "failureRateThreshold: 50, fallback: {response: {headers: {Content-Length: '3'}}} | InvalidValue spec.fallback.response.headers.Content-Length",
                "failureRateThreshold: 50, fallback: {response: {headers: {x: \"a\\nb\"}}} | InvalidValue spec.fallback.response.headers.x",
                "failureRateThreshold: 50, maxConnections: 5 | UnknownField spec.maxConnections",
                "adaptiveConcurrency: {min: 0} | InvalidValue spec.adaptiveConcurrency.min",
                "adaptiveConcurrency: {initial: 5, max: 4} | InvalidValue spec.adaptiveConcurrency.max",
                "adaptiveConcurrency: {initial: 5, min: 6} | InvalidValue spec.adaptiveConcurrency.initial",
                "adaptiveConcurrency: {tolerance: 0.5} | InvalidValue spec.adaptiveConcurrency.tolerance",
            })
    void breakers(String spec, @Nullable String expected) {
        List<String> found = TestConfig.read(POLICY.formatted(spec)).problems().stream()
                .map(problem -> problem.code() + " " + problem.path())
                .toList();
        if (expected == null) {
            assertThat(found).as(spec).isEmpty();
        } else {
            assertThat(found).as(spec).containsExactly(expected.strip());
        }
    }

    @Test
    void cachedResponseIsRefusedAndSaysWhatIsMissing() {
        assertThat(TestConfig.read(POLICY.formatted("failureRateThreshold: 50, fallback: {cachedResponse: {}}"))
                        .problems())
                .extracting(problem -> problem.path() + "  " + problem.message())
                .contains("spec.fallback.cachedResponse  cachedResponse (expected: destination or response; there is no"
                        + " cache of responses yet that could answer)");
    }
}
