package io.convergate.routing.compile;

import static io.convergate.routing.TestRequest.get;
import static io.convergate.routing.compile.GatewayApiCase.attached;
import static io.convergate.routing.compile.GatewayApiCase.condition;
import static io.convergate.routing.compile.GatewayApiCase.destination;
import static io.convergate.routing.compile.GatewayApiCase.exact;
import static io.convergate.routing.compile.GatewayApiCase.forward;
import static io.convergate.routing.compile.GatewayApiCase.from;
import static io.convergate.routing.compile.GatewayApiCase.gateway;
import static io.convergate.routing.compile.GatewayApiCase.gatewayWith;
import static io.convergate.routing.compile.GatewayApiCase.gatewayYaml;
import static io.convergate.routing.compile.GatewayApiCase.grant;
import static io.convergate.routing.compile.GatewayApiCase.listener;
import static io.convergate.routing.compile.GatewayApiCase.listenerYaml;
import static io.convergate.routing.compile.GatewayApiCase.parents;
import static io.convergate.routing.compile.GatewayApiCase.prefix;
import static io.convergate.routing.compile.GatewayApiCase.reaches;
import static io.convergate.routing.compile.GatewayApiCase.route;
import static io.convergate.routing.compile.GatewayApiCase.routeAt;
import static io.convergate.routing.compile.GatewayApiCase.routeYaml;
import static io.convergate.routing.compile.GatewayApiCase.rule;
import static io.convergate.routing.compile.GatewayApiCase.rules;
import static io.convergate.routing.compile.GatewayApiCase.test;
import static io.convergate.routing.compile.GatewayApiCase.text;
import static io.convergate.routing.compile.GatewayApiCase.to;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergate.routing.TestConfig;
import io.convergate.routing.TestRequest;
import io.convergate.routing.action.Cors;
import io.convergate.routing.action.Mirror;
import io.convergate.routing.action.WeightedDestination;
import io.convergate.routing.match.CompiledRoute;
import io.convergate.routing.match.ListenerSpec;
import io.convergate.routing.match.RouteTable;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.resolve.GatewayApi;
import io.convergate.routing.resolve.ResourceStatus;
import io.convergate.routing.retry.AttemptFailure;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Gateway API's conformance tests, each in our own words as a row: what the routes, hosts and conditions come to. Those that
 * need a listener or a protocol that does not exist yet are pending, each with its reason: {@link GatewayApiPending}.
 */
class GatewayApiConformanceTest {
    private static final String GW = gatewayYaml("gw", listenerYaml("http", 80, ""));
    private static final String OPEN = gatewayYaml("gw", listenerYaml("http", 80, from("All")));
    private static final String TO_SERVICE = "{group: \"\", kind: Service}";

    private static TestRequest header(String name, String value) {
        return get("a.io/").with(name, value);
    }

    private static String headers(String... pairs) {
        StringBuilder match = new StringBuilder("{headers: [");
        for (int i = 0; i < pairs.length; i += 2) {
            match.append("{name: ")
                    .append(pairs[i])
                    .append(", value: \"")
                    .append(pairs[i + 1])
                    .append("\"}, ");
        }
        return match.append("]}").toString().replace(", ]", "]");
    }

    private static String filter(String filters) {
        return "filters: [" + filters + "]";
    }

    private static String redirect(String spec) {
        return filter("{type: RequestRedirect, requestRedirect: {" + spec + "}}");
    }

    private static String rewrite(String spec) {
        return filter("{type: URLRewrite, urlRewrite: {" + spec + "}}");
    }

    private static String modifier(String type, String spec) {
        return "{type: " + type + ", " + Character.toLowerCase(type.charAt(0)) + type.substring(1) + ": {" + spec
                + "}}";
    }

    static Stream<GatewayApiCase> core() {
        return Stream.of(
                test(
                        "HTTPRouteSimpleSameNamespace",
                        GW + rules(to("v1")),
                        reaches(get("a.io/"), "v1"),
                        route("infra", "r", "Accepted", "True Accepted"),
                        route("infra", "r", "ResolvedRefs", "True ResolvedRefs")),
                test(
                        "HTTPRouteCrossNamespace",
                        OPEN + routeYaml("web", "r", "{name: gw, namespace: infra}", "", to("v1")),
                        reaches(get("a.io/"), "v1"),
                        route("web", "r", "Accepted", "True Accepted")),
                test(
                        "HTTPRouteExactPathMatching",
                        GW + rules(to("v1", exact("/one")), to("v2", exact("/two"))),
                        reaches(get("a.io/one"), "v1"),
                        reaches(get("a.io/two"), "v2"),
                        reaches(get("a.io/"), "404"),
                        reaches(get("a.io/one/example"), "404"),
                        reaches(get("a.io/two/"), "404"),
                        reaches(get("a.io/Two"), "404")),
                test(
                        "HTTPRouteMatching",
                        GW
                                + rules(
                                        to("v1", prefix("/"), headers("version", "one")),
                                        to("v2", prefix("/v2"), headers("version", "two"))),
                        reaches(get("a.io/"), "v1"),
                        reaches(get("a.io/example"), "v1"),
                        reaches(header("version", "one"), "v1"),
                        reaches(get("a.io/v2"), "v2"),
                        reaches(get("a.io/v2/").with("version", "one"), "v2"),
                        reaches(get("a.io/v2example"), "v1"),
                        reaches(header("version", "two"), "v2")),
                test(
                        "HTTPRouteMatchingAcrossRoutes",
                        GW
                                + routeYaml(
                                        "infra",
                                        "one",
                                        "{name: gw}",
                                        "example.com, example.net",
                                        to("v1", prefix("/"), headers("version", "one")))
                                + routeYaml(
                                        "infra",
                                        "two",
                                        "{name: gw}",
                                        "example.com",
                                        to("v2", prefix("/v2"), headers("version", "two"))),
                        reaches(get("example.com/"), "v1"),
                        reaches(get("example.com/v2"), "v2"),
                        reaches(get("example.com/").with("version", "two"), "v2"),
                        reaches(get("example.net/v2"), "v1"),
                        reaches(get("example.org/"), "404")),
                test(
                        "HTTPRoutePathMatchOrder",
                        GW
                                + rules(
                                        to("v3", prefix("/match")),
                                        to("v2", prefix("/match/prefix/")),
                                        to("v1", prefix("/match/prefix/one")),
                                        to("v2", exact("/match/exact/one")),
                                        to("v1", exact("/match/exact"))),
                        reaches(get("a.io/match/exact/one"), "v2"),
                        reaches(get("a.io/match/exact"), "v1"),
                        reaches(get("a.io/match"), "v3"),
                        reaches(get("a.io/match/prefix/one/any"), "v1"),
                        reaches(get("a.io/match/prefix/any"), "v2"),
                        reaches(get("a.io/match/any"), "v3")),
                test(
                        "HTTPRouteHeaderMatching",
                        GW
                                + rules(
                                        to("v1", headers("version", "one")),
                                        to("v2", headers("version", "two")),
                                        to("v1", headers("version", "two", "color", "orange")),
                                        to("v1", headers("color", "blue"), headers("color", "green")),
                                        to("v2", headers("Mixed-Case", "Value"))),
                        reaches(header("version", "one"), "v1"),
                        reaches(header("Version", "two"), "v2"),
                        reaches(header("version", "two").with("color", "orange"), "v1"),
                        reaches(header("color", "blue"), "v1"),
                        reaches(header("color", "green"), "v1"),
                        reaches(header("color", "red"), "404"),
                        reaches(header("mixed-case", "Value"), "v2"),
                        reaches(header("version", "Two"), "404"),
                        reaches(get("a.io/"), "404")),
                test(
                        "HTTPRouteHostnameIntersection",
                        gatewayYaml(
                                        "gw",
                                        listenerYaml("l1", 80, "hostname: very.specific.com"),
                                        listenerYaml("l2", 80, "hostname: \"*.wildcard.io\""),
                                        listenerYaml("l3", 80, "hostname: \"*.anotherwildcard.io\""))
                                + routeYaml(
                                        "infra",
                                        "specific",
                                        "{name: gw}",
                                        "non.matching.com, \"*.nonmatchingwildcard.io\", very.specific.com",
                                        to("v1", prefix("/s1")))
                                + routeYaml(
                                        "infra",
                                        "wild",
                                        "{name: gw}",
                                        "non.matching.com, wildcard.io, foo.wildcard.io, bar.wildcard.io,"
                                                + " foo.bar.wildcard.io",
                                        to("v2", prefix("/s2")))
                                + routeYaml(
                                        "infra",
                                        "same",
                                        "{name: gw}",
                                        "\"*.anotherwildcard.io\"",
                                        to("v3", prefix("/s4")))
                                + routeYaml(
                                        "infra",
                                        "none",
                                        "{name: gw}",
                                        "specific.but.wrong.com, wildcard.io",
                                        to("v1", prefix("/s5"))),
                        reaches(get("very.specific.com/s1"), "v1"),
                        reaches(get("non.matching.com/s1"), "404"),
                        reaches(get("foo.nonmatchingwildcard.io/s1"), "404"),
                        reaches(get("very.specific.com/non-matching-prefix"), "404"),
                        reaches(get("foo.wildcard.io/s2"), "v2"),
                        reaches(get("foo.bar.wildcard.io/s2"), "v2"),
                        reaches(get("wildcard.io/s2"), "404"),
                        reaches(get("noexist.wildcard.io/s2"), "404"),
                        reaches(get("one.anotherwildcard.io/s4"), "v3"),
                        reaches(get("one.two.anotherwildcard.io/s4"), "v3"),
                        reaches(get("anotherwildcard.io/s4"), "404"),
                        route("infra", "none", "Accepted", "False NoMatchingListenerHostname"),
                        attached("gw", "l2", 1)),
                test(
                        "HTTPRouteListenerHostnameMatching",
                        gatewayYaml(
                                        "gw",
                                        listenerYaml("l1", 80, "hostname: bar.com"),
                                        listenerYaml("l2", 80, "hostname: foo.bar.com"),
                                        listenerYaml("l3", 80, "hostname: \"*.bar.com\""),
                                        listenerYaml("l4", 80, "hostname: \"*.foo.com\""))
                                + routeYaml("infra", "one", "{name: gw, sectionName: l1}", "", to("v1"))
                                + routeYaml("infra", "two", "{name: gw, sectionName: l2}", "", to("v2"))
                                + routeYaml(
                                        "infra",
                                        "three",
                                        "{name: gw, sectionName: l3}, {name: gw, sectionName: l4}",
                                        "",
                                        to("v3")),
                        reaches(get("bar.com/"), "v1"),
                        reaches(get("foo.bar.com/"), "v2"),
                        reaches(get("baz.bar.com/"), "v3"),
                        reaches(get("boo.bar.com/"), "v3"),
                        reaches(get("multiple.prefixes.bar.com/"), "v3"),
                        reaches(get("multiple.prefixes.foo.com/"), "v3"),
                        reaches(get("foo.com/"), "404"),
                        reaches(get("no.matching.host/"), "404"),
                        parents("infra", "three", 2)),
                test(
                        "HTTPRouteRequestHeaderModifier",
                        GW
                                + rules(rule(
                                        filter(modifier(
                                                "RequestHeaderModifier",
                                                "set: [{name: X-Set, value: 100% sure}], add: [{name: X-Add, value: a}],"
                                                        + " remove: [X-Gone]")),
                                        "v1")),
                        destination(get("a.io/"), 0, to -> assertThat(text(to.request()))
                                .isEqualTo("set x-set=100%% sure, add x-add=a, remove x-gone"))),
                test(
                        "HTTPRouteRedirectHostAndStatus",
                        GW
                                + rules(
                                        rule(redirect("hostname: example.org"), "", prefix("/hostname")),
                                        rule(redirect("hostname: example.org, statusCode: 301"), "", prefix("/both"))),
                        reaches(get("a.io/hostname"), "302 http://example.org/hostname"),
                        reaches(get("a.io/both?q=1"), "301 http://example.org/both?q=1")),
                test(
                        "HTTPRouteWeight",
                        GW
                                + rules("{backendRefs: [{name: v1, port: 80, weight: 70},"
                                        + " {name: v2, port: 80, weight: 30}, {name: v3, port: 80, weight: 0}]}"),
                        forward(get("a.io/"), to -> assertThat(to.destinations())
                                .extracting(WeightedDestination::weight)
                                .containsExactly(70, 30))),
                test(
                        "HTTPRouteServiceTypes",
                        GW + """
                                apiVersion: v1
                                kind: Service
                                metadata: {name: headless, namespace: infra}
                                spec: {clusterIP: None, ports: [{port: 8080, targetPort: 3000}]}
                                ---
                                apiVersion: discovery.k8s.io/v1
                                kind: EndpointSlice
                                metadata: {name: h, namespace: infra, labels: {kubernetes.io/service-name: headless}}
                                addressType: IPv4
                                endpoints: [{addresses: [10.9.0.1]}]
                                ports: [{port: 3000}]
                                ---
                                """ + rules("{backendRefs: [{name: headless, port: 8080}]}"),
                        reaches(get("a.io/"), "headless:8080"),
                        destination(
                                get("a.io/"), 0, to -> assertThat(to.upstream().endpoints())
                                        .extracting(endpoint -> endpoint.address() + ":" + endpoint.port())
                                        .containsExactly("10.9.0.1:3000"))),
                test("HTTPRouteNoBackendRefs", GW + rules(rule("", "", prefix("/"))), reaches(get("a.io/"), "500")),
                test(
                        "HTTPRouteMultipleGateways",
                        GW
                                + gatewayYaml("other", listenerYaml("http", 8080, ""))
                                + routeYaml("infra", "r", "{name: gw}, {name: other}", "", to("v1")),
                        reaches(get("a.io/"), "v1"),
                        reaches(get("a.io/").port(8080), "v1"),
                        parents("infra", "r", 2),
                        attached("other", "http", 1)),
                test(
                        "HTTPRouteReferenceGrant",
                        GW
                                + grant(
                                        "web",
                                        "{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: infra}",
                                        TO_SERVICE)
                                + rules("{backendRefs: [{name: v1, namespace: web, port: 80}]}"),
                        reaches(get("a.io/"), "v1"),
                        route("infra", "r", "ResolvedRefs", "True ResolvedRefs")),
                test(
                        "HTTPRouteInvalidReferenceGrant",
                        GW
                                + grant(
                                        "web",
                                        "{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: app}",
                                        TO_SERVICE)
                                + rules("{backendRefs: [{name: v1, namespace: web, port: 80}]}"),
                        reaches(get("a.io/"), "500"),
                        route("infra", "r", "ResolvedRefs", "False RefNotPermitted")),
                test(
                        "HTTPRoutePartiallyInvalidViaInvalidReferenceGrant",
                        GW
                                + grant(
                                        "app",
                                        "{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: infra}",
                                        "{group: \"\", kind: Service, name: v1}")
                                + rules(
                                        "{matches: [" + prefix("/v2")
                                                + "], backendRefs: [{name: v1, namespace: web, port: 80}]}",
                                        "{matches: [" + prefix("/")
                                                + "], backendRefs: [{name: v1, namespace: app, port: 8080}]}"),
                        reaches(get("a.io/v2"), "500"),
                        reaches(get("a.io/"), "v1:8080"),
                        route("infra", "r", "ResolvedRefs", "False RefNotPermitted")),
                test(
                        "HTTPRouteInvalidBackendRefUnknownKind",
                        GW + rules("{backendRefs: [{group: nonexistent.io, kind: Odd, name: x, port: 80}]}"),
                        reaches(get("a.io/"), "500"),
                        route("infra", "r", "ResolvedRefs", "False InvalidKind")),
                test(
                        "HTTPRouteInvalidNonExistentBackendRef",
                        GW + rules(to("nobody")),
                        reaches(get("a.io/"), "500"),
                        route("infra", "r", "ResolvedRefs", "False BackendNotFound"),
                        route("infra", "r", "Accepted", "True Accepted")),
                test(
                        "HTTPRouteInvalidCrossNamespaceBackendRef",
                        GW + rules("{backendRefs: [{name: v1, namespace: web, port: 80}]}"),
                        reaches(get("a.io/"), "500"),
                        route("infra", "r", "ResolvedRefs", "False RefNotPermitted")),
                test(
                        "HTTPRouteInvalidCrossNamespaceParentRef",
                        GW + routeYaml("web", "r", "{name: gw, namespace: infra}", "", to("v1")),
                        reaches(get("a.io/"), "404"),
                        route("web", "r", "Accepted", "False NotAllowedByListeners"),
                        attached("gw", "http", 0)),
                test(
                        "HTTPRouteInvalidParentRefNotMatchingSectionName",
                        GW + routeYaml("infra", "r", "{name: gw, sectionName: odd}", "", to("v1")),
                        reaches(get("a.io/"), "404"),
                        route("infra", "r", "Accepted", "False NoMatchingParent")),
                test(
                        "HTTPRouteDisallowedKind",
                        gatewayYaml("gw", listenerYaml("tls", 80, "allowedRoutes: {kinds: [{kind: TLSRoute}]}"))
                                + rules(to("v1")),
                        reaches(get("a.io/"), "404"),
                        route("infra", "r", "Accepted", "False NotAllowedByListeners")),
                test(
                        "HTTPRouteObservedGenerationBump",
                        GW + rules(to("v1")),
                        route("infra", "r", "Accepted", "True Accepted")));
    }

    private static String backend(String service, String filters) {
        return "{name: " + service + ", port: 80, filters: [" + filters + "]}";
    }

    static Stream<GatewayApiCase> extended() {
        return Stream.of(
                test(
                        "HTTPRouteMethodMatching",
                        GW
                                + rules(
                                        to("v1", "{method: POST}"),
                                        to("v2", "{method: GET}"),
                                        to("v3", "{path: {value: /path5}}", "{method: PATCH}"),
                                        to("v1", "{path: {value: /path1}, method: GET}")),
                        reaches(get("a.io/").method("POST"), "v1"),
                        reaches(get("a.io/"), "v2"),
                        reaches(get("a.io/").method("HEAD"), "404"),
                        reaches(get("a.io/path1"), "v1"),
                        reaches(get("a.io/path5").method("POST"), "v3"),
                        reaches(get("a.io/").method("PATCH"), "v3")),
                test(
                        "HTTPRouteQueryParamMatching",
                        GW
                                + rules(
                                        to("v1", "{queryParams: [{name: animal, value: whale}]}"),
                                        to("v2", "{queryParams: [{name: animal, value: dolphin}]}"),
                                        to(
                                                "v3",
                                                "{queryParams: [{name: animal, value: dolphin}, {name: color, value: blue}]}")),
                        reaches(get("a.io/?animal=whale"), "v1"),
                        reaches(get("a.io/?animal=dolphin"), "v2"),
                        reaches(get("a.io/?animal=dolphin&color=blue"), "v3"),
                        reaches(get("a.io/?ANIMAL=Whale"), "404"),
                        reaches(get("a.io/?animal=whale&x=y"), "v1"),
                        reaches(get("a.io/"), "404")),
                test(
                        "HTTPRouteListenerPortMatching",
                        gatewayYaml("gw", listenerYaml("a", 80, ""), listenerYaml("b", 8080, ""))
                                + routeYaml("infra", "one", "{name: gw, port: 80}", "", to("v1"))
                                + routeYaml("infra", "two", "{name: gw, port: 8080}", "", to("v2")),
                        reaches(get("a.io/"), "v1"),
                        reaches(get("a.io/").port(8080), "v2")),
                test(
                        "HTTPRouteInvalidParentRefNotMatchingListenerPort",
                        GW + routeYaml("infra", "r", "{name: gw, port: 81}", "", to("v1")),
                        route("infra", "r", "Accepted", "False NoMatchingParent")),
                test(
                        "HTTPRouteInvalidParentRefSectionNameNotMatchingPort",
                        gatewayYaml("gw", listenerYaml("a", 80, ""), listenerYaml("b", 8080, ""))
                                + routeYaml("infra", "r", "{name: gw, port: 8080, sectionName: a}", "", to("v1")),
                        route("infra", "r", "Accepted", "False NoMatchingParent"),
                        reaches(get("a.io/"), "404")),
                test(
                        "HTTPRouteResponseHeaderModifier",
                        GW
                                + rules(rule(
                                        filter(modifier(
                                                "ResponseHeaderModifier",
                                                "set: [{name: X-Set, value: s}], add: [{name: X-Add, value: a}],"
                                                        + " remove: [X-Gone]")),
                                        "v1")),
                        destination(get("a.io/"), 0, to -> assertThat(text(to.response()))
                                .isEqualTo("set x-set=s, add x-add=a, remove x-gone"))),
                test(
                        "HTTPRouteRequestHeaderModifierBackendWeights",
                        GW
                                + rules("{backendRefs: ["
                                        + backend(
                                                "v1",
                                                modifier("RequestHeaderModifier", "set: [{name: backend, value: one}]"))
                                        + ", "
                                        + backend(
                                                "v2",
                                                modifier("RequestHeaderModifier", "set: [{name: backend, value: two}]"))
                                        + "]}"),
                        destination(get("a.io/"), 0, to -> assertThat(text(to.request()))
                                .isEqualTo("set backend=one")),
                        destination(get("a.io/"), 1, to -> assertThat(text(to.request()))
                                .isEqualTo("set backend=two"))),
                test(
                        "HTTPRouteRewriteHost",
                        GW
                                + rules(
                                        rule(rewrite("hostname: one.example.org"), "v1", prefix("/one")),
                                        rule(rewrite("hostname: example.org"), "v2")),
                        reaches(get("a.io/one"), "v1 as one.example.org"),
                        reaches(get("a.io/two"), "v2 as example.org")),
                test(
                        "HTTPRouteRewritePath",
                        GW
                                + rules(
                                        rule(
                                                rewrite("path: {type: ReplacePrefixMatch, replacePrefixMatch: /one}"),
                                                "v1",
                                                prefix("/prefix/one")),
                                        rule(
                                                rewrite("path: {type: ReplacePrefixMatch, replacePrefixMatch: /}"),
                                                "v1",
                                                prefix("/strip-prefix")),
                                        rule(
                                                rewrite("path: {type: ReplaceFullPath, replaceFullPath: /full/new}"),
                                                "v1",
                                                prefix("/full"))),
                        reaches(get("a.io/prefix/one/two"), "v1 /one/two"),
                        reaches(get("a.io/strip-prefix/three"), "v1 /three"),
                        reaches(get("a.io/strip-prefix"), "v1 /"),
                        reaches(get("a.io/full/one"), "v1 /full/new")),
                test(
                        "HTTPRouteRedirectPath",
                        GW
                                + rules(
                                        rule(
                                                redirect(
                                                        "path: {type: ReplacePrefixMatch, replacePrefixMatch: /replaced}"),
                                                "",
                                                prefix("/original")),
                                        rule(
                                                redirect("path: {type: ReplaceFullPath, replaceFullPath: /new}"),
                                                "",
                                                prefix("/full")),
                                        rule(
                                                redirect(
                                                        "hostname: example.org, path: {type: ReplacePrefixMatch, replacePrefixMatch: /replaced}"),
                                                "",
                                                prefix("/host"))),
                        reaches(get("a.io/original/x"), "302 http://a.io/replaced/x"),
                        reaches(get("a.io/full/x"), "302 http://a.io/new"),
                        reaches(get("a.io/host/x"), "302 http://example.org/replaced/x")),
                test(
                        "HTTPRouteRedirectPort",
                        GW
                                + rules(
                                        rule(redirect("port: 8083"), "", prefix("/port")),
                                        rule(redirect("port: 80"), "", prefix("/default")),
                                        rule(redirect("hostname: example.org, port: 8083"), "", prefix("/host"))),
                        reaches(get("a.io/port"), "302 http://a.io:8083/port"),
                        reaches(get("a.io/default"), "302 http://a.io/default"),
                        reaches(get("a.io/host"), "302 http://example.org:8083/host")),
                test(
                        "HTTPRouteRedirectPortAndScheme",
                        gatewayYaml("gw", listenerYaml("a", 80, ""), listenerYaml("b", 8080, ""))
                                + rules(
                                        rule(redirect("hostname: example.org"), "", prefix("/nil-nil")),
                                        rule(redirect("hostname: example.org, port: 80"), "", prefix("/nil-80")),
                                        rule(redirect("hostname: example.org, port: 8080"), "", prefix("/nil-8080")),
                                        rule(redirect("scheme: https, hostname: example.org"), "", prefix("/s-nil")),
                                        rule(
                                                redirect("scheme: https, hostname: example.org, port: 443"),
                                                "",
                                                prefix("/s-443")),
                                        rule(
                                                redirect("scheme: https, hostname: example.org, port: 8443"),
                                                "",
                                                prefix("/s-8443")),
                                        rule(redirect("scheme: http, hostname: example.org"), "", prefix("/http-nil"))),
                        reaches(get("a.io/nil-nil"), "302 http://example.org/nil-nil"),
                        reaches(get("a.io/nil-80"), "302 http://example.org/nil-80"),
                        reaches(get("a.io/nil-8080"), "302 http://example.org:8080/nil-8080"),
                        reaches(get("a.io/s-nil"), "302 https://example.org/s-nil"),
                        reaches(get("a.io/s-443"), "302 https://example.org/s-443"),
                        reaches(get("a.io/s-8443"), "302 https://example.org:8443/s-8443"),
                        reaches(get("a.io/nil-nil").port(8080), "302 http://example.org:8080/nil-nil"),
                        reaches(get("a.io/http-nil").port(8080), "302 http://example.org/http-nil"),
                        reaches(get("a.io/s-nil").port(8080), "302 https://example.org/s-nil")),
                test(
                        "HTTPRouteRedirectScheme",
                        GW
                                + rules(
                                        rule(redirect("scheme: https"), "", prefix("/scheme")),
                                        rule(redirect("hostname: example.org, scheme: https"), "", prefix("/host"))),
                        reaches(get("a.io/scheme"), "302 https://a.io/scheme"),
                        reaches(get("a.io/host"), "302 https://example.org/host")),
                status(303),
                status(307),
                status(308),
                test(
                        "HTTPRouteBackendRequestRedirect",
                        GW
                                + rules("{backendRefs: ["
                                        + backend(
                                                "v1",
                                                "{type: RequestRedirect, requestRedirect: {hostname: example.org, statusCode: 301}}")
                                        + "]}"),
                        reaches(get("a.io/x"), "301 http://example.org/x")),
                test(
                        "HTTPRouteBackendURLRewrite",
                        GW
                                + rules("{matches: [" + prefix("/p") + "], backendRefs: ["
                                        + backend(
                                                "v1",
                                                "{type: URLRewrite, urlRewrite: {hostname: one.io, path: {type: ReplacePrefixMatch, replacePrefixMatch: /q}}}")
                                        + "]}"),
                        reaches(get("a.io/p/x"), "v1 /q/x as one.io")),
                test(
                        "HTTPRouteTimeoutRequest",
                        GW
                                + rules(
                                        rule("timeouts: {request: 500ms}", "v1", prefix("/request-timeout")),
                                        rule("timeouts: {request: 0s}", "v1", prefix("/disable"))),
                        forward(get("a.io/request-timeout"), to -> assertThat(to.timeoutNanos())
                                .isEqualTo(500_000_000L)),
                        forward(get("a.io/disable"), to -> assertThat(to.timeoutNanos())
                                .isZero())),
                test(
                        "HTTPRouteTimeoutBackendRequest",
                        GW + rules(rule("timeouts: {request: 2s, backendRequest: 500ms}", "v1")),
                        forward(get("a.io/"), to -> assertThat(to.retry().perTryTimeoutNanos())
                                .isEqualTo(500_000_000L))),
                test(
                        "HTTPRouteRequestMirror",
                        GW + rules(rule(filter(mirror("v2", "")), "v1")),
                        reaches(get("a.io/"), "v1"),
                        forward(get("a.io/"), to -> assertThat(to.mirrors())
                                .extracting(GatewayApiConformanceTest::mirror)
                                .containsExactly("v2 1000000"))),
                test(
                        "HTTPRouteRequestMultipleMirrors",
                        GW + rules(rule(filter(mirror("v2", "") + ", " + mirror("v3", "")), "v1")),
                        forward(get("a.io/"), to -> assertThat(to.mirrors())
                                .extracting(GatewayApiConformanceTest::mirror)
                                .containsExactly("v2 1000000", "v3 1000000"))),
                test(
                        "HTTPRouteRequestPercentageMirror",
                        GW
                                + rules(rule(
                                        filter(mirror("v2", ", percent: 20") + ", "
                                                + mirror("v3", ", fraction: {numerator: 1, denominator: 8}") + ", "
                                                + mirror("v1", ", percent: 0")),
                                        "v1")),
                        forward(get("a.io/"), to -> assertThat(to.mirrors())
                                .extracting(GatewayApiConformanceTest::mirror)
                                .containsExactly("v2 200000", "v3 125000"))),
                test(
                        "HTTPRouteCORS",
                        GW
                                + rules(rule(
                                        filter(
                                                "{type: CORS, cors: {allowOrigins: [https://www.foo.com, \"https://*.bar.com\"],"
                                                        + " allowMethods: [GET, OPTIONS], allowHeaders: [x-header-1],"
                                                        + " exposeHeaders: [x-header-3], allowCredentials: true, maxAge: 3600}}"),
                                        "v1")),
                        served -> {
                            Cors cors =
                                    (Cors) Outcomes.route(served.compilation().table(), get("a.io/"))
                                            .filters()
                                            .get(0);
                            assertThat(cors.allows("https://www.foo.com")).isTrue();
                            assertThat(cors.allows("https://a.b.bar.com")).isTrue();
                            assertThat(cors.allows("https://bar.com")).isFalse();
                            assertThat(cors.allows("https://www.foo.com.evil.io"))
                                    .isFalse();
                            assertThat(cors.allowMethods()).isEqualTo("GET,OPTIONS");
                            assertThat(cors.maxAge()).isEqualTo("3600");
                            assertThat(cors.allowCredentials()).isTrue();
                            assertThat(cors.forwardsUnmatchedPreflights()).isFalse();
                        }),
                test(
                        "HTTPRouteBackendRequestHeaderModifier",
                        GW
                                + rules("{backendRefs: ["
                                        + backend(
                                                "v1",
                                                modifier(
                                                        "RequestHeaderModifier",
                                                        "set: [{name: X-Set, value: s}], add: [{name: X-Add, value: a}],"
                                                                + " remove: [X-Gone]"))
                                        + "]}"),
                        destination(get("a.io/"), 0, to -> assertThat(text(to.request()))
                                .isEqualTo("set x-set=s, add x-add=a, remove x-gone"))),
                test(
                        "HTTPRouteRetry",
                        GW
                                + rules(
                                        rule("retry: {codes: [500], attempts: 3}", "v1", prefix("/one")),
                                        rule(
                                                "retry: {codes: [500, 502, 503, 504], attempts: 2, backoff: 100ms}",
                                                "v1",
                                                prefix("/all"))),
                        forward(get("a.io/one"), to -> {
                            assertThat(to.retry().attempts()).isEqualTo(3);
                            assertThat(to.retry().conditions().onStatus(500)).isTrue();
                            assertThat(to.retry().conditions().onStatus(503)).isFalse();
                        }),
                        forward(get("a.io/all"), to -> {
                            assertThat(to.retry().attempts()).isEqualTo(2);
                            assertThat(to.retry().conditions().onStatus(504)).isTrue();
                            assertThat(to.retry().backoff().minNanos()).isEqualTo(100_000_000L);
                        })),
                test(
                        "HTTPRouteRetryConnectionError",
                        GW + rules(rule("retry: {attempts: 3}", "v1")),
                        forward(get("a.io/"), to -> {
                            assertThat(to.retry().attempts()).isEqualTo(3);
                            assertThat(AttemptFailure.values())
                                    .allMatch(to.retry().conditions()::on);
                            assertThat(to.retry().conditions().onStatus(503)).isFalse();
                        })),
                test(
                        "HTTPRouteRetryWithTimeouts",
                        GW
                                + rules(rule(
                                        "retry: {codes: [500], attempts: 5}, timeouts: {backendRequest: 200ms, request: 400ms}",
                                        "v1")),
                        forward(get("a.io/"), to -> {
                            assertThat(to.timeoutNanos()).isEqualTo(400_000_000L);
                            assertThat(to.retry().perTryTimeoutNanos()).isEqualTo(200_000_000L);
                            assertThat(to.retry().attempts()).isEqualTo(5);
                        })),
                test("HTTPRouteNamedRule", GW + rules(rule("name: named", "v1")), served -> assertThat(
                                Outcomes.route(served.compilation().table(), get("a.io/"))
                                        .name())
                        .isEqualTo("named")));
    }

    private static String mirror(String service, String share) {
        return "{type: RequestMirror, requestMirror: {backendRef: {name: " + service + ", port: 80}" + share + "}}";
    }

    private static String mirror(Mirror mirror) {
        String host = mirror.upstream().info().host();
        return host.substring(0, host.indexOf('.')) + " " + mirror.share().perMillion();
    }

    private static GatewayApiCase status(int code) {
        return test(
                "HTTPRoute" + code + "Redirect",
                GW + rules(rule(redirect("hostname: example.org, statusCode: " + code), "")),
                reaches(get("a.io/x"), code + " http://example.org/x"));
    }

    private static String set(String name, String namespace, String... listeners) {
        return """
                apiVersion: gateway.networking.k8s.io/v1
                kind: ListenerSet
                metadata: {name: %s, namespace: %s}
                spec: {parentRef: {name: gw, namespace: infra}, listeners: [%s]}
                ---
                """.formatted(name, namespace, String.join(", ", listeners));
    }

    private static String allowing(String from) {
        return gatewayWith(
                "gw", "allowedListeners: {namespaces: {" + from + "}},", listenerYaml("http", 80, "hostname: gw.io"));
    }

    private static String setRoute(String namespace, String set) {
        return routeYaml(namespace, "r", "{kind: ListenerSet, name: " + set + "}", "", to("v1"));
    }

    static Stream<GatewayApiCase> gateways() {
        String labels = "apiVersion: v1\nkind: Namespace\nmetadata: {name: web, labels: {team: web}}\n---\n";
        String web = set("s", "web", listenerYaml("extra", 80, "hostname: web.io"));
        return Stream.of(
                test(
                        "GatewayClassObservedGenerationBump",
                        "",
                        condition("GatewayClass", "", "ours", "Accepted", "True Accepted")),
                test(
                        "GatewayObservedGenerationBump",
                        GW,
                        gateway("gw", "Accepted", "True Accepted"),
                        gateway("gw", "Programmed", "True Programmed")),
                test(
                        "GatewayNameMaximumLength",
                        gatewayYaml("g".repeat(63) + "." + "g".repeat(63), listenerYaml("http", 80, "")),
                        gateway("g".repeat(63) + "." + "g".repeat(63), "Accepted", "True Accepted")),
                test(
                        "GatewayWithAttachedRoutes",
                        GW
                                + routeYaml("infra", "one", "{name: gw}", "", to("v1"))
                                + routeYaml("infra", "two", "{name: gw}", "", to("nobody")),
                        attached("gw", "http", 2)),
                test(
                        "GatewayWithAttachedRoutesWithPort8080",
                        gatewayYaml("gw", listenerYaml("http", 8080, "")) + rules(to("v1")),
                        attached("gw", "http", 1),
                        reaches(get("a.io/").port(8080), "v1")),
                test(
                        "GatewayInvalidRouteKind",
                        gatewayYaml(
                                "gw",
                                listenerYaml(
                                        "http",
                                        80,
                                        "allowedRoutes: {kinds: [{kind: InvalidRoute}, {kind: HTTPRoute}]}")),
                        listener("gw", "http", "ResolvedRefs", "False InvalidRouteKinds"),
                        served -> assertThat(served.listener("gw", "http").supportedKinds())
                                .extracting(kind -> kind.kind())
                                .containsExactly("HTTPRoute")),
                test(
                        "GatewayListenerUnsupportedProtocol",
                        gatewayYaml(
                                        "gw",
                                        listenerYaml("http", 80, ""),
                                        "{name: odd, port: 9000, protocol: example.com/odd}")
                                + rules(to("v1")),
                        gateway("gw", "Accepted", "True ListenersNotValid"),
                        listener("gw", "odd", "Accepted", "False UnsupportedProtocol"),
                        listener("gw", "http", "Accepted", "True Accepted"),
                        reaches(get("a.io/"), "v1")),
                test(
                        "GatewayInvalidParametersRef",
                        gatewayWith(
                                        "gw",
                                        "infrastructure: {parametersRef: {group: x.io, kind: X, name: x}},",
                                        listenerYaml("http", 80, ""))
                                + rules(to("v1")),
                        gateway("gw", "Accepted", "False InvalidParameters"),
                        reaches(get("a.io/"), "404")),
                test(
                        "GatewayHTTPListenerIsolation",
                        gatewayYaml(
                                        "gw",
                                        listenerYaml("empty", 80, ""),
                                        listenerYaml("wild-com", 80, "hostname: \"*.example.com\""),
                                        listenerYaml("wild-foo", 80, "hostname: \"*.foo.example.com\""),
                                        listenerYaml("abc", 80, "hostname: abc.foo.example.com"))
                                + routeYaml(
                                        "infra",
                                        "one",
                                        "{name: gw, sectionName: empty}",
                                        "",
                                        to("v1", prefix("/empty")))
                                + routeYaml(
                                        "infra",
                                        "two",
                                        "{name: gw, sectionName: wild-com}",
                                        "",
                                        to("v1", prefix("/com")))
                                + routeYaml(
                                        "infra",
                                        "three",
                                        "{name: gw, sectionName: wild-foo}",
                                        "",
                                        to("v1", prefix("/foo")))
                                + routeYaml(
                                        "infra", "four", "{name: gw, sectionName: abc}", "", to("v1", prefix("/abc"))),
                        reaches(get("bar.com/empty"), "v1"),
                        reaches(get("bar.com/com"), "404"),
                        reaches(get("bar.example.com/com"), "v1"),
                        reaches(get("bar.example.com/empty"), "404"),
                        reaches(get("bar.foo.example.com/foo"), "v1"),
                        reaches(get("bar.foo.example.com/com"), "404"),
                        reaches(get("abc.foo.example.com/abc"), "v1"),
                        reaches(get("abc.foo.example.com/foo"), "404")),
                test(
                        "GatewayOptionalAddressValue",
                        gatewayWith("gw", "addresses: [{type: IPAddress}],", listenerYaml("http", 80, ""))
                                + rules(to("v1")),
                        gateway("gw", "Programmed", "True Programmed"),
                        reaches(get("a.io/"), "v1")),
                test(
                        "GatewayStaticAddresses",
                        gatewayWith(
                                        "gw",
                                        "addresses: [{type: IPAddress, value: 10.1.1.1}],",
                                        listenerYaml("http", 80, ""))
                                + gatewayWith(
                                        "odd",
                                        "addresses: [{type: Hostname, value: x.io}],",
                                        listenerYaml("http", 81, "")),
                        gateway("gw", "Accepted", "True Accepted"),
                        gateway("odd", "Accepted", "False UnsupportedAddress"),
                        served -> assertThat(served.compilation().table().listeners())
                                .extracting(ListenerSpec::id)
                                .extracting(id -> id.bind() + ":" + id.port())
                                .containsExactly("10.1.1.1:80")),
                test(
                        "ListenerSetDefaultNotAllowed",
                        GW + set("s", "infra", listenerYaml("extra", 8080, "")) + setRoute("infra", "s"),
                        condition("ListenerSet", "infra", "s", "Accepted", "False NotAllowed"),
                        reaches(get("a.io/").port(8080), "404")),
                test(
                        "ListenerSetAllowedNamespaceNone",
                        allowing("from: None") + set("s", "infra", listenerYaml("extra", 8080, "")),
                        condition("ListenerSet", "infra", "s", "Accepted", "False NotAllowed")),
                test(
                        "ListenerSetAllowedNamespaceSame",
                        allowing("from: Same")
                                + set("s", "infra", listenerYaml("extra", 8080, ""))
                                + setRoute("infra", "s")
                                + web,
                        condition("ListenerSet", "infra", "s", "Accepted", "True Accepted"),
                        condition("ListenerSet", "web", "s", "Accepted", "False NotAllowed"),
                        reaches(get("a.io/").port(8080), "v1")),
                test(
                        "ListenerSetAllowedNamespaceSelector",
                        labels
                                + allowing("from: Selector, selector: {matchLabels: {team: web}}")
                                + web
                                + setRoute("web", "s"),
                        condition("ListenerSet", "web", "s", "Accepted", "True Accepted"),
                        reaches(get("web.io/"), "v1")),
                test(
                        "ListenerSetAllowedRoutesSupportedKinds",
                        allowing("from: All")
                                + set(
                                        "s",
                                        "web",
                                        listenerYaml(
                                                "extra",
                                                80,
                                                "hostname: web.io, allowedRoutes: {kinds: [{kind: TLSRoute}]}"))
                                + setRoute("web", "s"),
                        route("web", "r", "Accepted", "False NotAllowedByListeners"),
                        reaches(get("web.io/"), "404")),
                test(
                        "ListenerSetAllowedRoutesNamespaces",
                        allowing("from: All")
                                + web
                                + routeYaml("app", "r", "{kind: ListenerSet, name: s, namespace: web}", "", to("v1")),
                        route("app", "r", "Accepted", "False NotAllowedByListeners")),
                test(
                        "ListenerSetHTTPRouting",
                        allowing("from: All") + web + setRoute("web", "s") + rules(to("v2")),
                        reaches(get("web.io/"), "v1"),
                        reaches(get("gw.io/"), "v2")),
                test(
                        "ListenerSetHostnameConflict",
                        allowing("from: All")
                                + set("first", "web", listenerYaml("x", 80, "hostname: web.io"))
                                + set("second", "app", listenerYaml("x", 80, "hostname: web.io"))
                                + set("third", "app", listenerYaml("x", 80, "hostname: gw.io"))
                                + setRoute("web", "first")
                                + setRoute("app", "second"),
                        condition("ListenerSet", "web", "first", "Accepted", "True Accepted"),
                        condition("ListenerSet", "app", "second", "Accepted", "False ListenersNotValid"),
                        condition("ListenerSet", "app", "third", "Accepted", "False ListenersNotValid"),
                        reaches(get("web.io/"), "v1")),
                test(
                        "ListenerSetProtocolConflict",
                        allowing("from: All") + set("s", "web", "{name: x, port: 80, protocol: TCP}"),
                        condition("ListenerSet", "web", "s", "Accepted", "False ListenersNotValid")),
                test(
                        "ListenerSetDualParentRefIndependence",
                        allowing("from: All")
                                + set("s", "infra", listenerYaml("extra", 80, "hostname: set.io"))
                                + routeYaml(
                                        "infra",
                                        "both",
                                        "{name: gw}, {kind: ListenerSet, name: s}",
                                        "",
                                        to("v1", prefix("/both")))
                                + routeYaml(
                                        "infra",
                                        "one",
                                        "{name: gw, sectionName: odd}, {kind: ListenerSet, name: s}",
                                        "",
                                        to("v2", prefix("/one"))),
                        routeAt(0, "both", "Accepted", "True Accepted"),
                        routeAt(1, "both", "Accepted", "True Accepted"),
                        routeAt(0, "one", "Accepted", "False NoMatchingParent"),
                        routeAt(1, "one", "Accepted", "True Accepted"),
                        reaches(get("gw.io/both"), "v1"),
                        reaches(get("set.io/both"), "v1"),
                        reaches(get("set.io/one"), "v2"),
                        reaches(get("gw.io/one"), "404"),
                        served -> assertThat(((ResourceStatus.OfGateway) served.status("Gateway", "infra", "gw"))
                                        .attachedListenerSets())
                                .isEqualTo(1)),
                test(
                        "ListenerSetGatewayParentSectionNameNotFound",
                        allowing("from: All")
                                + set("s", "infra", listenerYaml("extra", 80, "hostname: set.io"))
                                + routeYaml(
                                        "infra",
                                        "good",
                                        "{kind: ListenerSet, name: s, sectionName: extra}",
                                        "",
                                        to("v1", prefix("/good")))
                                + routeYaml(
                                        "infra", "bad", "{name: gw, sectionName: extra}", "", to("v2", prefix("/bad"))),
                        route("infra", "good", "Accepted", "True Accepted"),
                        route("infra", "bad", "Accepted", "False NoMatchingParent"),
                        reaches(get("set.io/good"), "v1"),
                        reaches(get("gw.io/bad"), "404"),
                        reaches(get("set.io/bad"), "404")),
                test(
                        "ListenerSetRouteStatusScopedToParentRef",
                        allowing("from: All")
                                + set("s", "infra", listenerYaml("extra", 80, "hostname: set.io"))
                                + routeYaml("infra", "gw-only", "{name: gw}", "", to("v1", prefix("/gw")))
                                + routeYaml(
                                        "infra",
                                        "set-only",
                                        "{kind: ListenerSet, name: s}",
                                        "",
                                        to("v2", prefix("/set"))),
                        parents("infra", "gw-only", 1),
                        parents("infra", "set-only", 1),
                        route("infra", "gw-only", "Accepted", "True Accepted"),
                        route("infra", "set-only", "Accepted", "True Accepted")));
    }

    private static final Set<String> TODAY = GatewayApi.SPOKEN;

    static Stream<GatewayApiCase> all() {
        return Stream.of(
                        core(),
                        extended(),
                        gateways(),
                        GatewayApiOtherRows.refusedConnections(),
                        GatewayApiOtherRows.certificates(),
                        GatewayApiOtherRows.refusedPolicies())
                .flatMap(cases -> cases);
    }

    @ParameterizedTest
    @MethodSource("all")
    void comesToWhatTheSpecificationSays(GatewayApiCase row) {
        row.run(TODAY);
    }

    static List<GatewayApiPending> compiled() {
        return GatewayApiPending.compiled();
    }

    /** What waits for the wire only: the table and the conditions are as they must be, once it is there. */
    @ParameterizedTest
    @MethodSource("compiled")
    void comesToWhatTheSpecificationSaysOnceItsProtocolIsSpoken(GatewayApiPending pending) {
        pending.row().run(pending.spoken());
        if (!pending.spoken().equals(TODAY)) {
            assertThatThrownBy(() -> pending.row().run(TODAY)).isInstanceOf(AssertionError.class);
        }
    }

    static Stream<GatewayApiPending> pending() {
        return Stream.concat(GatewayApiPending.compiled().stream(), GatewayApiPending.missing().stream());
    }

    /** What is pending has a reason that a user can see. Without it the test is to be a row that passes. */
    @ParameterizedTest
    @MethodSource("pending")
    void whatIsPendingIsWarnedOf(GatewayApiPending pending) {
        assertThat(pending.row().problems()).anyMatch(problem -> problem.contains(pending.proof()));
    }

    private static RouteTable live(RouteTableCompiler compiler, String yaml) {
        return compiler.compile(TestConfig.parse(GatewayApiCase.COMMON + yaml)).table();
    }

    /** GatewayModifyListeners; and what a grant, a class or a namespace's labels permit ends with them. */
    @Test
    void listenersGrantsAndClassesComeAndGoUnderAnIncrementalCompiler() {
        RouteTableCompiler compiler = new RouteTableCompiler(CompileSettings.of(Map.of()));
        String two = gatewayYaml("gw", listenerYaml("http", 80, ""), listenerYaml("b", 8080, "hostname: b.io"));
        String routes = rules("{backendRefs: [{name: v1, namespace: web, port: 80}]}");
        String grant = grant(
                "web",
                "{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: infra}",
                "{group: \"\", kind: Service}");

        assertThat(Outcomes.of(live(compiler, GW + routes), get("b.io/"))).isEqualTo("500");
        RouteTable granted = live(compiler, two + routes + grant);
        assertThat(Outcomes.of(granted, get("b.io/"))).isEqualTo("v1");
        assertThat(Outcomes.of(granted, get("b.io/").port(8080))).isEqualTo("v1");
        assertThat(Outcomes.of(granted, get("c.io/").port(8080))).isEqualTo("404");
        RouteTable fewer = live(compiler, GW + routes + grant);
        assertThat(fewer.port(8080)).isNull();
        assertThat(Outcomes.of(fewer, get("c.io/"))).isEqualTo("v1");
        assertThat(Outcomes.of(live(compiler, GW + routes), get("c.io/"))).isEqualTo("500");
        assertThat(live(compiler, GW.replace("ours", "theirs") + routes).port(80))
                .isNull();
    }

    /** A change of one route must leave the compiled routes of the others as they are. */
    @Test
    void oneChangedRouteLeavesTheOthersAlone() {
        RouteTableCompiler compiler = new RouteTableCompiler(CompileSettings.of(Map.of()));
        Map<ResourceKey, Resource> resources = new HashMap<>(TestConfig.parse(GatewayApiCase.COMMON
                + GW
                + routeYaml("infra", "one", "{name: gw}", "one.io", to("v1"))
                + routeYaml("infra", "two", "{name: gw}", "two.io", to("v2"))));
        CompiledRoute before = Outcomes.route(compiler.compile(resources).table(), get("one.io/"));
        resources.putAll(TestConfig.parse(routeYaml("infra", "two", "{name: gw}", "two.io", to("v3"))));
        RouteTable after = compiler.compile(resources).table();

        assertThat(Outcomes.of(after, get("two.io/"))).isEqualTo("v3");
        assertThat(Outcomes.route(after, get("one.io/"))).isSameAs(before);
    }

    /** The suite has 139 tests, those for meshes not counted: gateway-api of 2026-08-21, on the way to v1.6. */
    @Test
    void everyTestIsARowOrPending() {
        List<String> passing = new ArrayList<>(all().map(GatewayApiCase::name).toList());
        passing.add("GatewayModifyListeners"); // a test of its own, below
        List<String> names = new ArrayList<>(passing);
        pending().forEach(pending -> names.add(pending.row().name()));

        System.out.printf(
                "Gateway API: %d tests pass, %d compile and wait for the wire, %d are pending:%n%s%n",
                passing.size(),
                GatewayApiPending.compiled().size(),
                GatewayApiPending.missing().size(),
                pending().map(GatewayApiPending::toString).collect(Collectors.joining(", ")));
        assertThat(names).doesNotHaveDuplicates().hasSize(139);
        Map<String, Long> byKind = names.stream()
                .collect(Collectors.groupingBy(
                        name -> name.replaceAll(
                                "^(HTTPRoute|GRPC|TLSRoute|TCPRoute|UDPRoute|Gateway|ListenerSet|Backend).*", "$1"),
                        Collectors.counting()));
        assertThat(byKind)
                .isEqualTo(Map.of(
                        "Backend", 8L,
                        "GRPC", 6L,
                        "Gateway", 24L,
                        "HTTPRoute", 58L,
                        "ListenerSet", 13L,
                        "TCPRoute", 8L,
                        "TLSRoute", 13L,
                        "UDPRoute", 9L));
        assertThat(GatewayApiPending.compiled()).hasSize(25);
        assertThat(GatewayApiPending.missing()).hasSize(26);
    }
}
