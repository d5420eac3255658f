package io.convergate.routing.compile;

import static io.convergate.routing.TestRequest.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.routing.TestConfig;
import io.convergate.routing.action.Forward;
import io.convergate.routing.match.CompiledRoute;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.upstream.EndpointSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Services that run at the workloads they select. */
class WorkloadsTest {
    private static final String HEAD = "apiVersion: networking.istio.io/v1\nkind: ";

    private static String workload(String metadata, String spec) {
        return HEAD + "WorkloadEntry\nmetadata: {" + metadata + "}\nspec: {" + spec + "}\n---\n";
    }

    private static String service(String resolution) {
        return HEAD + """
                ServiceEntry
                metadata: {name: shop}
                spec:
                  hosts: [shop]
                  ports: [{number: 80, name: http, protocol: HTTP, targetPort: 8080}]
                  resolution: %s
                  workloadSelector: {labels: {app: shop}}
                ---
                apiVersion: networking.istio.io/v1
                kind: DestinationRule
                metadata: {name: shop}
                spec: {host: shop, subsets: [{name: v1, labels: {version: v1}}]}
                ---
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: shop}
                spec:
                  hosts: [x.io]
                  gateways: [gw]
                  http:
                  - match: [{uri: {prefix: /v1}}]
                    route: [{destination: {host: shop, subset: v1}}]
                  - route: [{destination: {host: shop}}]
                ---
                """.formatted(resolution);
    }

    private static List<EndpointSpec> endpoints(Compilation compilation, String path) {
        CompiledRoute route = compilation.table().port(80).match(get("x.io" + path));
        return ((Forward) route.action()).pick(0).upstream().endpoints();
    }

    static Stream<Arguments> places() {
        return Stream.of(
                Arguments.of("name: a", "address: 10.0.0.1, labels: {app: shop}", "10.0.0.1:8080x1"),
                Arguments.of("name: a, labels: {app: shop}", "address: 10.0.0.1", "10.0.0.1:8080x1"),
                Arguments.of(
                        "name: a, labels: {app: shop}", "address: 10.0.0.1, labels: {app: other}", "10.0.0.1:8080x1"),
                Arguments.of("name: a", "address: 10.0.0.1, labels: {app: shop}, ports: {http: 90}", "10.0.0.1:90x1"),
                Arguments.of("name: a", "address: 10.0.0.1, labels: {app: shop}, ports: {grpc: 90}", "10.0.0.1:8080x1"),
                Arguments.of("name: a", "address: 10.0.0.1, labels: {app: shop}, weight: 7", "10.0.0.1:8080x7"),
                Arguments.of("name: a", "address: 10.0.0.1, labels: {app: other}", ""),
                Arguments.of("name: a", "address: 10.0.0.1", ""),
                Arguments.of("name: a, namespace: other", "address: 10.0.0.1, labels: {app: shop}", ""),
                Arguments.of("name: a", "network: blue, labels: {app: shop}", ""));
    }

    @ParameterizedTest
    @MethodSource("places")
    void aServiceRunsAtTheWorkloadsOfItsNamespaceThatItSelects(String metadata, String spec, String expected) {
        Compilation compilation = new RouteTableCompiler(CompileSettings.of(Map.of()))
                .compile(TestConfig.parse(TestConfig.GATEWAY + service("STATIC") + workload(metadata, spec)));

        assertThat(endpoints(compilation, "/").stream()
                        .map(place -> place.address() + ":" + place.port() + "x" + place.weight()))
                .isEqualTo(expected.isEmpty() ? List.of() : List.of(expected));
    }

    @Test
    void aWorkloadComesMovesAndGoesAndNothingElseIsCompiled() {
        RouteTableCompiler compiler = new RouteTableCompiler(CompileSettings.of(Map.of()));
        Map<ResourceKey, Resource> resources = new HashMap<>(TestConfig.parse(TestConfig.GATEWAY + service("STATIC")));
        Compilation none = compiler.compile(resources);
        assertThat(endpoints(none, "/")).isEmpty();
        assertThat(none.problems())
                .extracting(problem -> problem.code() + " " + problem.path())
                .contains("IST0127 spec.workloadSelector", "IST0173 spec.subsets[0].labels");

        resources.putAll(TestConfig.parse(workload("name: a", "address: 10.0.0.1, labels: {app: shop, version: v1}")));
        Compilation one = compiler.compile(resources);
        assertThat(endpoints(one, "/")).extracting(EndpointSpec::address).containsExactly("10.0.0.1");
        assertThat(endpoints(one, "/v1")).hasSize(1);
        assertThat(one.problems()).isEmpty();

        resources.putAll(TestConfig.parse(workload("name: b", "address: 10.0.0.2, labels: {app: shop}")));
        Compilation two = compiler.compile(resources);
        assertThat(endpoints(two, "/")).hasSize(2);
        assertThat(two.table().port(80).match(get("x.io/v1")).action())
                .as("subset v1 is untouched")
                .extracting(action -> ((Forward) action).pick(0).upstream())
                .isSameAs(((Forward) one.table().port(80).match(get("x.io/v1")).action())
                        .pick(0)
                        .upstream());

        resources.keySet().removeIf(key -> key.kind().equals("WorkloadEntry"));
        assertThat(endpoints(compiler.compile(resources), "/")).isEmpty();
    }

    static Stream<Arguments> resolutions() {
        return Stream.of(
                Arguments.of("DNS", "vm.example.com", List.of("vm.example.com", "10.0.0.9"), ""),
                Arguments.of("DNS_ROUND_ROBIN", "vm.example.com", List.of("vm.example.com"), "2 workloads"),
                Arguments.of(
                        "STATIC",
                        "vm.example.com",
                        List.of("vm.example.com", "10.0.0.9"),
                        "vm.example.com (expected: an IP"));
    }

    @ParameterizedTest
    @MethodSource("resolutions")
    void whatWorkloadsMeanDependsOnTheResolution(
            String resolution, String address, List<String> expected, String warning) {
        Compilation compilation = new RouteTableCompiler(CompileSettings.of(Map.of()))
                .compile(TestConfig.parse(TestConfig.GATEWAY
                        + service(resolution)
                        + workload("name: a", "address: " + address + ", labels: {app: shop, version: v1}")
                        + workload("name: b", "address: 10.0.0.9, labels: {app: shop}")));

        assertThat(endpoints(compilation, "/"))
                .extracting(EndpointSpec::address)
                .containsExactlyElementsOf(expected);
        if (warning.isEmpty()) {
            assertThat(compilation.problems()).isEmpty();
        } else {
            assertThat(compilation.problems())
                    .anyMatch(problem -> problem.message().startsWith(warning));
        }
    }
}
