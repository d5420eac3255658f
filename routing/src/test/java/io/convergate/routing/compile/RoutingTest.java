package io.convergate.routing.compile;

import static io.convergate.routing.TestRequest.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.routing.TestConfig;
import io.convergate.routing.TestRequest;
import io.convergate.routing.action.DirectResponse;
import io.convergate.routing.action.Forward;
import io.convergate.routing.action.HeaderOperations;
import io.convergate.routing.action.Redirect;
import io.convergate.routing.action.WeightedDestination;
import io.convergate.routing.match.CompiledRoute;
import io.convergate.routing.match.ListenerId;
import io.convergate.routing.match.ListenerSpec;
import io.convergate.routing.match.PortTable;
import io.convergate.routing.match.RouteTable;
import io.convergate.routing.upstream.EndpointSpec;
import io.convergate.routing.upstream.LoadBalancing;
import io.convergate.routing.upstream.Resolution;
import io.convergate.routing.upstream.Upstream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RoutingTest {
    private static final String HEAD = "apiVersion: networking.istio.io/v1\nkind: ";

    private static RouteTable table(String yaml) {
        return new RouteTableCompiler(CompileSettings.of(Map.of("istio", "ingressgateway")))
                .compile(TestConfig.parse(yaml))
                .table();
    }

    /** Where a request goes: the answer's body, the upstream and path, the Location, or a status. */
    private static String outcome(RouteTable table, TestRequest request) {
        PortTable port = table.port(request.port());
        CompiledRoute route = port == null ? null : port.match(request);
        if (route == null) {
            return "404";
        }
        if (route.action() instanceof DirectResponse direct) {
            return new String(direct.body());
        }
        if (route.action() instanceof Redirect redirect) {
            return redirect.status() + " " + redirect.location(request);
        }
        Forward forward = (Forward) route.action();
        Upstream upstream = forward.pick(0).upstream();
        String path =
                forward.rewrite() == null ? request.path() : forward.rewrite().rewrite(request.path());
        return upstream == null ? "503" : upstream.name() + " " + path;
    }

    private static String virtualService(String name, String spec) {
        return HEAD + "VirtualService\nmetadata: {name: " + name + "}\nspec:\n" + spec.indent(2) + "---\n";
    }

    /** A virtual service whose rules answer with their match's number, from 0. */
    private static String rules(String hosts, String... matches) {
        StringBuilder spec = new StringBuilder("hosts: [" + hosts + "]\ngateways: [gw]\nhttp:\n");
        for (int i = 0; i < matches.length; i++) {
            spec.append("- directResponse: {status: 200, body: {string: \"" + i + "\"}}\n");
            if (!matches[i].isEmpty()) {
                spec.append("  match: [" + matches[i] + "]\n");
            }
        }
        return virtualService("rules", spec.toString());
    }

    static Stream<Arguments> matches() {
        return Stream.of(
                Arguments.of("uri: {exact: /a}", get("x.io/a"), true),
                Arguments.of("uri: {exact: /a}", get("x.io/a/"), false),
                Arguments.of("uri: {prefix: /foo}", get("x.io/foobar"), true),
                Arguments.of("uri: {prefix: /foo}", get("x.io/fo"), false),
                Arguments.of("uri: {prefix: /foo}, ignoreUriCase: true", get("x.io/FooBar"), true),
                Arguments.of("uri: {exact: /Foo}, ignoreUriCase: true", get("x.io/fOO"), true),
                Arguments.of("uri: {regex: \"/v[0-9]+/.*\"}", get("x.io/v12/a"), true),
                Arguments.of("uri: {regex: \"/v[0-9]+\"}", get("x.io/v12/a"), false),
                Arguments.of("uri: {regex: \"/a|/b\"}", get("x.io/b"), true),
                Arguments.of("uri: {regex: \"/a.*\"}", get("x.io/abc"), true),
                Arguments.of("uri: {regex: \"(?i)/abc\"}", get("x.io/ABC"), true),
                Arguments.of("method: {exact: GET}", get("x.io/"), true),
                Arguments.of("method: {exact: get}", get("x.io/"), false),
                Arguments.of("scheme: {exact: https}", get("x.io/"), false),
                Arguments.of("authority: {exact: \"x.io:80\"}", get("x.io:80/"), true),
                Arguments.of("authority: {exact: x.io}", get("x.io:80/"), false),
                Arguments.of("headers: {a: {exact: b}}", get("x.io/").with("A", "b"), true),
                Arguments.of("headers: {a: {exact: b}}", get("x.io/"), false),
                Arguments.of("headers: {a: {}}", get("x.io/").with("a", ""), true),
                Arguments.of("headers: {a: {regex: \"*\"}}", get("x.io/"), false),
                Arguments.of(
                        "headers: {a: {prefix: b}, c: {regex: \"d+\"}}",
                        get("x.io/").with("a", "bc").with("c", "dd"),
                        true),
                Arguments.of(
                        "headers: {a: {prefix: b}, c: {regex: \"d+\"}}",
                        get("x.io/").with("a", "bc").with("c", "de"),
                        false),
                Arguments.of("withoutHeaders: {a: {exact: b}}", get("x.io/"), true),
                Arguments.of("withoutHeaders: {a: {exact: b}}", get("x.io/").with("a", "b"), false),
                Arguments.of("withoutHeaders: {a: {}}", get("x.io/"), true),
                Arguments.of("withoutHeaders: {a: {}}", get("x.io/").with("a", "z"), false),
                Arguments.of("queryParams: {k: {exact: v}}", get("x.io/?a=1&k=v"), true),
                Arguments.of("queryParams: {k: {exact: v}}", get("x.io/?kk=v"), false),
                Arguments.of("queryParams: {k: {exact: \"\"}}", get("x.io/?k"), true),
                Arguments.of("queryParams: {k: {exact: \"\"}}", get("x.io/?k="), true),
                Arguments.of("queryParams: {k: {prefix: v}}", get("x.io/?k=value&k=x"), true),
                Arguments.of("queryParams: {k: {}}", get("x.io/?k=1"), true),
                Arguments.of("queryParams: {k: {}}", get("x.io/"), false),
                Arguments.of("port: 80", get("x.io/"), true),
                Arguments.of("port: 81", get("x.io/"), false),
                Arguments.of("sourceLabels: {istio: ingressgateway}", get("x.io/"), true),
                Arguments.of("sourceLabels: {istio: other}", get("x.io/"), false),
                Arguments.of("sourceNamespace: default", get("x.io/"), true),
                Arguments.of("sourceNamespace: other", get("x.io/"), false),
                Arguments.of("statPrefix: shop", get("x.io/"), true),
                Arguments.of("gateways: [other]", get("x.io/"), false),
                Arguments.of("headers: {\"@request.auth.claims.sub\": {exact: me}}", get("x.io/"), false));
    }

    @ParameterizedTest
    @MethodSource("matches")
    void aMatchTakesTheRequestsIstioSaysItTakes(String match, TestRequest request, boolean expected) {
        RouteTable table = table(TestConfig.GATEWAY + rules("x.io", "{" + match + "}", ""));

        assertThat(outcome(table, request)).isEqualTo(expected ? "0" : "1");
    }

    static Stream<Arguments> hosts() {
        return Stream.of(
                Arguments.of("a.example.com", "exact"),
                Arguments.of("A.Example.COM:8080", "exact"),
                Arguments.of("a.example.com.", "exact"),
                Arguments.of("b.example.com", "long"),
                Arguments.of("c.b.example.com", "long"),
                Arguments.of("example.com", "short"),
                Arguments.of("example.org", "any"),
                Arguments.of("", "any"),
                Arguments.of("[::1]:80", "any"),
                Arguments.of("xexample.com", "short"));
    }

    @ParameterizedTest
    @MethodSource("hosts")
    void theVirtualHostIsTheExactNameElseTheLongestSuffixElseAny(String authority, String expected) {
        StringBuilder yaml = new StringBuilder(TestConfig.GATEWAY);
        Map.of("exact", "a.example.com", "long", "*.example.com", "short", "*.com", "any", "*")
                .forEach((name, host) -> yaml.append(virtualService(
                        name,
                        "hosts: [\"" + host
                                + "\"]\ngateways: [gw]\nhttp:\n- directResponse: {status: 200, body: {string: " + name
                                + "}}\n")));

        assertThat(outcome(table(yaml.toString()), get(authority + "/"))).isEqualTo(expected);
    }

    @Test
    void aHostWithoutAMatchingRouteDoesNotFallThroughToAWiderOne() {
        RouteTable table = table(TestConfig.GATEWAY
                + rules("a.example.com", "{uri: {exact: /only}}")
                + virtualService("wide", "hosts: [\"*\"]\ngateways: [gw]\nhttp:\n- directResponse: {status: 200}\n"));

        assertThat(outcome(table, get("a.example.com/other"))).isEqualTo("404");
    }

    @Test
    void routesOfSeveralVirtualServicesFollowTheirAgeAndCatchAllsComeLast() {
        String service = "hosts: [x.io]\ngateways: [gw]\nhttp:\n- match: [{uri: {prefix: %s}}]\n"
                + "  directResponse: {status: 200, body: {string: %s}}\n";
        RouteTable table = table(TestConfig.GATEWAY
                + virtualService("z-oldest", service.formatted("/", "all"))
                + virtualService("b-middle", service.formatted("/a", "middle"))
                + virtualService("a-youngest", service.formatted("/a/b", "youngest")));

        assertThat(outcome(table, get("x.io/a/b"))).isEqualTo("middle");
        assertThat(outcome(table, get("x.io/c"))).isEqualTo("all");
    }

    @Test
    void aGatewayMayAskForTheMostSpecificRouteFirst() {
        String service = "hosts: [x.io]\ngateways: [gw]\nhttp:\n- match: [%s]\n"
                + "  directResponse: {status: 200, body: {string: %s}}\n";
        String routes = virtualService("a-oldest", service.formatted("{uri: {prefix: /}}", "all"))
                + virtualService("b", service.formatted("{uri: {prefix: /a}}", "prefix"))
                + virtualService("c", service.formatted("{uri: {prefix: /a/b}}", "longer"))
                + virtualService("d", service.formatted("{uri: {exact: /a/b}}", "exact"))
                + virtualService("e", service.formatted("{headers: {h: {exact: v}}}", "header"))
                + virtualService("f", service.formatted("{uri: {prefix: /a}, method: {exact: PUT}}", "method"));
        String asked = TestConfig.GATEWAY.replace(
                "{name: gw}", "{name: gw, annotations: {convergate.io/route-order: most-specific-first}}");
        RouteTable asWritten = table(TestConfig.GATEWAY + routes);
        RouteTable specific = table(asked + routes);

        assertThat(outcome(asWritten, get("x.io/a/b"))).isEqualTo("prefix");
        assertThat(outcome(specific, get("x.io/a/b"))).isEqualTo("exact");
        assertThat(outcome(specific, get("x.io/a/b/c"))).isEqualTo("longer");
        assertThat(outcome(specific, get("x.io/ab"))).isEqualTo("prefix");
        assertThat(outcome(specific, get("x.io/ab").method("PUT"))).isEqualTo("method");
        assertThat(outcome(specific, get("x.io/z").with("h", "v"))).isEqualTo("header");
        assertThat(outcome(specific, get("x.io/z"))).isEqualTo("all");
    }

    @Test
    void theOrderFollowsTheAnnotation() {
        RouteTableCompiler compiler = new RouteTableCompiler(CompileSettings.of(Map.of()));
        String rules = rules("x.io", "{uri: {prefix: /a}}", "{uri: {exact: /a}}");
        String asked = TestConfig.GATEWAY.replace(
                "{name: gw}", "{name: gw, annotations: {convergate.io/route-order: most-specific-first}}");

        assertThat(outcome(
                        compiler.compile(TestConfig.parse(TestConfig.GATEWAY + rules))
                                .table(),
                        get("x.io/a")))
                .isEqualTo("0");
        assertThat(outcome(compiler.compile(TestConfig.parse(asked + rules)).table(), get("x.io/a")))
                .isEqualTo("1");
        assertThat(outcome(
                        compiler.compile(TestConfig.parse(TestConfig.GATEWAY + rules))
                                .table(),
                        get("x.io/a")))
                .isEqualTo("0");
    }

    private static final String SERVICE = """
            apiVersion: networking.istio.io/v1
            kind: ServiceEntry
            metadata: {name: reviews}
            spec:
              hosts: [reviews.default.svc.cluster.local]
              ports: [{number: 9080, name: http, protocol: HTTP, targetPort: 19080}]
              resolution: STATIC
              endpoints:
              - {address: 10.0.0.1, labels: {version: v1}, weight: 3, locality: eu/a}
              - {address: 10.0.0.2, labels: {version: v2}, ports: {http: 7}}
            ---
            apiVersion: networking.istio.io/v1
            kind: DestinationRule
            metadata: {name: reviews}
            spec:
              host: reviews
              trafficPolicy:
                loadBalancer: {simple: RANDOM}
                connectionPool: {tcp: {connectTimeout: 2s, maxConnections: 7}}
                portLevelSettings:
                - port: {number: 9081}
                  loadBalancer: {simple: ROUND_ROBIN}
              subsets:
              - {name: v1, labels: {version: v1}}
              - name: v2
                labels: {version: v2}
                trafficPolicy: {loadBalancer: {simple: ROUND_ROBIN}}
            ---
            """;

    private static String forwarding(String destination) {
        return virtualService("fwd", "hosts: [x.io]\ngateways: [gw]\nhttp:\n- route: [" + destination + "]\n");
    }

    @Test
    void aShortNameASubsetAndAPolicyMakeAnUpstream() {
        RouteTable table =
                table(TestConfig.GATEWAY + SERVICE + forwarding("{destination: {host: reviews, subset: v2}}"));

        assertThat(outcome(table, get("x.io/p"))).isEqualTo("outbound|9080|v2|reviews.default.svc.cluster.local /p");
        Upstream upstream = table.upstreams().iterator().next();
        assertThat(upstream.resolution()).isEqualTo(Resolution.STATIC);
        assertThat(upstream.loadBalancing()).isEqualTo(LoadBalancing.ROUND_ROBIN);
        assertThat(upstream.pool().connectTimeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(upstream.pool().connectionsMax()).isEqualTo(7);
        assertThat(upstream.endpoints())
                .containsExactly(new EndpointSpec("10.0.0.2", 7, 1, Map.of("version", "v2"), ""));
    }

    static Stream<Arguments> destinations() {
        return Stream.of(
                Arguments.of("{host: reviews}", "outbound|9080||reviews.default.svc.cluster.local /"),
                Arguments.of("{host: reviews, subset: v9}", "503"),
                Arguments.of("{host: nobody}", "503"),
                Arguments.of("{host: reviews, port: {number: 1}}", "503"),
                Arguments.of(
                        "{host: REVIEWS.default.svc.cluster.local, port: {number: 9080}}",
                        "outbound|9080||reviews.default.svc.cluster.local /"));
    }

    @ParameterizedTest
    @MethodSource("destinations")
    void aDestinationLeadsToTheServiceItNamesOrTo503(String destination, String expected) {
        RouteTable table = table(TestConfig.GATEWAY + SERVICE + forwarding("{destination: " + destination + "}"));

        assertThat(outcome(table, get("x.io/"))).isEqualTo(expected);
    }

    @Test
    void aNameIsASecretOfItsNamespaceIfItIsNotExported() {
        String hidden = SERVICE.replace("metadata: {name: reviews}", "metadata: {name: reviews, namespace: other}")
                .replaceFirst("resolution:", "exportTo: [\".\"]\n  resolution:");
        RouteTable table = table(
                TestConfig.GATEWAY + hidden + forwarding("{destination: {host: reviews.default.svc.cluster.local}}"));

        assertThat(outcome(table, get("x.io/"))).isEqualTo("503");
    }

    @Test
    void aServiceResolvedByDnsWithoutEndpointsIsItsOwnEndpoint() {
        RouteTable table =
                table(TestConfig.GATEWAY + HEAD + """
                ServiceEntry
                metadata: {name: ext}
                spec:
                  hosts: [api.example.org]
                  resolution: DNS
                  ports: [{number: 80, name: http, protocol: HTTP}]
                ---
                """ + forwarding("{destination: {host: api.example.org}}"));

        assertThat(table.upstreams().iterator().next().endpoints())
                .containsExactly(new EndpointSpec("api.example.org", 80, 1, Map.of(), ""));
    }

    @Test
    void weightsShareRequestsAndZeroGetsNone() {
        RouteTable table = table(TestConfig.GATEWAY
                + SERVICE
                + forwarding("{destination: {host: reviews, subset: v1}, weight: 75}, "
                        + "{destination: {host: reviews, subset: v2}, weight: 25}, "
                        + "{destination: {host: reviews}, weight: 0}"));
        Forward forward = (Forward) table.port(80).match(get("x.io/")).action();

        int first = 0;
        for (int random = 0; random < 1000; random++) {
            first += forward.pick(random).upstream().name().contains("|v1|") ? 1 : 0;
        }
        assertThat(first).isEqualTo(750);
        assertThat(forward.destinations()).hasSize(2);
    }

    static Stream<Arguments> rewrites() {
        return Stream.of(
                Arguments.of("uri: {prefix: /ratings}", "uri: /v1", "/ratings/5", "/v1/5"),
                Arguments.of("uri: {prefix: /foo}", "uri: /", "/foo/bar", "//bar"),
                Arguments.of("uri: {exact: /a}", "uri: /b", "/a", "/b"),
                Arguments.of("uri: {regex: \"/a.*\"}", "uri: /b", "/axyz", "/b"),
                Arguments.of("method: {exact: GET}", "uri: /v1/", "/ratings", "/v1/ratings"),
                Arguments.of("uri: {prefix: /FOO}, ignoreUriCase: true", "uri: /b", "/foo/x", "/b/x"),
                Arguments.of(
                        "uri: {prefix: /}",
                        "uriRegexRewrite: {match: \"/service/([^/]+)(/.*)\", rewrite: '\\2/instance/\\1'}",
                        "/service/foo/v1/api",
                        "/v1/api/instance/foo"),
                Arguments.of(
                        "uri: {prefix: /}", "uriRegexRewrite: {match: one, rewrite: two}", "/one/one", "/two/two"));
    }

    @ParameterizedTest
    @MethodSource("rewrites")
    void aPathIsRewrittenAsIstioDoes(String match, String rewrite, String path, String expected) {
        RouteTable table = table(TestConfig.GATEWAY
                + SERVICE
                + virtualService(
                        "rw",
                        "hosts: [x.io]\ngateways: [gw]\nhttp:\n- match: [{" + match + "}]\n  rewrite: {" + rewrite
                                + "}\n  route: [{destination: {host: reviews}}]\n"));

        assertThat(outcome(table, get("x.io" + path))).endsWith("cluster.local " + expected);
    }

    static Stream<Arguments> redirects() {
        return Stream.of(
                Arguments.of("uri: /n", "x.io/a?q=1", "301 http://x.io/n?q=1"),
                Arguments.of("uri: \"/n?z\"", "x.io/a?q=1", "301 http://x.io/n?z"),
                Arguments.of("authority: y.io, redirectCode: 308", "x.io:81/a", "308 http://y.io/a"),
                Arguments.of("scheme: https", "x.io:80/a", "301 https://x.io/a"),
                Arguments.of("scheme: https", "x.io:81/a", "301 https://x.io:81/a"),
                Arguments.of("port: 8443, scheme: https", "x.io/a", "301 https://x.io:8443/a"),
                Arguments.of("port: 443, scheme: https", "x.io:1/a", "301 https://x.io/a"),
                Arguments.of("derivePort: FROM_REQUEST_PORT, scheme: https", "x.io:9/a", "301 https://x.io:80/a"),
                Arguments.of("derivePort: FROM_PROTOCOL_DEFAULT", "x.io:9/a", "301 http://x.io/a"),
                Arguments.of("prefixRewrite: /new", "x.io/a/b", "301 http://x.io/new/b"),
                Arguments.of("prefixRewrite: ''", "x.io/a/b", "301 http://x.io/b"),
                Arguments.of("prefixRewrite: ''", "x.io/a.evil.io/b", "301 http://x.io/.evil.io/b"),
                Arguments.of("prefixRewrite: ''", "x.io/a?q=1", "301 http://x.io?q=1"),
                Arguments.of("uri: /n", "[::1]:80/a", "301 http://[::1]:80/n"));
    }

    @ParameterizedTest
    @MethodSource("redirects")
    void aRedirectLeadsWhereIstioLeads(String redirect, String target, String expected) {
        RouteTable table = table(TestConfig.GATEWAY
                + virtualService(
                        "rd",
                        "hosts: [\"*\"]\ngateways: [gw]\nhttp:\n- match: [{uri: {prefix: /a}}]\n  redirect: {"
                                + redirect + "}\n"));

        assertThat(outcome(table, get(target))).isEqualTo(expected);
    }

    @Test
    void aServerWithHttpsRedirectSendsPlainRequestsAwayAndRoutesTheOthers() {
        RouteTable table =
                table(TestConfig.GATEWAY.replace("hosts: [\"*\"]", "hosts: [\"*\"]\n    tls: {httpsRedirect: true}")
                        + rules("x.io", ""));

        assertThat(outcome(table, get("x.io/a?b"))).isEqualTo("301 https://x.io/a?b");
        assertThat(outcome(table, get("unknown.io/"))).isEqualTo("301 https://unknown.io/");
        assertThat(outcome(table, get("x.io/a").scheme("https"))).isEqualTo("0");
    }

    @Test
    void ofTwoHeaderOperationsOnOneHeaderTheDestinationsWins() {
        RouteTable table = table(TestConfig.GATEWAY + SERVICE + virtualService("hdr", """
                        hosts: [x.io]
                        gateways: [gw]
                        http:
                        - headers:
                            request: {set: {A: route, host: up.io}, add: {b: route}, remove: [c]}
                          route:
                          - destination: {host: reviews}
                            headers: {request: {set: {a: "%REQ(X-User)%!"}, add: {b: "50%%"}, remove: [d]}}
                        """));
        Forward forward = (Forward) table.port(80).match(get("x.io/")).action();
        WeightedDestination destination = forward.pick(0);
        HeaderOperations request = destination.request();

        assertThat(destination.authority()).isEqualTo("up.io");
        assertThat(request.remove()).containsExactly("c", "d");
        assertThat(request.set()).extracting(HeaderOperations.HeaderValue::name).containsExactly("a");
        assertThat(request.set().get(0).value().render(variable -> variable.argument()))
                .isEqualTo("x-user!");
        assertThat(request.add().stream().map(header -> header.value().render(variable -> null)))
                .containsExactly("route", "50%");
    }

    static Stream<Arguments> bindings() {
        return Stream.of(
                Arguments.of("*.foo.com", "a.foo.com", List.of("a.foo.com")),
                Arguments.of("a.foo.com", "*.foo.com", List.of("a.foo.com")),
                Arguments.of("*.foo.com", "*.bar.com", List.of()),
                Arguments.of("default/x.io", "x.io", List.of("x.io")),
                Arguments.of("./x.io", "x.io", List.of("x.io")),
                Arguments.of("other/x.io", "x.io", List.of()),
                Arguments.of("*/x.io", "*", List.of("x.io")));
    }

    @ParameterizedTest
    @MethodSource("bindings")
    void whatAGatewayAndAVirtualServiceShareIsServed(String server, String host, List<String> served) {
        RouteTable table = table(TestConfig.GATEWAY.replace("hosts: [\"*\"]", "hosts: [\"" + server + "\"]")
                + rules("\"" + host + "\"", ""));

        assertThat(table.port(80).hosts().keySet()).containsExactlyInAnyOrderElementsOf(served);
    }

    @Test
    void aGatewayForOtherNodesOpensNothing() {
        RouteTable table = table(
                TestConfig.GATEWAY.replace("spec:", "spec:\n  selector: {istio: egressgateway}") + rules("x.io", ""));

        assertThat(table.listeners()).isEmpty();
        assertThat(table.port(80)).isNull();
    }

    /** Istio: gatewayRDSRouteName; servers that name different addresses have virtual hosts of their own. */
    @Test
    void eachAddressOfAPortIsAListenerWithItsOwnHosts() {
        String server =
                "  - bind: 10.0.0.2\n    port: {number: 80, name: second, protocol: HTTP}\n    hosts: [x.io]\n---\n";
        RouteTable table = table(TestConfig.GATEWAY.replace("---\n", server).replace("hosts: [\"*\"]", "hosts: [y.io]")
                + rules("x.io, y.io", ""));

        assertThat(table.listeners())
                .extracting(ListenerSpec::id)
                .containsExactly(ListenerId.of(80), new ListenerId(80, "10.0.0.2"));
        assertThat(table.port(80).hosts()).containsOnlyKeys("y.io");
        assertThat(table.listener(new ListenerId(80, "10.0.0.2")).hosts()).containsOnlyKeys("x.io");
    }

    @Test
    void aServerThatNamesTheNodesOwnAddressSharesTheListenerOfThoseThatNameNone() {
        CompileSettings node =
                new CompileSettings(Map.of(), "10.0.0.2", info -> info, info -> info, CompileSettings.ISTIO_SYSTEM);
        String server =
                "  - bind: 10.0.0.2\n    port: {number: 80, name: second, protocol: HTTP}\n    hosts: [x.io]\n---\n";
        RouteTable table = new RouteTableCompiler(node)
                .compile(TestConfig.parse(
                        TestConfig.GATEWAY.replace("---\n", server).replace("hosts: [\"*\"]", "hosts: [y.io]")
                                + rules("x.io, y.io", "")))
                .table();

        assertThat(table.listeners()).extracting(ListenerSpec::id).containsExactly(ListenerId.of(80));
        assertThat(table.port(80).hosts()).containsOnlyKeys("x.io", "y.io");
    }

    @Test
    void aVirtualServiceWithoutGatewaysAppliesToNothing() {
        RouteTable table = table(
                TestConfig.GATEWAY + virtualService("m", "hosts: [x.io]\nhttp:\n- directResponse: {status: 200}\n"));

        assertThat(outcome(table, get("x.io/"))).isEqualTo("404");
    }
}
