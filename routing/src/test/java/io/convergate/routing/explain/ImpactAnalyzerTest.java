package io.convergate.routing.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.convergate.routing.TestConfig;
import io.convergate.routing.compile.CompileSettings;
import io.convergate.routing.compile.RouteTableCompiler;
import io.convergate.routing.explain.ImpactGroup.Kind;
import io.convergate.routing.match.ListenerId;
import io.convergate.routing.match.MatchInputs;
import io.convergate.routing.match.PortTable;
import io.convergate.routing.match.RouteTable;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a change does to sampled requests is what it would do to traffic. */
class ImpactAnalyzerTest {
    private static final String SERVICES =
            TestConfig.GATEWAY + service("cart", "10.0.0.1") + service("beta", "10.0.0.2");
    private static final ListenerId PORT_80 = ListenerId.of(80);

    private static String service(String host, String address) {
        return "apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: {name: " + host + "}\nspec: {hosts: ["
                + host
                + "], ports: [{number: 80, name: http, protocol: HTTP}], resolution: STATIC, endpoints: [{address: "
                + address + "}]}\n---\n";
    }

    private static RouteTable table(String routes) {
        return compiled(SERVICES + site(routes));
    }

    private static String site(String routes) {
        return "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: site}\n"
                + "spec: {hosts: [shop.io], gateways: [gw], http: [" + routes + "]}\n";
    }

    private static RouteTable compiled(String yaml) {
        return new RouteTableCompiler(CompileSettings.of(Map.of()))
                .compile(TestConfig.parse(yaml))
                .table();
    }

    /** The sample that is taken of a request by what routing looks at then. */
    private static SampledRequest sample(RouteTable table, Question request) {
        PortTable port = Objects.requireNonNull(table.listener(PORT_80));
        var host = port.host(request.authority());
        return SampledRequest.of(
                        request,
                        PORT_80,
                        List.copyOf(request.headers().keySet()),
                        host == null ? MatchInputs.NONE : host.inputs())
                .orElseThrow();
    }

    private static Question get(String target, Map<String, String> headers) {
        int mark = target.indexOf('?');
        return new Question(
                "GET",
                "http",
                "shop.io",
                mark < 0 ? target : target.substring(0, mark),
                mark < 0 ? null : target.substring(mark + 1),
                headers,
                80);
    }

    private static Impact impact(RouteTable before, RouteTable after, Question request) {
        ImpactAnalyzer analyzer = new ImpactAnalyzer(before, after);
        analyzer.add(sample(before, request), 10);
        return analyzer.impact();
    }

    private static final String TO_CART = "{name: all, route: [{destination: {host: cart}}]}";
    private static final String TO_BETA = "{name: all, route: [{destination: {host: beta}}]}";

    private static String split(int cart, int beta) {
        return "{name: all, route: [{destination: {host: cart}, weight: " + cart
                + "}, {destination: {host: beta}, weight: " + beta + "}]}";
    }

    private static Arguments change(
            String before, String after, Kind kind, double affected, String says, String... lines) {
        return Arguments.of(before, after, kind, affected, says, List.of(lines));
    }

    static Stream<Arguments> changes() {
        return Stream.of(
                change(TO_CART, TO_BETA, Kind.ELSEWHERE, 10, "beta:80"),
                change(split(90, 10), split(50, 50), Kind.ELSEWHERE, 4, "50 % beta:80, 50 % cart:80"),
                change(split(90, 10), split(9, 1), null, 0, ""),
                change(TO_CART, split(99, 1), Kind.ELSEWHERE, 0.1, "99 % cart:80, 1 % beta:80"),
                change(
                        TO_CART,
                        "{match: [{uri: {prefix: /other}}], route: [{destination: {host: cart}}]}",
                        Kind.FAILS,
                        10,
                        "404: no route of shop.io takes it"),
                change(
                        "{match: [{uri: {prefix: /other}}], route: [{destination: {host: cart}}]}",
                        TO_CART,
                        Kind.MENDED,
                        10,
                        "cart:80"),
                change(TO_CART, "{directResponse: {status: 503}}", Kind.FAILS, 10, "the gateway answers 503"),
                change(TO_CART, "{directResponse: {status: 200}}", Kind.ELSEWHERE, 10, "the gateway answers 200"),
                change(
                        TO_CART,
                        "{route: [{destination: {host: cart}, weight: 75}, {destination: {host: gone}, weight: 25}]}",
                        Kind.FAILS,
                        2.5,
                        "75 % cart:80, 25 % 503: gone is not known"),
                change(
                        TO_CART,
                        "{name: all, fault: {abort: {percentage: {value: 20}, httpStatus: 500}}, route: [{destination: {host: cart}}]}",
                        Kind.FAILS,
                        2,
                        "cart:80",
                        "+ fault: 20 % are answered 500"),
                change(TO_CART, "{redirect: {uri: /new}}", Kind.REDIRECT, 10, "301 to http://shop.io/new"),
                change(
                        TO_CART,
                        "{name: all, timeout: 2s, retries: {attempts: 1, retryOn: 5xx}, route: [{destination: {host: cart}}]}",
                        Kind.FILTERS,
                        10,
                        "cart:80",
                        "+ timeout 2s, all attempts together"),
                change(
                        TO_CART,
                        "{name: all, headers: {request: {set: {k: v}}}, route: [{destination: {host: cart}}]}",
                        Kind.FILTERS,
                        10,
                        "cart:80",
                        "+ request header k is set to v"),
                change(
                        TO_CART,
                        "{name: all, rewrite: {uri: /v2/}, route: [{destination: {host: cart}}]}",
                        Kind.FILTERS,
                        10,
                        "cart:80",
                        "- the upstream gets /cart/1 for shop.io",
                        "+ the upstream gets /v2/cart/1 for shop.io"),
                change(
                        "{name: all, match: [{uri: {prefix: /}}], route: [{destination: {host: cart}}]}",
                        "{name: all, match: [{uri: {prefix: /}}], rewrite: {authority: cart.io}, route: [{destination: {host: cart}}]}",
                        Kind.FILTERS,
                        10,
                        "cart:80",
                        "+ the upstream gets /cart/1 for cart.io"),
                change(TO_CART, TO_CART.replace("all", "everything"), Kind.ROUTE, 10, "cart:80"),
                change(
                        TO_CART,
                        "{match: [{uri: {exact: /x}}], route: [{destination: {host: beta}}]}," + TO_CART,
                        null,
                        0,
                        ""));
    }

    @ParameterizedTest
    @MethodSource("changes")
    void aChangePutsARequestIntoTheGroupOfWhatItDoes(
            String before, String after, Kind kind, double affected, String says, List<String> lines) {
        Impact impact = impact(table(before), table(after), get("/cart/1", Map.of()));

        assertThat(impact.sampled()).isEqualTo(1);
        assertThat(impact.requests()).isEqualTo(10);
        if (kind == null) {
            assertThat(impact.groups()).isEmpty();
            assertThat(impact.unaffected()).isEqualTo(10);
            return;
        }
        assertThat(impact.groups()).as("%s", impact).hasSize(1);
        ImpactGroup group = impact.groups().get(0);
        assertThat(group.kind()).isEqualTo(kind);
        assertThat(group.affected()).isCloseTo(affected, within(1e-9));
        assertThat(group.after().says()).isEqualTo(says);
        assertThat(group.changes()).containsAll(lines);
        assertThat(group.example().request()).isEqualTo("GET http://shop.io/cart/1");
    }

    @Test
    void aServiceWithoutEndpointsFailsAndOneWithOthersIsTold() {
        RouteTable before = table(TO_CART);
        String moved = SERVICES.replace("10.0.0.1", "10.0.0.9") + site(TO_CART);
        String none = SERVICES.replace(", endpoints: [{address: 10.0.0.1}]", "") + site(TO_CART);

        ImpactGroup elsewhere =
                impact(before, compiled(moved), get("/", Map.of())).groups().get(0);
        ImpactGroup failing =
                impact(before, compiled(none), get("/", Map.of())).groups().get(0);

        assertThat(elsewhere.kind()).isEqualTo(Kind.ENDPOINTS);
        assertThat(elsewhere.changes()).containsExactly("- endpoint 10.0.0.1:80", "+ endpoint 10.0.0.9:80");
        assertThat(failing.kind()).isEqualTo(Kind.FAILS);
        assertThat(failing.after().says()).isEqualTo("cart:80, which has no endpoint (503)");
    }

    @Test
    void aHostAndAPortThatGoAreTold() {
        RouteTable before = table(TO_CART);

        assertThat(impact(before, compiled(site(TO_CART)), get("/", Map.of())).groups())
                .extracting(group -> group.after().says())
                .containsExactly("the connection is refused: nothing listens on port 80");
        RouteTable renamed = compiled((SERVICES + site(TO_CART)).replace("shop.io", "other.io"));
        assertThat(impact(before, renamed, get("/", Map.of())).groups())
                .extracting(group -> group.kind() + " " + group.after().says())
                .containsExactly("FAILS 404: there is no virtual host for it");
    }

    @Test
    void howEndpointsAreTreatedCountsAsAFilter() {
        String rule = "apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: cart}\n"
                + "spec: {host: cart, trafficPolicy: {loadBalancer: {simple: RANDOM}, connectionPool: {tcp: {maxConnections: 7}}}}\n---\n";

        ImpactGroup group = impact(table(TO_CART), compiled(SERVICES + rule + site(TO_CART)), get("/", Map.of()))
                .groups()
                .get(0);

        assertThat(group.kind()).isEqualTo(Kind.FILTERS);
        assertThat(group.changes())
                .containsExactlyInAnyOrder(
                        "+ cart:80: balancing RANDOM in place of LEAST_REQUEST",
                        "+ cart:80: connection pool settings change");
    }

    private static String canary(String match) {
        return "{name: canary, match: [" + match + "], route: [{destination: {host: beta}}]}," + TO_CART;
    }

    static Stream<Arguments> conditions() {
        return Stream.of(
                Arguments.of("{headers: {x-user: {exact: me}}}", "header x-user"),
                Arguments.of("{withoutHeaders: {x-user: {exact: me}}}", "header x-user"),
                Arguments.of("{queryParams: {page: {exact: '2'}}}", "parameter page"),
                Arguments.of("{headers: {cookie: {regex: '.*a=b.*'}}}", "header cookie"));
    }

    @ParameterizedTest
    @MethodSource("conditions")
    void whatTheSampleCannotAnswerIsNotGuessed(String match, String subject) {
        Question with = get("/?page=2", Map.of("x-user", "me", "cookie", "a=b"));
        Question without = get("/", Map.of());

        ImpactGroup group =
                impact(table(TO_CART), table(canary(match)), with).groups().get(0);
        assertThat(group.kind()).isEqualTo(Kind.UNDECIDED);
        assertThat(group.after().says()).contains("beta:80", "cart:80", "it depends on", subject);
        assertThat(impact(table(TO_CART), table(canary(match)), without).groups())
                .as("what was not there is known")
                .extracting(ImpactGroup::kind)
                .doesNotContain(Kind.UNDECIDED);
        assertThat(impact(table(canary(match)), table(TO_CART), with).groups())
                .as("what routing looks at is in the sample")
                .extracting(ImpactGroup::kind)
                .doesNotContain(Kind.UNDECIDED);
    }

    static Stream<Arguments> longValues() {
        return Stream.of(
                Arguments.of("{queryParams: {page: {regex: '2+'}}}", "parameter page"),
                Arguments.of("{headers: {x-user: {regex: '2+'}}}", "header x-user"));
    }

    @ParameterizedTest
    @MethodSource("longValues")
    void whatIsServedNowIsNotGuessedEitherWhereAValueWasTooLongToKeep(String match, String subject) {
        String tooLong = "2".repeat(1_500);
        Question request = get("/?page=" + tooLong, Map.of("x-user", tooLong));
        RouteTable before = table(canary(match));

        assertThat(impact(before, table(TO_CART), request).groups())
                .singleElement()
                .satisfies(group -> {
                    assertThat(group.kind()).isEqualTo(Kind.UNDECIDED);
                    assertThat(group.before().says()).contains("beta:80", "or cart:80", subject);
                    assertThat(group.before().routes()).isEmpty();
                    assertThat(group.after().says()).isEqualTo("cart:80");
                });
        assertThat(impact(before, table(canary(match)), request).unaffected())
                .as("whatever it was, it stays")
                .isEqualTo(10);
    }

    @Test
    void anExampleHoldsNoCharactersThatATerminalObeys() {
        Question request = get("/?page=a\u009b31m", Map.of("x-user", "a\u009b31mred\u001b[0m\u202e\u00e9"));
        String match = "{headers: {x-user: {regex: .*}}, queryParams: {page: {regex: .*}}}";

        ImpactGroup.Example example = impact(table(canary(match)), table(TO_CART), request)
                .groups()
                .get(0)
                .example();

        assertThat(example.headers()).containsEntry("x-user", "a(9b)31mred(1b)[0m(202e)\u00e9");
        assertThat(example.request()).isEqualTo("GET http://shop.io/?page=a(9b)31m");
    }

    @Test
    void thatAHeaderIsThereIsKnownWithoutItsValue() {
        Question with = get("/", Map.of("x-user", "me"));

        assertThat(impact(table(TO_CART), table(canary("{headers: {x-user: {}}}")), with)
                        .groups())
                .extracting(ImpactGroup::kind)
                .containsExactly(Kind.ELSEWHERE);
    }

    @Test
    void aSampleHoldsNothingThatRoutingDoesNotLookAt() {
        Question request = get(
                "/a?page=2&token=s3cret",
                Map.of("authorization", "Bearer s3cret", "cookie", "id=s3cret", "x-user", "me", "x-other", "s3cret"));

        SampledRequest sample =
                sample(table(canary("{headers: {x-user: {exact: me}}, queryParams: {page: {exact: '2'}}}")), request);

        assertThat(sample.headers()).containsExactly(Map.entry("x-user", "me"));
        assertThat(sample.query()).isEqualTo("page=2");
        assertThat(sample.toString()).doesNotContain("s3cret");
        assertThat(Redaction.line(sample)).isEqualTo("GET http://shop.io/a?page=2&...");
    }

    @Test
    void secretsThatRoutingLooksAtAreUsedAndNotShown() {
        String match =
                "{headers: {authorization: {prefix: 'Basic '}, cookie: {regex: '.*id=s3.*'}}, queryParams: {api_key: {exact: s3cret}}}";
        Question request = get("/?api_key=s3cret", Map.of("authorization", "Basic s3cret", "cookie", "id=s3cret"));

        ImpactGroup group = impact(table(canary(match)), table("{redirect: {uri: /new}}"), request)
                .groups()
                .get(0);

        assertThat(group.before().says()).isEqualTo("beta:80");
        assertThat(group.kind()).isEqualTo(Kind.REDIRECT);
        assertThat(group.toString()).doesNotContain("s3cret");
        assertThat(group.example().headers()).containsEntry("authorization", "(not shown)");
    }

    @Test
    void aRequestThatIsTooLongIsNotSampled() {
        assertThat(SampledRequest.of(get("/" + "x".repeat(5_000), Map.of()), PORT_80, List.of(), MatchInputs.NONE))
                .isEmpty();
    }

    @Test
    void requestsOfOneFateAreOneGroupAndNodesAddUp() {
        ImpactAnalyzer analyzer = new ImpactAnalyzer(table(TO_CART), table(TO_BETA));
        for (int i = 0; i < 5; i++) {
            analyzer.add(sample(table(TO_CART), get("/cart/" + i, Map.of())), 3);
        }
        Impact one = analyzer.impact();
        Impact both = Impact.merge(List.of(one, one, Impact.NONE));

        assertThat(one.groups()).hasSize(1);
        assertThat(both.groups()).hasSize(1);
        assertThat(both.sampled()).isEqualTo(10);
        assertThat(both.groups().get(0).requests()).isEqualTo(30);
        assertThat(both.groups().get(0).before().routes())
                .containsExactly("VirtualService default/site spec.http[0] (all)");
    }
}
