package io.convergate.routing.compile;

import static io.convergate.routing.TestRequest.get;
import static io.convergate.routing.compile.GatewayApiCase.attached;
import static io.convergate.routing.compile.GatewayApiCase.gatewayYaml;
import static io.convergate.routing.compile.GatewayApiCase.listenerYaml;
import static io.convergate.routing.compile.GatewayApiCase.reaches;
import static io.convergate.routing.compile.GatewayApiCase.routeOf;
import static io.convergate.routing.compile.GatewayApiCase.routeOfKind;
import static io.convergate.routing.compile.GatewayApiCase.routeYaml;
import static io.convergate.routing.compile.GatewayApiCase.test;
import static io.convergate.routing.compile.GatewayApiCase.to;
import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.routing.TestConfig;
import io.convergate.routing.match.RouteTable;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.resolve.GatewayApi;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** GRPCRoutes beyond the conformance tests: which rule takes a call, and who gives way to an HTTPRoute. */
class GrpcRoutesTest {
    private static final String GW = gatewayYaml("gw", listenerYaml("http", 80, ""));

    private static String grpc(String name, String hostnames, String... rules) {
        return routeOfKind("GRPCRoute", "infra", name, "{name: gw}", "hostnames: [" + hostnames + "],", rules);
    }

    private static String http(String name, String hostnames, String... rules) {
        return routeYaml("infra", name, "{name: gw}", hostnames, rules);
    }

    /** Two rules, to v1 and v2 in this order, a call, and where it goes. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "service: a.B                                | service: a.B, method: C                        | /a.B/C   | v2",
                "service: a.B                                | service: a.B, method: C                        | /a.B/D   | v1",
                "method: C                                   | service: a.B                                   | /a.B/C   | v2",
                "method: C                                   | service: a.B                                   | /x.Y/C   | v1",
                "method: C                                   | service: a.B                                   | /x.Y/D   | 404",
                "method: C                                   | service: a.B                                   | /x/y/C   | 404",
                "service: a.B                                | method: C                                      | /a.BC/D  | 404",
                "service: aXB                                | service: a.B                                   | /aXB/C   | v1",
                "type: RegularExpression, service: 'a[.].*'  | type: RegularExpression, method: Get.*         | /a.B/Get | v1",
                "type: RegularExpression, service: 'a[.].*'  | type: RegularExpression, method: Get.*         | /b/GetIt | v2",
                "type: RegularExpression, service: 'a[.].*'  | type: RegularExpression, method: Get.*         | /b/Put   | 404",
                "type: RegularExpression, service: 'a.?'       | type: RegularExpression, service: a, method: x  | /a/x     | v1",
                "type: RegularExpression, service: a         | type: RegularExpression, service: a, method: x | /a/x     | v2",
            })
    void theLongestServiceIsAskedFirstThenTheLongestMethod(String first, String second, String call, String outcome) {
        test(
                        "",
                        GW
                                + grpc(
                                        "r",
                                        "",
                                        to("v1", "{method: {" + first + "}}"),
                                        to("v2", "{method: {" + second + "}}")),
                        reaches(get("a.io" + call), outcome))
                .run(GatewayApi.SPOKEN);
    }

    @Test
    void moreHeadersAreAskedBeforeFewerAndOlderRoutesBeforeNewer() {
        String method = "method: {service: a.B}";
        test(
                        "",
                        GW
                                + grpc("z", "", to("v1", "{" + method + "}"))
                                + grpc("a", "", to("v2", "{" + method + "}"))
                                + grpc("b", "", to("v3", "{" + method + ", headers: [{name: x, value: one}]}")),
                        reaches(get("a.io/a.B/C"), "v1"),
                        reaches(get("a.io/a.B/C").with("x", "one"), "v3"))
                .run(GatewayApi.SPOKEN);
    }

    @Test
    void aBackendThatIsNoneIsUnavailable() {
        test("", GW + grpc("r", "", to("nobody")), reaches(get("a.io/a.B/C"), "503"))
                .run(GatewayApi.SPOKEN);
        test("", GW + grpc("r", "", "{}"), reaches(get("a.io/a.B/C"), "503")).run(GatewayApi.SPOKEN);
    }

    @Test
    void ofAnHttpRouteAndAGrpcRouteForOneHostTheOlderHasTheListener() {
        test(
                        "",
                        GW + http("old", "a.io", to("v1")) + grpc("new", "\"*.io\"", to("v2")),
                        routeOf("HTTPRoute", "infra", "old", "Accepted", "True Accepted"),
                        routeOf("GRPCRoute", "infra", "new", "Accepted", "False Conflicted"),
                        attached("gw", "http", 1),
                        reaches(get("a.io/a.B/C"), "v1"),
                        reaches(get("b.io/a.B/C"), "404"))
                .run(GatewayApi.SPOKEN);
        test(
                        "",
                        GW + grpc("old", "a.io", to("v2")) + http("new", "", to("v1")),
                        routeOf("GRPCRoute", "infra", "old", "Accepted", "True Accepted"),
                        routeOf("HTTPRoute", "infra", "new", "Accepted", "False Conflicted"),
                        reaches(get("a.io/a.B/C"), "v2"),
                        reaches(get("b.io/"), "404"))
                .run(GatewayApi.SPOKEN);
        test(
                        "",
                        GW + http("one", "a.io", to("v1")) + grpc("other", "b.io", to("v2")),
                        routeOf("GRPCRoute", "infra", "other", "Accepted", "True Accepted"),
                        reaches(get("a.io/x"), "v1"),
                        reaches(get("b.io/x"), "v2"))
                .run(GatewayApi.SPOKEN);
    }

    @Test
    void whoGaveWayComesBackWhenTheOlderRouteGoes() {
        RouteTableCompiler compiler = new RouteTableCompiler(CompileSettings.of(Map.of()));
        Map<ResourceKey, Resource> resources = new HashMap<>(TestConfig.parse(
                GatewayApiCase.COMMON + GW + http("old", "a.io", to("v1")) + grpc("new", "a.io", to("v2"))));
        RouteTable first = compiler.compile(resources).table();
        resources.keySet().removeIf(key -> key.name().equals("old"));
        RouteTable second = compiler.compile(resources).table();

        assertThat(Outcomes.of(first, get("a.io/a.B/C"))).isEqualTo("v1");
        assertThat(Outcomes.of(second, get("a.io/a.B/C"))).isEqualTo("v2");
    }
}
