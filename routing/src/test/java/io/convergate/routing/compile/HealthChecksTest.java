package io.convergate.routing.compile;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.routing.TestConfig;
import io.convergate.routing.health.HealthCheck;
import io.convergate.routing.match.RouteTable;
import io.convergate.routing.problem.Problem;
import io.convergate.routing.upstream.Upstream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which policy for health checks an upstream gets. */
class HealthChecksTest {
    private static final String BASE = TestConfig.GATEWAY + """
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: vs}
            spec:
              hosts: ['*']
              gateways: [gw]
              http:
              - match: [{uri: {prefix: /v1}}]
                route: [{destination: {host: a.io, subset: v1, port: {number: 80}}}]
              - match: [{uri: {prefix: /other}}]
                route: [{destination: {host: a.io, port: {number: 81}}}]
              - route: [{destination: {host: a.io, port: {number: 80}}}]
            ---
            apiVersion: networking.istio.io/v1
            kind: ServiceEntry
            metadata: {name: a}
            spec:
              hosts: [a.io]
              resolution: STATIC
              ports: [{number: 80, name: http, protocol: HTTP}, {number: 81, name: other, protocol: HTTP}]
              endpoints: [{address: 10.0.0.1, labels: {version: v1}}]
            ---
            apiVersion: networking.istio.io/v1
            kind: DestinationRule
            metadata: {name: rule}
            spec: {host: a.io, subsets: [{name: v1, labels: {version: v1}}]}
            """;
    private static final String ENTRY = "{group: networking.istio.io, kind: ServiceEntry, name: a}";
    private static final String PORT = "{group: networking.istio.io, kind: ServiceEntry, name: a, sectionName: http}";
    private static final String RULE = "{group: networking.istio.io, kind: DestinationRule, name: rule}";
    private static final String SUBSET =
            "{group: networking.istio.io, kind: DestinationRule, name: rule, sectionName: v1}";

    private final RouteTableCompiler compiler = new RouteTableCompiler(CompileSettings.of(Map.of()));

    private static String policy(String name, String target, String port) {
        return "---\napiVersion: convergate.io/v1\nkind: HealthCheckPolicy\nmetadata: {name: " + name
                + "}\nspec: {targetRefs: [" + target + "], tcp: {}, port: " + port + "}\n";
    }

    private RouteTable table(String more) {
        return compiler.compile(TestConfig.parse(BASE + more)).table();
    }

    /** The port that is asked; 0 if nothing is. */
    private static int asked(RouteTable table, String upstream) {
        return table.upstreams().stream()
                .filter(known -> known.name().equals(upstream))
                .map(Upstream::info)
                .findFirst()
                .orElseThrow()
                .healthCheck()
                .map(HealthCheck::port)
                .map(OptionalInt::getAsInt)
                .orElse(0);
    }

    @ParameterizedTest
    @CsvSource({
        "'', 0, 0, 0",
        "entry, 1, 1, 1",
        "port, 0, 2, 2",
        "rule, 3, 3, 3",
        "subset, 0, 0, 4",
        "entry port, 1, 2, 2",
        "entry port rule, 3, 3, 3",
        "entry port rule subset, 3, 3, 4",
        "entry subset, 1, 1, 4",
    })
    void theNearestPolicyCounts(String policies, int other, int http, int subset) {
        String more = policies.replace("entry", policy("e", ENTRY, "1"))
                .replace("port ", policy("p", PORT, "2") + " ")
                .replaceAll("port$", policy("p", PORT, "2"))
                .replace("rule ", policy("r", RULE, "3") + " ")
                .replaceAll("rule$", policy("r", RULE, "3"))
                .replace("subset", policy("s", SUBSET, "4"))
                .replace(" ---", "---");
        RouteTable table = table(more);
        assertThat(List.of(
                        asked(table, "outbound|81||a.io"),
                        asked(table, "outbound|80||a.io"),
                        asked(table, "outbound|80|v1|a.io")))
                .containsExactly(other, http, subset);
    }

    @Test
    void ofSeveralTheOldestCountsAndTheOtherIsWarnedOf() {
        Compilation compilation =
                compiler.compile(TestConfig.parse(BASE + policy("z", ENTRY, "1") + policy("a", ENTRY, "2")));
        assertThat(asked(compilation.table(), "outbound|80||a.io")).isEqualTo(1);
        assertThat(compilation.problems()).extracting(Problem::path).containsExactly("spec.targetRefs[0]");
        assertThat(compilation.problems().get(0).message()).contains("as the older HealthCheckPolicy default/z says");
        assertThat(compilation.problems()).extracting(Problem::code).containsExactly("ConflictingPolicies");
        compilation = compiler.compile(TestConfig.parse(BASE + policy("a", ENTRY, "2")));
        assertThat(asked(compilation.table(), "outbound|80||a.io")).isEqualTo(2);
        assertThat(compilation.problems()).isEmpty();
    }

    @Test
    void targetThatIsNotThereIsWarnedOfUntilItComes() {
        String policy = policy("a", PORT.replace("name: a,", "name: later,"), "1");
        String later = """
                ---
                apiVersion: networking.istio.io/v1
                kind: ServiceEntry
                metadata: {name: later}
                spec:
                  hosts: [later.io]
                  resolution: STATIC
                  ports: [{number: 80, name: %s, protocol: HTTP}]
                  endpoints: [{address: 10.0.0.1}]
                """;
        assertThat(compiler.compile(TestConfig.parse(BASE + policy)).problems())
                .extracting(Problem::path)
                .containsExactly("spec.targetRefs[0].name");
        assertThat(compiler.compile(TestConfig.parse(BASE + policy + later.formatted("grpc")))
                        .problems())
                .extracting(Problem::path)
                .containsExactly("spec.targetRefs[0].sectionName");
        assertThat(compiler.compile(TestConfig.parse(BASE + policy + later.formatted("http")))
                        .problems())
                .isEmpty();
    }

    @Test
    void policyThatChangesChangesOnlyWhatItIsFor() {
        RouteTable before = table(policy("s", SUBSET, "4"));
        RouteTable after = table(policy("s", SUBSET, "5"));
        assertThat(asked(after, "outbound|80|v1|a.io")).isEqualTo(5);
        assertThat(after.upstreams()).filteredOn(before.upstreams()::contains).hasSize(2);
        assertThat(asked(table(""), "outbound|80|v1|a.io")).isZero();
    }

    @Test
    void policyIsReadWithItsDefaults() {
        RouteTable table = table("""
                ---
                apiVersion: convergate.io/v1
                kind: HealthCheckPolicy
                metadata: {name: x}
                spec:
                  targetRefs: [{group: networking.istio.io, kind: ServiceEntry, name: a}]
                  interval: 10s
                  http: {path: /ok, expectedStatuses: ['200', '300-399'], headers: {x: why}}
                """);
        assertThat(table.upstreams().iterator().next().info().healthCheck())
                .contains(new HealthCheck(
                        new HealthCheck.Http(
                                "GET",
                                "/ok",
                                Optional.empty(),
                                Map.of("x", "why"),
                                List.of(new HealthCheck.Range(200, 200), new HealthCheck.Range(300, 399))),
                        OptionalInt.empty(),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(1),
                        2,
                        3,
                        true,
                        0));
    }
}
