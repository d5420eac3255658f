package io.convergate.routing.compile;

import static io.convergate.routing.TestRequest.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.routing.TestConfig;
import io.convergate.routing.TestRequest;
import io.convergate.routing.action.DirectResponse;
import io.convergate.routing.action.Forward;
import io.convergate.routing.match.CompiledRoute;
import io.convergate.routing.match.RouteTable;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.problem.Problem;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Roots and delegates: which rules act, with which matches, and what each inherits. */
class DelegationTest {
    private static final ResourceKey DELEGATE =
            new ResourceKey(Resource.ISTIO_NETWORKING, "VirtualService", "team", "d");

    private static RouteTableCompiler compiler() {
        return new RouteTableCompiler(CompileSettings.of(Map.of()));
    }

    private static String service(String name, String spec) {
        return "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: " + name + "\nspec: {" + spec
                + "}\n---\n";
    }

    private static String root(String match) {
        return service(
                "{name: root}",
                "hosts: [x.io], gateways: [gw], http: [{name: r, match: [" + match
                        + "], delegate: {name: d, namespace: team}},"
                        + " {directResponse: {status: 200, body: {string: root}}}]");
    }

    private static String delegate(String match) {
        return service(
                "{name: d, namespace: team}",
                "http: [{name: l, match: [" + match + "], directResponse: {status: 200, body: {string: leaf}}}]");
    }

    private static RouteTable table(String yaml) {
        return compiler().compile(TestConfig.parse(TestConfig.GATEWAY + yaml)).table();
    }

    private static CompiledRoute route(RouteTable table, TestRequest request) {
        return table.port(80).match(request);
    }

    private static String answer(RouteTable table, TestRequest request) {
        CompiledRoute route = route(table, request);
        return route == null ? "404" : new String(((DirectResponse) route.action()).body());
    }

    static Stream<Arguments> matches() {
        return Stream.of(
                Arguments.of("", "", get("x.io/any"), "leaf"),
                Arguments.of("{uri: {prefix: /a}}", "", get("x.io/a/1"), "leaf"),
                Arguments.of("{uri: {prefix: /a}}", "", get("x.io/b"), "root"),
                Arguments.of("", "{uri: {exact: /a}}", get("x.io/a"), "leaf"),
                Arguments.of("{uri: {prefix: /a}}", "{uri: {prefix: /a/b}}", get("x.io/a/b/c"), "leaf"),
                Arguments.of("{uri: {prefix: /a}}", "{uri: {prefix: /a/b}}", get("x.io/a/c"), "root"),
                Arguments.of("{uri: {prefix: /a}}", "{uri: {exact: /a/b}}", get("x.io/a/b"), "leaf"),
                Arguments.of("{uri: {prefix: /a}}", "{uri: {prefix: /c}}", get("x.io/c"), "root"),
                Arguments.of("{uri: {exact: /a}}", "{uri: {exact: /a}}", get("x.io/a"), "leaf"),
                Arguments.of("{uri: {exact: /a}}", "{uri: {prefix: /a}}", get("x.io/a"), "root"),
                Arguments.of("{uri: {prefix: /a}}", "{uri: {regex: \"/a.*\"}}", get("x.io/a"), "root"),
                Arguments.of("{uri: {regex: \"/a.*\"}}", "{uri: {prefix: /a}}", get("x.io/a"), "root"),
                Arguments.of("{uri: {regex: \"/a.*\"}}", "{method: {exact: GET}}", get("x.io/a"), "leaf"),
                Arguments.of("{uri: {prefix: /a}}", "{uri: {prefix: /a}, ignoreUriCase: true}", get("x.io/a"), "root"),
                Arguments.of("{port: 80}", "{port: 81}", get("x.io/"), "root"),
                Arguments.of("{port: 80}", "{uri: {prefix: /}}", get("x.io/"), "leaf"),
                Arguments.of(
                        "{headers: {k: {exact: a}}}",
                        "{headers: {j: {exact: b}}}",
                        get("x.io/").with("j", "b"),
                        "root"),
                Arguments.of(
                        "{headers: {k: {exact: a}}}",
                        "{headers: {j: {exact: b}}}",
                        get("x.io/").with("j", "b").with("k", "a"),
                        "leaf"),
                Arguments.of(
                        "{headers: {k: {exact: a}}}",
                        "{headers: {k: {exact: b}}}",
                        get("x.io/").with("k", "b"),
                        "root"),
                Arguments.of(
                        "{headers: {k: {}}}",
                        "{headers: {k: {exact: b}}}",
                        get("x.io/").with("k", "b"),
                        "root"),
                Arguments.of(
                        "{withoutHeaders: {k: {}}}",
                        "{method: {exact: GET}}",
                        get("x.io/").with("k", "b"),
                        "root"),
                Arguments.of(
                        "{queryParams: {q: {prefix: a}}}",
                        "{queryParams: {q: {exact: ab}}}",
                        get("x.io/?q=ab"),
                        "leaf"),
                Arguments.of(
                        "{queryParams: {q: {prefix: a}}}", "{queryParams: {q: {exact: b}}}", get("x.io/?q=b"), "root"),
                Arguments.of("{authority: {prefix: x}}", "{authority: {exact: x.io}}", get("x.io/"), "leaf"),
                Arguments.of(
                        "{scheme: {exact: http}}",
                        "{scheme: {exact: https}}",
                        get("x.io/").scheme("https"),
                        "root"),
                Arguments.of(
                        "{method: {exact: GET}}",
                        "{uri: {prefix: /}}",
                        get("x.io/").method("PUT"),
                        "root"),
                Arguments.of("{sourceNamespace: default}", "{sourceNamespace: team}", get("x.io/"), "root"),
                Arguments.of("{sourceNamespace: default}", "{uri: {prefix: /}}", get("x.io/"), "leaf"),
                Arguments.of("{sourceLabels: {a: b}}", "{uri: {prefix: /}}", get("x.io/"), "root"),
                Arguments.of("{gateways: [gw]}", "{gateways: [default/gw]}", get("x.io/"), "leaf"),
                Arguments.of("{gateways: [gw]}", "{gateways: [gw]}", get("x.io/"), "root"),
                Arguments.of(
                        "{uri: {prefix: /a}}, {uri: {prefix: /b}}", "{uri: {prefix: /b/c}}", get("x.io/b/c"), "leaf"),
                Arguments.of(
                        "{uri: {prefix: /a}}", "{uri: {prefix: /a/b}}, {uri: {prefix: /c}}", get("x.io/a/b"), "root"));
    }

    @ParameterizedTest
    @MethodSource("matches")
    void aDelegatesRuleActsWithinTheMatchesThatDelegateToIt(
            String root, String leaf, TestRequest request, String expected) {
        assertThat(answer(table(root(root) + delegate(leaf)), request)).isEqualTo(expected);
    }

    @Test
    void namesAreJoinedAndTheRouteSaysWhereItIsWritten() {
        CompiledRoute route =
                route(table(root("{name: m, uri: {prefix: /a}}") + delegate("{name: inner}")), get("x.io/a"));

        assertThat(route.name()).isEqualTo("r-l.m-inner");
        assertThat(route.source().name()).isEqualTo("root");
        assertThat(route.info().writtenIn()).isEqualTo(DELEGATE);
        assertThat(route.info().path()).isEqualTo("spec.http[0].match[0]");
    }

    private static final String SERVICE = """
            apiVersion: networking.istio.io/v1
            kind: ServiceEntry
            metadata: {name: up, namespace: team}
            spec:
              hosts: [up.team.svc.cluster.local]
              ports: [{number: 80, name: http, protocol: HTTP}]
              resolution: STATIC
              endpoints: [{address: 10.0.0.1}]
            ---
            """;

    @Test
    void aDelegateInheritsWhatItDoesNotSayAndItsShortNamesAreOfItsOwnNamespace() {
        RouteTable table = table(SERVICE
                + service(
                        "{name: root}",
                        "hosts: [x.io], gateways: [gw], http: [{match: [{uri: {prefix: /a}}], timeout: 3s,"
                                + " rewrite: {uri: /z}, headers: {request: {set: {k: root}}},"
                                + " delegate: {name: d, namespace: team}}]")
                + service(
                        "{name: d, namespace: team}",
                        "http: [{match: [{uri: {prefix: /a/b}}], timeout: 1s, route: [{destination: {host: up}}]},"
                                + " {headers: {response: {set: {k: leaf}}}, route: [{destination: {host: up}}]}]"));
        Forward special = (Forward) route(table, get("x.io/a/b/c")).action();
        Forward general = (Forward) route(table, get("x.io/a/c")).action();

        assertThat(special.timeoutNanos()).isEqualTo(TimeUnit.SECONDS.toNanos(1));
        assertThat(special.rewrite().rewrite("/a/b/c")).isEqualTo("/z/c");
        assertThat(special.request().set()).hasSize(1);
        assertThat(special.pick(0).upstream()).hasToString("outbound|80||up.team.svc.cluster.local");
        assertThat(general.timeoutNanos()).isEqualTo(TimeUnit.SECONDS.toNanos(3));
        assertThat(general.request().set())
                .as("headers are inherited whole or not at all")
                .isEmpty();
        assertThat(general.rewrite().rewrite("/a/c")).isEqualTo("/z/c");
    }

    @Test
    void aChangedDelegateOrServiceChangesTheRootAndAnUnchangedOneKeepsItsRoutes() {
        RouteTableCompiler compiler = compiler();
        Map<ResourceKey, Resource> resources =
                new HashMap<>(TestConfig.parse(TestConfig.GATEWAY + root("") + delegate("")));
        CompiledRoute first = route(compiler.compile(resources).table(), get("x.io/"));
        resources.putAll(TestConfig.parse(SERVICE));
        assertThat(route(compiler.compile(resources).table(), get("x.io/"))).isSameAs(first);

        resources.putAll(TestConfig.parse(
                service("{name: d, namespace: team}", "http: [{route: [{destination: {host: up}}]}]")));
        Forward forward = (Forward)
                route(compiler.compile(resources).table(), get("x.io/")).action();
        assertThat(forward.pick(0).upstream()).isNotNull();

        resources.keySet().removeIf(key -> key.kind().equals("ServiceEntry"));
        forward = (Forward)
                route(compiler.compile(resources).table(), get("x.io/")).action();
        assertThat(forward.pick(0).upstream()).as("the delegate names it").isNotNull();

        resources.putAll(TestConfig.parse(delegate("")));
        assertThat(answer(compiler.compile(resources).table(), get("x.io/"))).isEqualTo("leaf");
    }

    static Stream<Arguments> problems() {
        return Stream.of(
                Arguments.of(root(""), "IST0101 spec.http[0].delegate.name d (expected: a virtual service that exists"),
                Arguments.of(
                        root("")
                                + service(
                                        "{name: d, namespace: team}",
                                        "hosts: [y.io], http: [{directResponse: {status: 200}}]"),
                        "IST0101 spec.http[0].delegate.name d (expected: a delegate: a virtual service without hosts"),
                Arguments.of(
                        root("")
                                + service(
                                        "{name: d, namespace: team}",
                                        "exportTo: [.], http: [{directResponse: {status: 200}}]"),
                        "IST0101 spec.http[0].delegate.name d (expected: a virtual service that is exported to default"),
                Arguments.of(
                        root("{uri: {exact: /a}}") + delegate("{uri: {exact: /b}}"),
                        "DelegateRuleDropped spec.http[0].delegate spec.http[0] of"),
                Arguments.of(delegate(""), "UnusedDelegate spec.hosts nobody delegates to it"));
    }

    @ParameterizedTest
    @MethodSource("problems")
    void whatADelegationLacksIsWarnedOfAndOnlyItsRuleIsLeftOut(String yaml, String expected) {
        Compilation compilation = compiler().compile(TestConfig.parse(TestConfig.GATEWAY + yaml));

        assertThat(compilation.problems())
                .filteredOn(problem -> !problem.code().equals("NotServedYet"))
                .extracting(problem -> problem.code() + " " + problem.path() + " " + problem.message())
                .anyMatch(text -> text.startsWith(expected));
        if (yaml.contains("name: root")) {
            assertThat(answer(compilation.table(), get("x.io/"))).isEqualTo("root");
        }
    }

    @Test
    void aDelegateInUseIsNoProblem() {
        assertThat(compiler()
                        .compile(TestConfig.parse(TestConfig.GATEWAY + root("") + delegate("")))
                        .problems())
                .extracting(Problem::code)
                .doesNotContain("UnusedDelegate", "IST0101");
    }

    @Test
    void aNewVersionThatDelegatesToNobodyIsHeldBack() {
        RouteTableCompiler compiler = compiler();
        String plain = service(
                "{name: root}",
                "hosts: [x.io], gateways: [gw], http: [{directResponse: {status: 200, body: {string: old}}}]");
        compiler.compile(TestConfig.parse(TestConfig.GATEWAY + plain));

        Compilation next = compiler.compile(TestConfig.parse(TestConfig.GATEWAY + root("")));

        assertThat(answer(next.table(), get("x.io/"))).isEqualTo("old");
        assertThat(next.heldBack().values())
                .extracting(HeldBack::message)
                .first()
                .asString()
                .contains("team/d");
    }
}
