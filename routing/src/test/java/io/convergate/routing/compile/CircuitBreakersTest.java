package io.convergate.routing.compile;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.routing.TestConfig;
import io.convergate.routing.breaker.BreakerSettings;
import io.convergate.routing.breaker.CircuitBreaking;
import io.convergate.routing.breaker.ConcurrencySettings;
import io.convergate.routing.breaker.FailureKinds;
import io.convergate.routing.breaker.Fallback;
import io.convergate.routing.breaker.OpenTime;
import io.convergate.routing.breaker.WindowSize;
import io.convergate.routing.match.RouteTable;
import io.convergate.routing.problem.Problem;
import io.convergate.routing.upstream.Upstream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a policy for breakers makes of an upstream. */
class CircuitBreakersTest {
    private static final String BASE = TestConfig.GATEWAY + """
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: vs}
            spec:
              hosts: ['*']
              gateways: [gw]
              http:
              - match: [{uri: {prefix: /v1}}]
                route: [{destination: {host: a.io, subset: v1}}]
              - route: [{destination: {host: a.io}}]
            ---
            apiVersion: networking.istio.io/v1
            kind: ServiceEntry
            metadata: {name: a}
            spec:
              hosts: [a.io]
              resolution: STATIC
              ports: [{number: 80, name: http, protocol: HTTP}]
              endpoints: [{address: 10.0.0.1, labels: {version: v1}}]
            ---
            apiVersion: networking.istio.io/v1
            kind: DestinationRule
            metadata: {name: rule}
            spec: {host: a.io, subsets: [{name: v1, labels: {version: v1}}]}
            """;
    private static final String OTHER = """
            ---
            apiVersion: networking.istio.io/v1
            kind: ServiceEntry
            metadata: {name: b}
            spec:
              hosts: [b.io]
              resolution: STATIC
              ports: [{number: 80, name: http, protocol: HTTP}]
              endpoints: [{address: 10.0.0.%s}]
            """;
    private static final String ENTRY = "{group: networking.istio.io, kind: ServiceEntry, name: a}";
    private static final String SUBSET =
            "{group: networking.istio.io, kind: DestinationRule, name: rule, sectionName: v1}";

    private final RouteTableCompiler compiler = new RouteTableCompiler(CompileSettings.of(Map.of()));

    private static String policy(String name, String target, String spec) {
        return "---\napiVersion: convergate.io/v1\nkind: CircuitBreakerPolicy\nmetadata: {name: " + name
                + "}\nspec: {targetRefs: [" + target + "], " + spec + "}\n";
    }

    private Compilation compile(String more) {
        return compiler.compile(TestConfig.parse(BASE + more));
    }

    private static Upstream upstream(RouteTable table, String name) {
        return table.upstreams().stream()
                .filter(known -> known.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Optional<String> policyOf(RouteTable table, String name) {
        return upstream(table, name).info().breaking().map(CircuitBreaking::policy);
    }

    @Test
    void nearestPolicyCounts() {
        RouteTable table =
                compile(policy("all", ENTRY, "failureRateThreshold: 50")).table();
        assertThat(policyOf(table, "outbound|80||a.io")).contains("default/all");
        assertThat(policyOf(table, "outbound|80|v1|a.io")).contains("default/all");
        table = compile(policy("all", ENTRY, "failureRateThreshold: 50")
                        + policy("part", SUBSET, "adaptiveConcurrency: {}"))
                .table();
        assertThat(policyOf(table, "outbound|80||a.io")).contains("default/all");
        assertThat(policyOf(table, "outbound|80|v1|a.io")).contains("default/part");
        table = compile("").table();
        assertThat(policyOf(table, "outbound|80||a.io")).isEmpty();
    }

    @Test
    void defaultsAreFilledIn() {
        RouteTable table =
                compile(policy("x", ENTRY, "failureRateThreshold: 50")).table();
        assertThat(upstream(table, "outbound|80||a.io").info().breaking())
                .contains(new CircuitBreaking(
                        "default/x",
                        "uid-4",
                        Optional.of(new BreakerSettings(
                                50,
                                BreakerSettings.NEVER,
                                Optional.empty(),
                                new WindowSize.Time(Duration.ofSeconds(10)),
                                20,
                                new OpenTime(Duration.ofSeconds(10), 2, Duration.ofMinutes(2), 10),
                                3,
                                FailureKinds.defaults(),
                                BreakerSettings.Scope.NODE,
                                2)),
                        Optional.empty(),
                        Fallback.REFUSE));
    }

    @Test
    void concurrencyAloneHasNoBreaker() {
        RouteTable table = compile(
                        policy("x", ENTRY, "adaptiveConcurrency: {max: 3}, fallback: {response: {body: later}}"))
                .table();
        assertThat(upstream(table, "outbound|80||a.io").info().breaking())
                .contains(new CircuitBreaking(
                        "default/x",
                        "uid-4",
                        Optional.empty(),
                        Optional.of(new ConcurrencySettings(3, 3, 3, 1.5)),
                        new Fallback.Respond(503, "later", Map.of())));
    }

    @Test
    void aPolicyThatTakesThePlaceOfOneOfItsNameIsAnother() {
        String spec = "failureRateThreshold: 50";
        String policy = policy("x", ENTRY, "failureRateThreshold: 50");
        assertThat(upstream(compile(policy).table(), "outbound|80||a.io").info().breaking())
                .as("it has the uid of its place in the file")
                .isNotEqualTo(upstream(compile(OTHER.formatted(2) + policy).table(), "outbound|80||a.io")
                        .info()
                        .breaking());
    }

    @Test
    void aServiceThatIsToStandInForItselfIsAWarning() {
        String fallback = "failureRateThreshold: 50, fallback: {destination: {host: a.io%s}}";
        assertThat(compile(policy("x", ENTRY, fallback.formatted(""))).problems())
                .extracting(Problem::path)
                .containsExactly("spec.fallback.destination");
        assertThat(compile(policy("x", SUBSET, fallback.formatted(", subset: v1")))
                        .problems())
                .extracting(Problem::path)
                .containsExactly("spec.fallback.destination");
        assertThat(compile(policy("x", SUBSET, fallback.formatted(""))).problems())
                .as("the whole service for a part of it")
                .isEmpty();
    }

    @Test
    void anotherServiceStandsInAndFollowsItsChanges() {
        String policy = policy("x", ENTRY, "failureRateThreshold: 50, fallback: {destination: {host: b.io}}");
        Compilation before = compile(policy + OTHER.formatted(2));
        Upstream standIn = upstream(before.table(), "outbound|80||a.io").standIn();
        assertThat(standIn).isNotNull();
        assertThat(standIn.name()).isEqualTo("outbound|80||b.io");
        assertThat(before.table().upstreams()).contains(standIn);
        assertThat(before.problems()).isEmpty();
        RouteTable after = compile(policy + OTHER.formatted(3)).table();
        assertThat(upstream(after, "outbound|80||a.io")
                        .standIn()
                        .endpoints()
                        .get(0)
                        .address())
                .isEqualTo("10.0.0.3");
        Compilation gone = compile(policy);
        assertThat(upstream(gone.table(), "outbound|80||a.io").standIn()).isNull();
        assertThat(gone.table().upstreams()).hasSize(2);
        assertThat(gone.problems()).extracting(Problem::path).containsExactly("spec.fallback.destination");
        assertThat(compile("").table().upstreams()).hasSize(2);
        assertThat(List.copyOf(compile(OTHER.formatted(2)).table().upstreams())).hasSize(2);
    }
}
