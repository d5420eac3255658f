package io.convergate.routing.compile;

import static io.convergate.routing.TestRequest.get;
import static io.convergate.routing.compile.GatewayApiCase.attached;
import static io.convergate.routing.compile.GatewayApiCase.connects;
import static io.convergate.routing.compile.GatewayApiCase.destination;
import static io.convergate.routing.compile.GatewayApiCase.forward;
import static io.convergate.routing.compile.GatewayApiCase.gatewayYaml;
import static io.convergate.routing.compile.GatewayApiCase.grant;
import static io.convergate.routing.compile.GatewayApiCase.listener;
import static io.convergate.routing.compile.GatewayApiCase.listenerYaml;
import static io.convergate.routing.compile.GatewayApiCase.policy;
import static io.convergate.routing.compile.GatewayApiCase.reaches;
import static io.convergate.routing.compile.GatewayApiCase.routeOf;
import static io.convergate.routing.compile.GatewayApiCase.routeOfKind;
import static io.convergate.routing.compile.GatewayApiCase.rules;
import static io.convergate.routing.compile.GatewayApiCase.test;
import static io.convergate.routing.compile.GatewayApiCase.text;
import static io.convergate.routing.compile.GatewayApiCase.to;
import static io.convergate.routing.compile.TestCertificates.authorities;
import static io.convergate.routing.compile.TestCertificates.secret;
import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.routing.TestRequest;
import io.convergate.routing.action.WeightedDestination;
import io.convergate.routing.upstream.UpstreamTls;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Rows for the conformance tests of GRPCRoute, TLSRoute, TCPRoute, UDPRoute, BackendTLSPolicy and certificates. */
final class GatewayApiOtherRows {
    private static final String GW = gatewayYaml("gw", listenerYaml("http", 80, ""));
    private static final String PASSES = ", protocol: TLS, tls: {mode: Passthrough}";

    private GatewayApiOtherRows() {}

    // GRPCRoute

    private static String rpcs(String... rules) {
        return routeOfKind("GRPCRoute", "infra", "r", "{name: gw}", "", rules);
    }

    private static String rpc(String service, String method) {
        return "{method: {service: " + service + ", method: " + method + "}}";
    }

    private static TestRequest call(String path) {
        return get("a.io" + path).method("POST").with("content-type", "application/grpc");
    }

    /** What gRPC takes for UNIMPLEMENTED is a 404, for UNAVAILABLE a 503. */
    static Stream<GatewayApiCase> rpcs() {
        return Stream.of(
                test(
                        "GRPCExactMethodMatching",
                        GW + rpcs(to("v1", rpc("pkg.Echo", "Echo")), to("v2", rpc("pkg.Echo", "EchoTwo"))),
                        reaches(call("/pkg.Echo/Echo"), "v1"),
                        reaches(call("/pkg.Echo/EchoTwo"), "v2"),
                        reaches(call("/pkg.Echo/EchoThree"), "404"),
                        reaches(call("/pkg.Other/Echo"), "404"),
                        routeOf("GRPCRoute", "infra", "r", "Accepted", "True Accepted"),
                        routeOf("GRPCRoute", "infra", "r", "ResolvedRefs", "True ResolvedRefs")),
                test(
                        "GRPCRouteHeaderMatching",
                        GW
                                + rpcs(
                                        to("v1", "{headers: [{name: version, value: one}]}"),
                                        to("v2", "{headers: [{name: version, value: two}]}"),
                                        to(
                                                "v1",
                                                "{headers: [{name: version, value: two}, {name: color, value: orange}]}"),
                                        to("v3", "{headers: [{name: color, value: blue}]}")),
                        reaches(call("/a/b").with("version", "one"), "v1"),
                        reaches(call("/a/b").with("version", "two"), "v2"),
                        reaches(call("/a/b").with("version", "two").with("color", "orange"), "v1"),
                        reaches(call("/a/b").with("color", "blue"), "v3"),
                        reaches(call("/a/b"), "404")),
                test(
                        "GRPCRouteListenerHostnameMatching",
                        gatewayYaml(
                                        "gw",
                                        listenerYaml("one", 80, "hostname: bar.com"),
                                        listenerYaml("wild", 80, "hostname: \"*.bar.com\""))
                                + routeOfKind("GRPCRoute", "infra", "a", "{name: gw, sectionName: one}", "", to("v1"))
                                + routeOfKind("GRPCRoute", "infra", "b", "{name: gw, sectionName: wild}", "", to("v2")),
                        reaches(get("bar.com/a/b"), "v1"),
                        reaches(get("foo.bar.com/a/b"), "v2"),
                        reaches(get("foo.com/a/b"), "404"),
                        attached("gw", "one", 1)),
                test(
                        "GRPCRouteNamedRule",
                        GW + rpcs("{name: named, backendRefs: [{name: v1, port: 80}]}"),
                        served -> assertThat(Outcomes.route(served.compilation().table(), call("/a/b"))
                                        .name())
                                .isEqualTo("named")),
                test(
                        "GRPCRouteRequestHeaderModifier",
                        GW
                                + rpcs("{filters: [{type: RequestHeaderModifier, requestHeaderModifier: "
                                        + "{set: [{name: X-Set, value: a}], remove: [X-Gone]}}],"
                                        + " backendRefs: [{name: v1, port: 80}]}"),
                        destination(call("/a/b"), 0, to -> assertThat(text(to.request()))
                                .isEqualTo("set x-set=a, remove x-gone"))),
                test(
                        "GRPCRouteWeight",
                        GW
                                + rpcs("{backendRefs: [{name: v1, port: 80, weight: 70},"
                                        + " {name: v2, port: 80, weight: 30}, {name: v3, port: 80, weight: 0}]}"),
                        forward(call("/a/b"), to -> assertThat(to.destinations())
                                .extracting(WeightedDestination::weight)
                                .containsExactly(70, 30))));
    }

    // TLSRoute, TCPRoute, UDPRoute

    private static String tls(String name, int port, String more) {
        return "{name: " + name + ", port: " + port + PASSES + more + "}";
    }

    private static String tlsRoute(String name, String hostnames, String backends) {
        return routeOfKind(
                "TLSRoute",
                "infra",
                name,
                "{name: gw}",
                "hostnames: [" + hostnames + "],",
                "{backendRefs: [" + backends + "]}");
    }

    private static String v(int version) {
        return "{name: v" + version + ", port: 80}";
    }

    private static final String FAR = "{name: v1, namespace: web, port: 80}";

    /** Those that a node with listeners for TLS passes. */
    static Stream<GatewayApiCase> tlsRoutes() {
        String gateway = gatewayYaml("gw", tls("tls", 443, ""));
        return Stream.of(
                test(
                        "TLSRouteSimpleSameNamespace",
                        gateway + tlsRoute("r", "abc.example.com", v(1)),
                        routeOf("TLSRoute", "infra", "r", "Accepted", "True Accepted"),
                        attached("gw", "tls", 1),
                        connects(443, "abc.example.com", "v1"),
                        connects(443, "other.example.com", "none")),
                test(
                        "TLSRouteHostnameIntersection",
                        gatewayYaml(
                                        "gw",
                                        tls("exact", 443, ", hostname: abc.example.com"),
                                        tls("wild", 444, ", hostname: \"*.example.com\""),
                                        tls("any", 445, ""))
                                + tlsRoute("r", "\"*.example.com\"", v(1))
                                + tlsRoute("s", "abc.example.com", v(2)),
                        connects(443, "abc.example.com", "v1"),
                        connects(443, "def.example.com", "none"),
                        connects(444, "abc.example.com", "v2"),
                        connects(444, "def.example.com", "v1"),
                        connects(445, "abc.example.com", "v2"),
                        connects(445, "a.b.example.com", "v1"),
                        connects(445, "example.com", "none")),
                test(
                        "TLSRouteInvalidBackendRefNonexistent",
                        gateway + tlsRoute("r", "abc.example.com", "{name: nobody, port: 80}"),
                        routeOf("TLSRoute", "infra", "r", "Accepted", "True Accepted"),
                        routeOf("TLSRoute", "infra", "r", "ResolvedRefs", "False BackendNotFound"),
                        connects(443, "abc.example.com", "refused")),
                test(
                        "TLSRouteInvalidBackendRefUnknownKind",
                        gateway + tlsRoute("r", "abc.example.com", "{group: x.io, kind: Odd, name: x, port: 80}"),
                        routeOf("TLSRoute", "infra", "r", "ResolvedRefs", "False InvalidKind"),
                        connects(443, "abc.example.com", "refused")),
                test(
                        "TLSRouteInvalidReferenceGrant",
                        gateway
                                + grant(
                                        "web",
                                        "{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: infra}",
                                        "{kind: Service}")
                                + tlsRoute("r", "abc.example.com", FAR),
                        routeOf("TLSRoute", "infra", "r", "ResolvedRefs", "False RefNotPermitted"),
                        connects(443, "abc.example.com", "refused")),
                test(
                        "TLSRouteInvalidNoMatchingListenerHostname",
                        gatewayYaml("gw", tls("tls", 443, ", hostname: abc.example.com"))
                                + tlsRoute("r", "def.example.com", v(1)),
                        routeOf("TLSRoute", "infra", "r", "Accepted", "False NoMatchingListenerHostname"),
                        attached("gw", "tls", 0),
                        connects(443, "def.example.com", "none")));
    }

    private static String tcp(String name, int port) {
        return "{name: " + name + ", port: " + port + ", protocol: TCP}";
    }

    private static String tcpRoute(String name, String parent, String backends) {
        return routeOfKind("TCPRoute", "infra", name, parent, "", "{backendRefs: [" + backends + "]}");
    }

    /** Those that a node with listeners for TCP passes. */
    static Stream<GatewayApiCase> tcpRoutes() {
        String gateway = gatewayYaml("gw", tcp("one", 9001), tcp("two", 9002));
        return Stream.of(
                test(
                        "TCPRouteParentRefAttachAll",
                        gateway + tcpRoute("r", "{name: gw}", v(1)),
                        connects(9001, "", "v1"),
                        connects(9002, "", "v1"),
                        attached("gw", "one", 1)),
                test(
                        "TCPRouteParentRefPortAndSectionName",
                        gateway
                                + tcpRoute("r", "{name: gw, port: 9001}", v(1))
                                + tcpRoute("s", "{name: gw, sectionName: two}", v(2)),
                        connects(9001, "", "v1"),
                        connects(9002, "", "v2")),
                test(
                        "TCPRouteMultipleRoutesAttachment",
                        gateway
                                + tcpRoute("r", "{name: gw, sectionName: one}", v(1))
                                + tcpRoute("a", "{name: gw, sectionName: one}", v(2)),
                        routeOf("TCPRoute", "infra", "r", "Accepted", "True Accepted"),
                        routeOf("TCPRoute", "infra", "a", "Accepted", "True Accepted"),
                        attached("gw", "one", 2),
                        connects(9001, "", "v1")),
                test(
                        "TCPRouteWeightedRouting",
                        gateway
                                + tcpRoute(
                                        "r",
                                        "{name: gw}",
                                        "{name: v1, port: 80, weight: 70}, {name: v2, port: 80, weight: 30},"
                                                + " {name: v3, port: 80, weight: 0}"),
                        connects(9001, "", "v1 70, v2 30")),
                test(
                        "TCPRouteReferenceGrant",
                        gateway
                                + grant(
                                        "web",
                                        "{group: gateway.networking.k8s.io, kind: TCPRoute, namespace: infra}",
                                        "{kind: Service}")
                                + tcpRoute("r", "{name: gw}", FAR),
                        routeOf("TCPRoute", "infra", "r", "ResolvedRefs", "True ResolvedRefs"),
                        connects(9001, "", "v1")),
                test(
                        "TCPRouteInvalidCrossNamespaceBackendRef",
                        gateway + tcpRoute("r", "{name: gw}", FAR),
                        routeOf("TCPRoute", "infra", "r", "ResolvedRefs", "False RefNotPermitted"),
                        connects(9001, "", "refused")),
                test(
                        "TCPRouteInvalidBackendRefNonexistent",
                        gateway
                                + tcpRoute(
                                        "r", "{name: gw}", "{name: nobody, port: 80, weight: 3}, {name: v1, port: 80}"),
                        routeOf("TCPRoute", "infra", "r", "Accepted", "True Accepted"),
                        routeOf("TCPRoute", "infra", "r", "ResolvedRefs", "False BackendNotFound"),
                        connects(9001, "", "refused 3, v1")));
    }

    /** Those about connections that need no listener for them. */
    static Stream<GatewayApiCase> refusedConnections() {
        return Stream.of(
                test(
                        "TLSRouteInvalidNoMatchingListener",
                        GW
                                + gatewayYaml("https", https("https", "{name: c}"))
                                + gatewayYaml("passes", tls("tls", 443, ""))
                                + tlsRoute("r", "abc.example.com", v(1))
                                + tlsRoute("s", "abc.example.com", v(1)).replace("{name: gw}", "{name: https}")
                                + tlsRoute("t", "abc.example.com", v(1))
                                        .replace("{name: gw}", "{name: passes, sectionName: odd}"),
                        routeOf("TLSRoute", "infra", "r", "Accepted", "False NotAllowedByListeners"),
                        routeOf("TLSRoute", "infra", "s", "Accepted", "False NotAllowedByListeners"),
                        routeOf("TLSRoute", "infra", "t", "Accepted", "False NoMatchingParent"),
                        attached("gw", "http", 0)),
                test(
                        "TLSRouteListenerPassthroughSupportedKinds",
                        gatewayYaml(
                                "gw",
                                tls("tls", 443, ", allowedRoutes: {kinds: [{kind: TCPRoute}, {kind: TLSRoute}]}")),
                        listener("gw", "tls", "ResolvedRefs", "False InvalidRouteKinds"),
                        served -> assertThat(served.listener("gw", "tls").supportedKinds())
                                .extracting(kind -> kind.kind())
                                .containsExactly("TLSRoute")),
                test(
                        "TCPRouteInvalidNonTCPListener",
                        gatewayYaml("gw", listenerYaml("http", 80, "allowedRoutes: {kinds: [{kind: HTTPRoute}]}"))
                                + tcpRoute("r", "{name: gw, sectionName: http}", v(1)),
                        routeOf("TCPRoute", "infra", "r", "Accepted", "False NotAllowedByListeners"),
                        attached("gw", "http", 0)),
                test(
                        "UDPRouteNotAllowedByListeners",
                        gatewayYaml("gw", tls("tls", 443, ""))
                                + routeOfKind(
                                        "UDPRoute", "infra", "r", "{name: gw}", "", "{backendRefs: [" + v(1) + "]}"),
                        routeOf("UDPRoute", "infra", "r", "Accepted", "False NotAllowedByListeners"),
                        attached("gw", "tls", 0)));
    }

    // Certificates

    private static String https(String name, String certificate) {
        return "{name: " + name + ", port: 443, protocol: HTTPS, tls: {certificateRefs: [" + certificate + "]}}";
    }

    private static String grantToGateways(String kind, String to) {
        return grant("web", "{group: gateway.networking.k8s.io, kind: " + kind + ", namespace: infra}", to);
    }

    /** Those about certificates that need no listener for them. */
    static Stream<GatewayApiCase> certificates() {
        String far = gatewayYaml("gw", https("https", "{name: c, namespace: web}")) + secret("web", "c");
        return Stream.of(
                test(
                        "GatewayInvalidTLSConfiguration",
                        gatewayYaml("a", https("https", "{name: nobody}"))
                                + gatewayYaml("b", https("https", "{group: wrong.io, kind: Secret, name: c}"))
                                + gatewayYaml("c", https("https", "{kind: WrongKind, name: c}"))
                                + gatewayYaml("d", https("https", "{name: odd}"))
                                + gatewayYaml("e", https("https", "{name: c}"))
                                + secret("infra", "odd", "tls.crt: SGVsbG8gd29ybGQK, tls.key: SGVsbG8gd29ybGQK")
                                + secret("infra", "c"),
                        listener("a", "https", "ResolvedRefs", "False InvalidCertificateRef"),
                        listener("b", "https", "ResolvedRefs", "False InvalidCertificateRef"),
                        listener("c", "https", "ResolvedRefs", "False InvalidCertificateRef"),
                        listener("d", "https", "ResolvedRefs", "False InvalidCertificateRef"),
                        listener("e", "https", "ResolvedRefs", "True ResolvedRefs")),
                test(
                        "GatewaySecretMissingReferenceGrant",
                        far,
                        listener("gw", "https", "ResolvedRefs", "False RefNotPermitted")),
                test(
                        "GatewaySecretInvalidReferenceGrant",
                        far
                                + grantToGateways("HTTPRoute", "{kind: Secret}")
                                + grantToGateways("Gateway", "{kind: Secret, name: other}")
                                        .replace("name: g,", "name: h,"),
                        listener("gw", "https", "ResolvedRefs", "False RefNotPermitted")));
    }

    /** A grant lets a listener name a certificate; that its listener is served waits for TLS. */
    static GatewayApiCase granted(String name, String to) {
        return test(
                name,
                gatewayYaml("gw", https("https", "{name: c, namespace: web}"))
                        + secret("web", "c")
                        + grantToGateways("Gateway", to),
                listener("gw", "https", "ResolvedRefs", "True ResolvedRefs"));
    }

    // BackendTLSPolicy

    private static String tlsPolicy(String name, String target, String validation) {
        return """
                apiVersion: gateway.networking.k8s.io/v1
                kind: BackendTLSPolicy
                metadata: {name: %s, namespace: infra}
                spec:
                  targetRefs: [{group: "", kind: Service, %s}]
                  validation: {hostname: abc.example.com, %s}
                ---
                """.formatted(name, target, validation);
    }

    private static String trusting(String authority) {
        return "caCertificateRefs: [{group: \"\", kind: ConfigMap, name: " + authority + "}]";
    }

    private static Consumer<GatewayApiCase.Served> speaks(TestRequest request, String serverName, String... names) {
        return destination(request, 0, to -> {
            Optional<UpstreamTls> tls = to.upstream().info().tls();
            assertThat(tls.map(UpstreamTls::serverName).orElse("plain")).isEqualTo(serverName);
            assertThat(tls.map(UpstreamTls::hostNames).orElse(List.of())).containsExactly(names);
        });
    }

    /** Those that need no TLS to be spoken. */
    static Stream<GatewayApiCase> refusedPolicies() {
        return Stream.of(
                test(
                        "BackendTLSPolicyInvalidCACertificateRef",
                        GW
                                + rules(to("v1", "{path: {value: /a}}"), to("v2"))
                                + tlsPolicy("nobody", "name: v1", trusting("nobody"))
                                + tlsPolicy("odd", "name: v2", trusting("odd"))
                                + "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: odd, namespace: infra}\n"
                                + "data: {ca.crt: Hello world}\n---\n",
                        policy("nobody", "Accepted", "False NoValidCACertificate"),
                        policy("nobody", "ResolvedRefs", "False InvalidCACertificateRef"),
                        policy("odd", "Accepted", "False NoValidCACertificate"),
                        policy("odd", "ResolvedRefs", "False InvalidCACertificateRef"),
                        reaches(get("a.io/a"), "500"),
                        reaches(get("a.io/b"), "500")),
                test(
                        "BackendTLSPolicyInvalidKind",
                        GW
                                + rules(to("v1"))
                                + tlsPolicy("p", "name: v1", "caCertificateRefs: [{kind: InvalidKind, name: ca}]"),
                        policy("p", "Accepted", "False NoValidCACertificate"),
                        policy("p", "ResolvedRefs", "False InvalidKind"),
                        reaches(get("a.io/"), "500")),
                test(
                        "BackendTLSPolicyObservedGenerationBump",
                        GW + rules(to("v1")) + tlsPolicy("p", "name: v1", trusting("ca")) + authorities("infra", "ca"),
                        policy("p", "Accepted", "True Accepted"),
                        policy("p", "ResolvedRefs", "True ResolvedRefs")));
    }

    /** Those of which all but the wire is there. */
    static Stream<GatewayApiCase> policies() {
        String one = GW + rules(to("v1")) + authorities("infra", "ca");
        return Stream.of(
                test(
                        "BackendTLSPolicy",
                        one + tlsPolicy("p", "name: v1", trusting("ca")),
                        policy("p", "Accepted", "True Accepted"),
                        speaks(get("a.io/"), "abc.example.com", "abc.example.com"),
                        destination(get("a.io/"), 0, to -> assertThat(to.upstream()
                                        .info()
                                        .tls()
                                        .orElseThrow()
                                        .authorities()
                                        .orElseThrow())
                                .contains("BEGIN CERTIFICATE"))),
                test(
                        "BackendTLSPolicyConflictResolution",
                        GW
                                + authorities("infra", "ca")
                                + rules(
                                        to("v1", "{path: {value: /one}}"),
                                        "{matches: [{path: {value: /alt}}], backendRefs: [{name: v2, port: 8080}]}",
                                        "{matches: [{path: {value: /http}}], backendRefs: [{name: v2, port: 80}]}")
                                + tlsPolicy("z", "name: v1", trusting("ca"))
                                + tlsPolicy("a", "name: v1", trusting("ca")).replace("abc.", "other.")
                                + tlsPolicy("whole", "name: v2", trusting("ca"))
                                + tlsPolicy("alt", "name: v2, sectionName: alt", trusting("ca"))
                                        .replace("abc.", "other.")
                                + tlsPolicy("late", "name: v2, sectionName: alt", trusting("ca")),
                        policy("z", "Accepted", "True Accepted"),
                        policy("a", "Accepted", "False Conflicted"),
                        policy("whole", "Accepted", "True Accepted"),
                        policy("alt", "Accepted", "True Accepted"),
                        policy("late", "Accepted", "False Conflicted"),
                        speaks(get("a.io/one"), "abc.example.com", "abc.example.com"),
                        speaks(get("a.io/alt"), "other.example.com", "other.example.com"),
                        speaks(get("a.io/http"), "abc.example.com", "abc.example.com")),
                test(
                        "BackendTLSPolicySANValidation",
                        one
                                + tlsPolicy(
                                        "p",
                                        "name: v1",
                                        trusting("ca")
                                                + ", subjectAltNames: [{type: Hostname, hostname: x.example.com},"
                                                + " {type: URI, uri: \"spiffe://abc/x\"}]"),
                        speaks(get("a.io/"), "abc.example.com", "x.example.com"),
                        destination(get("a.io/"), 0, to -> assertThat(
                                        to.upstream().info().tls().orElseThrow().uris())
                                .containsExactly("spiffe://abc/x"))),
                test(
                        "BackendTLSPolicyGRPCRoute",
                        GW
                                + rpcs(to("v1", rpc("pkg.Echo", "Echo")))
                                + tlsPolicy("p", "name: v1", "wellKnownCACertificates: System"),
                        policy("p", "Accepted", "True Accepted"),
                        speaks(call("/pkg.Echo/Echo"), "abc.example.com", "abc.example.com"),
                        destination(call("/pkg.Echo/Echo"), 0, to -> assertThat(
                                        to.upstream().info().tls().orElseThrow().authorities())
                                .isEmpty())));
    }
}
