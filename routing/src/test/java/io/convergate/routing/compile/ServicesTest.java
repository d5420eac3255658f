package io.convergate.routing.compile;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.routing.TestConfig;
import io.convergate.routing.TestRequest;
import io.convergate.routing.action.Forward;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.problem.Problem;
import io.convergate.routing.upstream.EndpointSpec;
import io.convergate.routing.upstream.Resolution;
import io.convergate.routing.upstream.Upstream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Services of Kubernetes and their slices as upstreams. */
class ServicesTest {
    private static final String SERVICE = """
            apiVersion: v1
            kind: Service
            metadata: {name: web, labels: {app: web}}
            spec:
              type: ClusterIP
              clusterIP: 10.0.0.7
              selector: {app: web}
              ports:
              - {name: http, port: 80, targetPort: http-alt, protocol: TCP, appProtocol: http}
              - {name: admin, port: 9000, targetPort: 9001}
            ---
            """;
    private static final String SLICE = """
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: web-1, labels: {kubernetes.io/service-name: web, version: v1}}
            addressType: IPv4
            endpoints:
            - {addresses: [10.1.0.1], conditions: {ready: true, serving: true}, zone: a, nodeName: n1}
            - {addresses: [10.1.0.2], conditions: {ready: false}}
            - {addresses: [10.1.0.3]}
            ports:
            - {name: http, port: 8080, protocol: TCP}
            ---
            """;

    private static String route(String host, int port) {
        return TestConfig.GATEWAY + """
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: r}
                spec:
                  hosts: ["*"]
                  gateways: [gw]
                  http: [{route: [{destination: {host: %s, port: {number: %d}}}]}]
                ---
                """.formatted(host, port);
    }

    private static Upstream upstream(RouteTableCompiler compiler, Map<ResourceKey, ? extends Resource> resources) {
        Forward forward = (Forward) compiler.compile(resources)
                .table()
                .port(80)
                .match(TestRequest.get("x.io/"))
                .action();
        return forward.pick(0).upstream();
    }

    @Test
    void portsThatAreNoneOfTcpAreLeftOut() {
        String yaml = """
                apiVersion: v1
                kind: Service
                metadata: {name: web}
                spec: {ports: [{name: udp, port: 80, protocol: UDP}, {name: http, port: 80}]}
                ---
                apiVersion: discovery.k8s.io/v1
                kind: EndpointSlice
                metadata: {name: web-1, labels: {kubernetes.io/service-name: web}}
                addressType: IPv4
                endpoints: [{addresses: [10.1.0.1]}]
                ports: [{name: udp, port: 8053, protocol: UDP}, {name: http, port: 8080, protocol: TCP}]
                ---
                """;

        assertThat(addresses(upstream(compiler(), TestConfig.parse(yaml + route("web", 80)))))
                .containsExactly("10.1.0.1:8080");
        assertThat(TestConfig.problems(yaml))
                .filteredOn(problem -> problem.contains("protocol"))
                .containsExactly(
                        "4:48 warning NotServedYet Service/default/web spec.ports[0].protocol: protocol does not act yet: a port of UDP is left out",
                        "11:43 warning NotServedYet EndpointSlice/default/web-1 ports[0].protocol: protocol does not act yet: a port of UDP is left out");
    }

    @Test
    void namesInASliceAreResolvedAndWarnedOf() {
        String yaml = SERVICE + SLICE.replace("IPv4", "FQDN").replaceAll("10\\.1\\.0\\.(.)", "v$1.example.com");

        assertThat(upstream(compiler(), TestConfig.parse(yaml + route("web", 80)))
                        .info()
                        .resolution())
                .isEqualTo(Resolution.DNS);
        assertThat(TestConfig.problems(yaml))
                .anyMatch(problem -> problem.contains("warning Deprecated")
                        && problem.contains(
                                "addressType: FQDN (expected: IPv4 or IPv6; the names are resolved by DNS)"));
    }

    private static RouteTableCompiler compiler() {
        return new RouteTableCompiler(CompileSettings.of(Map.of()));
    }

    private static List<String> addresses(Upstream upstream) {
        return upstream.endpoints().stream()
                .map(endpoint -> endpoint.address() + ":" + endpoint.port())
                .toList();
    }

    static Stream<Arguments> names() {
        return Stream.of(
                Arguments.of("web", 80, List.of("10.1.0.1:8080", "10.1.0.3:8080")),
                Arguments.of("web.default.svc.cluster.local", 80, List.of("10.1.0.1:8080", "10.1.0.3:8080")),
                Arguments.of("web", 9000, List.of()));
    }

    @ParameterizedTest
    @MethodSource("names")
    void readyEndpointsOfTheNamedPortServe(String host, int port, List<String> endpoints) {
        Upstream upstream = upstream(compiler(), TestConfig.parse(route(host, port) + SERVICE + SLICE));

        assertThat(upstream.resolution()).isEqualTo(Resolution.STATIC);
        assertThat(addresses(upstream)).isEqualTo(endpoints);
    }

    @Test
    void endpointsComeAndGoWithTheirSlices() {
        RouteTableCompiler compiler = compiler();
        Map<ResourceKey, Resource> resources = new HashMap<>(TestConfig.parse(route("web", 80) + SERVICE));
        assertThat(upstream(compiler, resources).endpoints()).isEmpty();

        Map<ResourceKey, Resource> slices =
                TestConfig.parse(SLICE + SLICE.replace("web-1", "web-0").replace("10.1.0.", "10.2.0."));
        resources.putAll(slices);
        assertThat(addresses(upstream(compiler, resources)))
                .containsExactly("10.2.0.1:8080", "10.2.0.3:8080", "10.1.0.1:8080", "10.1.0.3:8080");

        resources.keySet().removeIf(key -> key.name().equals("web-0"));
        assertThat(addresses(upstream(compiler, resources))).containsExactly("10.1.0.1:8080", "10.1.0.3:8080");

        resources.keySet().removeIf(key -> key.kind().equals("Service"));
        assertThat(addresses(upstream(compiler, resources)))
                .as("the route names it")
                .containsExactly("10.1.0.1:8080", "10.1.0.3:8080");
    }

    @Test
    void anExternalNameIsResolvedByDns() {
        Upstream upstream = upstream(compiler(), TestConfig.parse(route("ext", 80) + """
                apiVersion: v1
                kind: Service
                metadata: {name: ext}
                spec: {type: ExternalName, externalName: api.example.com, ports: [{port: 80, targetPort: 8443}]}
                """));

        assertThat(upstream.resolution()).isEqualTo(Resolution.DNS);
        assertThat(upstream.endpoints())
                .extracting(EndpointSpec::address, EndpointSpec::port)
                .containsExactly(org.assertj.core.groups.Tuple.tuple("api.example.com", 8443));
    }

    @Test
    void aFullNameMeansWhatANamespaceRegistersUnderTheShortOne() {
        Upstream upstream = upstream(compiler(), TestConfig.parse(route("web.default.svc.cluster.local", 80) + """
                apiVersion: networking.istio.io/v1
                kind: ServiceEntry
                metadata: {name: web}
                spec:
                  hosts: [web]
                  ports: [{number: 80, name: http, protocol: HTTP}]
                  resolution: STATIC
                  endpoints: [{address: 10.3.0.1}]
                """));

        assertThat(addresses(upstream)).containsExactly("10.3.0.1:80");
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                Arguments.of("Service", "spec: {}", "spec.ports"),
                Arguments.of("Service", "spec: {type: ExternalName, ports: [{port: 80}]}", "spec.externalName"),
                Arguments.of("Service", "spec: {type: Odd, ports: [{port: 80}]}", "spec.type"),
                Arguments.of("Service", "spec: {ports: [{port: 80}, {port: 81, name: b}]}", "spec.ports[0].name"),
                Arguments.of("Service", "spec: {ports: [{port: 0}]}", "spec.ports[0].port"),
                Arguments.of("Service", "spec: {ports: [{port: 80, targetPort: 70000}]}", "spec.ports[0].targetPort"),
                Arguments.of("Service", "spec: {ports: [{port: 80}], sessionAffinity: X}", "spec.sessionAffinity"),
                Arguments.of("EndpointSlice", "addressType: IPvX", "addressType"),
                Arguments.of(
                        "EndpointSlice",
                        "addressType: IPv4\nendpoints: [{addresses: [x.io]}]",
                        "endpoints[0].addresses[0]"),
                Arguments.of("EndpointSlice", "addressType: IPv4\nports: [{port: 70000}]", "ports[0].port"));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void whatKubernetesRefusesIsRefusedWithItsPath(String kind, String body, String path) {
        String version = kind.equals("Service") ? "v1" : "discovery.k8s.io/v1";
        List<Problem> problems = TestConfig.read(
                        "apiVersion: " + version + "\nkind: " + kind + "\nmetadata: {name: x}\n" + body)
                .problems();

        assertThat(problems)
                .filteredOn(Problem::isError)
                .extracting(Problem::path)
                .contains(path);
    }

    static Stream<Arguments> warnings() {
        return Stream.of(
                Arguments.of("sessionAffinity: ClientIP", "spec.sessionAffinity"),
                Arguments.of("internalTrafficPolicy: Local", "spec.internalTrafficPolicy"),
                Arguments.of("externalTrafficPolicy: Local", "spec.externalTrafficPolicy"),
                Arguments.of("trafficDistribution: PreferClose", "spec.trafficDistribution"));
    }

    @ParameterizedTest
    @MethodSource("warnings")
    void whatASliceCannotGiveIsAWarningThatNamesTheField(String field, String path) {
        assertThat(TestConfig.read("apiVersion: v1\nkind: Service\nmetadata: {name: x}\nspec: {ports: [{port: 80}], "
                                + field + "}")
                        .problems())
                .extracting(Problem::path)
                .containsExactly(path);
    }

    @Test
    void aNamespaceBelongsToNone() {
        assertThat(TestConfig.problems("apiVersion: v1\nkind: Namespace\nmetadata: {name: x, namespace: y}"))
                .singleElement()
                .asString()
                .contains("metadata.namespace", "none, the kind belongs to the cluster as a whole");
        assertThat(TestConfig.parse("apiVersion: v1\nkind: Namespace\nmetadata: {name: x, labels: {team: a}}"))
                .containsKey(new ResourceKey("", "Namespace", "", "x"));
    }
}
