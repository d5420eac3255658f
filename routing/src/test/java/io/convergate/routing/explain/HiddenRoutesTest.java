package io.convergate.routing.explain;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.routing.TestConfig;
import io.convergate.routing.compile.CompileSettings;
import io.convergate.routing.compile.RouteTableCompiler;
import io.convergate.routing.match.RouteTable;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.problem.Problem;
import io.convergate.routing.resolve.Configuration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Routes that others leave nothing for. */
class HiddenRoutesTest {
    private static String service(String name, String hosts, String... matches) {
        StringBuilder rules = new StringBuilder();
        for (String match : matches) {
            rules.append("{match: [").append(match).append("], directResponse: {status: 200}},");
        }
        return "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: " + name
                + "}\nspec: {hosts: [" + hosts + "], gateways: [gw], http: [" + rules + "]}\n---\n";
    }

    private static final String CLASS = """
            apiVersion: gateway.networking.k8s.io/v1
            kind: GatewayClass
            metadata: {name: ours}
            spec: {controllerName: convergate.io/gateway}
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: Gateway
            metadata: {name: k}
            spec: {gatewayClassName: ours, listeners: [{name: http, port: 8080, protocol: HTTP}]}
            ---
            """;

    private static String httpRoute(String name, String hostnames, String path) {
        return """
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: %s}
                spec: {parentRefs: [{name: k}], hostnames: [%s], rules: [{matches: [{path: {value: %s}}]}]}
                ---
                """.formatted(name, hostnames, path);
    }

    private static String ingress(String name, String host, String path) {
        return """
                apiVersion: networking.k8s.io/v1
                kind: Ingress
                metadata: {name: %s}
                spec: {rules: [{host: %s, http: {paths: [{path: %s, pathType: Prefix, backend: {service: {name: s, port: {number: 80}}}}]}}]}
                ---
                """.formatted(name, host, path);
    }

    static Stream<Arguments> hidden() {
        return Stream.of(
                Arguments.of(service("a", "x.io", "{uri: {prefix: /a}}", "{uri: {prefix: /b}}"), List.of()),
                Arguments.of(
                        service("a", "x.io", "{uri: {prefix: /a}}") + service("b", "x.io", "{uri: {exact: /a/b}}"),
                        List.of("b spec.http[0].match[0]")),
                Arguments.of(
                        service("a", "x.io", "{uri: {prefix: /a}}") + service("b", "y.io", "{uri: {exact: /a/b}}"),
                        List.of()),
                Arguments.of(
                        service("a", "x.io", "{uri: {prefix: /a}, method: {exact: GET}}")
                                + service("b", "x.io", "{uri: {prefix: /a/b}, method: {exact: GET}}"),
                        List.of("b spec.http[0].match[0]")),
                Arguments.of(
                        service("a", "x.io", "{uri: {prefix: /a}, method: {exact: GET}}")
                                + service("b", "x.io", "{uri: {prefix: /a/b}}"),
                        List.of()),
                Arguments.of(
                        service("a", "x.io", "{uri: {prefix: /a}}")
                                + service("b", "x.io", "{uri: {prefix: /a/b}, headers: {h: {exact: v}}}"),
                        List.of("b spec.http[0].match[0]")),
                Arguments.of(
                        service("a", "x.io", "{uri: {prefix: /a}}")
                                + service("b", "x.io", "{uri: {regex: '/a/[0-9]+'}}"),
                        List.of("b spec.http[0].match[0]")),
                Arguments.of(
                        service("a", "x.io", "{uri: {prefix: /A}, ignoreUriCase: true}")
                                + service("b", "x.io", "{uri: {prefix: /a}}"),
                        List.of()),
                Arguments.of(service("a", "x.io", "") + service("b", "x.io", ""), List.of("b spec.http[0]")),
                Arguments.of(
                        service("a", "x.io", "") + service("b", "x.io", "{port: 81}", "{sourceLabels: {a: b}}"),
                        List.of()),
                Arguments.of(service("a", "x.io", "", "{uri: {prefix: /a}}"), List.of("a spec.http[1].match[0]")),
                Arguments.of(
                        CLASS + httpRoute("a", "x.io", "/a") + httpRoute("b", "x.io", "/a"),
                        List.of("b spec.rules[0].matches[0]")),
                Arguments.of(CLASS + httpRoute("a", "x.io", "/a") + httpRoute("b", "y.io", "/a"), List.of()),
                Arguments.of(
                        CLASS + httpRoute("a", "", "/a") + httpRoute("b", "", "/a"),
                        List.of("b spec.rules[0].matches[0]")),
                Arguments.of(
                        ingress("a", "x.io", "/a") + ingress("b", "x.io", "/a"),
                        List.of("b spec.rules[0].http.paths[0]")),
                Arguments.of(ingress("a", "x.io", "/a") + ingress("b", "x.io", "/a/b"), List.of()));
    }

    @ParameterizedTest
    @MethodSource("hidden")
    void aRouteIsHiddenIfAnEarlierOneTakesAllOfIt(String yaml, List<String> expected) {
        CompileSettings settings = CompileSettings.of(Map.of());
        Map<ResourceKey, Resource> resources = TestConfig.parse(TestConfig.GATEWAY + yaml);
        RouteTable table = new RouteTableCompiler(settings).compile(resources).table();
        List<Problem> problems = HiddenRoutes.find(
                table, Configuration.empty(settings.rootNamespace()).become(resources), settings);

        assertThat(problems)
                .extracting(problem -> problem.resource().orElseThrow().name() + " " + problem.path())
                .containsExactlyElementsOf(expected);
        assertThat(problems).allMatch(problem -> problem.code().equals("IST0130"));
    }

    @ParameterizedTest
    @MethodSource("hidden")
    void theSameIsFoundNearWhatSomebodyWantsToApply(String yaml, List<String> expected) {
        CompileSettings settings = CompileSettings.of(Map.of());
        Map<ResourceKey, Resource> resources = TestConfig.parse(TestConfig.GATEWAY + yaml);
        resources.keySet().forEach(key -> assertThat(HiddenRoutes.near(resources, List.of(key), settings))
                .extracting(problem -> problem.resource().orElseThrow().name() + " " + problem.path())
                .containsExactlyElementsOf(expected.stream()
                        .filter(text -> text.startsWith(key.name() + " "))
                        .toList()));
    }
}
