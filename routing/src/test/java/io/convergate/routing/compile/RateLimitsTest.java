package io.convergate.routing.compile;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.routing.TestConfig;
import io.convergate.routing.TestRequest;
import io.convergate.routing.action.Cors;
import io.convergate.routing.action.Filter;
import io.convergate.routing.action.RateLimit;
import io.convergate.routing.action.RateLimits;
import io.convergate.routing.limit.KeyHash;
import io.convergate.routing.limit.LimitKey;
import io.convergate.routing.limit.LimitSpec;
import io.convergate.routing.limit.Window;
import io.convergate.routing.match.CompiledRoute;
import io.convergate.routing.match.RouteTable;
import io.convergate.routing.problem.Problem;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which limits the routes of which resource get, and what their keys are made of. */
class RateLimitsTest {
    private static final String ROUTES = TestConfig.GATEWAY + """
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: shop}
            spec:
              hosts: [shop.example]
              gateways: [gw]
              http:
              - name: cart
                match: [{name: mine, uri: {prefix: /cart}}]
                corsPolicy: {allowOrigins: [{exact: "https://a"}]}
                directResponse: {status: 200}
              - name: cart.v2
                match: [{uri: {prefix: /v2/cart}}]
                directResponse: {status: 200}
              - name: rest
                directResponse: {status: 200}
              - match: [{uri: {prefix: /team}}]
                delegate: {name: team}
            ---
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: team}
            spec: {http: [{name: own, directResponse: {status: 200}}]}
            ---
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata: {name: old}
            spec:
              ingressClassName: convergate
              rules:
              - host: old.example
                http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: x, port: {number: 80}}}}]}
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: GatewayClass
            metadata: {name: c}
            spec: {controllerName: convergate.io/gateway}
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: Gateway
            metadata: {name: kgw}
            spec: {gatewayClassName: c, listeners: [{name: h, port: 81, protocol: HTTP}]}
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: api}
            spec:
              parentRefs: [{name: kgw}]
              hostnames: [api.example]
              rules:
              - {name: v2, matches: [{path: {value: /v2}}]}
              - {name: v1}
            ---
            """;

    private final RouteTableCompiler compiler = new RouteTableCompiler(CompileSettings.of(Map.of()));

    private static String policy(String name, String targets, String rules) {
        return """
                apiVersion: convergate.io/v1
                kind: RateLimitPolicy
                metadata: {name: %s}
                spec: {targetRefs: [%s], rules: [%s]}
                ---
                """.formatted(name, targets, rules);
    }

    private static String nginx(String annotations) {
        return ROUTES.replace(
                "metadata: {name: old}",
                "metadata: {name: old, annotations: {"
                        + annotations.replace("limit-", "nginx.ingress.kubernetes.io/limit-") + "}}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "limit-rps: '10' | limit-rps 10 in 1 s, 51 at once",
                "limit-rpm: '10' | limit-rpm 10 in 60 s, 51 at once",
                "limit-rps: '10', limit-burst-multiplier: '1' | limit-rps 10 in 1 s, 11 at once",
                "limit-rps: '10', limit-burst-multiplier: '0' | limit-rps 10 in 1 s, 1 at once",
                "limit-rps: '999999999' | limit-rps 999999999 in 1 s, 1000000000 at once",
                "limit-rps: '0' | ``",
                "limit-connections: '3' | limit-connections 3 in 0 s, 3 at once",
                "limit-rpm: '3', limit-rps: '1', limit-connections: '2' | limit-connections 2 in 0 s, 2 at once; limit-rps 1 in 1 s, 6 at once; limit-rpm 3 in 60 s, 16 at once",
                "limit-rps: '1', limit-whitelist: '10.0.0.0/8, 192.1.0.0/16' | limit-rps 1 in 1 s, 6 at once",
                "limit-rps: '1', limit-whitelist: '192.0.2.0/24' | ``",
                "limit-rps: '1', limit-allowlist: '2001:db8::/32,192.0.2.1' | ``",
            })
    void anIngressIsLimitedByItsAnnotationsButForWhoIsExempt(String annotations, String expected) {
        TestRequest request = TestRequest.get("old.example/"); // from 192.0.2.1
        List<RateLimit> limits = limits(compile(nginx(annotations)).table(), 80, "old.example/").stream()
                .filter(limit -> limit.appliesTo(request))
                .toList();

        assertThat(limits.stream()
                        .map(limit -> {
                            LimitSpec spec = limit.info().spec();
                            return limit.info().rule() + " " + spec.amount() + " in " + spec.seconds() + " s, "
                                    + spec.capacity() + " at once";
                        })
                        .collect(Collectors.joining("; ")))
                .isEqualTo(expected);
        assertThat(limits).allSatisfy(limit -> {
            assertThat(limit.refusal().status()).isEqualTo(503);
            assertThat(limit.key()).hasToString("[client address /32 (IPv6 /64)]");
        });
    }

    private Compilation compile(String yaml) {
        return compiler.compile(TestConfig.parse(yaml));
    }

    private static List<RateLimit> limits(RouteTable table, int port, String target) {
        CompiledRoute route = Objects.requireNonNull(Objects.requireNonNull(table.port(port))
                .match(TestRequest.get(target).port(port)));
        return route.filters().stream()
                .filter(RateLimits.class::isInstance)
                .flatMap(filter -> ((RateLimits) filter).limits().stream())
                .toList();
    }

    private static String names(List<RateLimit> limits) {
        return limits.stream()
                .map(limit -> limit.info().policy().name() + "." + limit.info().rule())
                .collect(Collectors.joining(" "));
    }

    @ParameterizedTest(name = "{0} limits: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "{kind: Gateway, group: networking.istio.io, name: gw} | cart cart.v2 rest",
                "{kind: Gateway, group: gateway.networking.k8s.io, name: kgw} | v2 v1",
                "{kind: VirtualService, name: shop} | cart cart.v2 rest",
                "{kind: VirtualService, name: shop, sectionName: cart} | cart",
                "{kind: VirtualService, name: shop, sectionName: cart.mine} | cart",
                "{kind: VirtualService, name: shop, sectionName: cart.v2} | cart.v2",
                "{kind: VirtualService, name: shop, sectionName: car} | nothing",
                "{kind: VirtualService, name: other} | nothing",
                "{kind: HTTPRoute, name: api} | v2 v1",
                "{kind: HTTPRoute, name: api, sectionName: v2} | v2",
                "{kind: Ingress, name: old} | old",
            })
    void aPolicyHoldsForTheRoutesThatItNames(String target, String expected) {
        RouteTable table =
                compile(ROUTES + policy("p", target, "{name: r, inFlight: 1}")).table();
        Map<String, List<RateLimit>> found = Map.of(
                "cart", limits(table, 80, "shop.example/cart"),
                "cart.v2", limits(table, 80, "shop.example/v2/cart"),
                "rest", limits(table, 80, "shop.example/x"),
                "old", limits(table, 80, "old.example/"),
                "v2", limits(table, 81, "api.example/v2"),
                "v1", limits(table, 81, "api.example/"));
        assertThat(found.entrySet().stream()
                        .filter(entry -> !entry.getValue().isEmpty())
                        .map(Map.Entry::getKey))
                .containsExactlyInAnyOrderElementsOf(
                        expected.equals("nothing") ? List.of() : List.of(expected.split(" ")));
    }

    @Test
    void allPoliciesHoldTheOldestFirstAndCorsBeforeThem() {
        RouteTable table = compile(ROUTES
                        + policy(
                                "b",
                                "{kind: VirtualService, name: shop}",
                                "{name: r, inFlight: 1}, {name: s, inFlight: 2}")
                        + policy(
                                "a", "{kind: Gateway, group: networking.istio.io, name: gw}", "{name: t, inFlight: 3}"))
                .table();
        assertThat(names(limits(table, 80, "shop.example/cart"))).isEqualTo("b.r b.s a.t");
        CompiledRoute cart = Objects.requireNonNull(
                Objects.requireNonNull(table.port(80)).match(TestRequest.get("shop.example/cart")));
        assertThat(cart.filters().get(0)).isInstanceOf(Cors.class);
        assertThat(cart.filters().get(1)).isInstanceOf(RateLimits.class);
    }

    @Test
    void aPolicyThatComesChangesOrGoesActsAtOnceAndTouchesNothingElse() {
        RouteTable before = compile(ROUTES).table();
        assertThat(limits(before, 80, "shop.example/cart")).isEmpty();
        String one = policy("p", "{kind: VirtualService, name: shop}", "{name: r, inFlight: 1}");
        RouteTable limited = compile(ROUTES + one).table();
        assertThat(limits(limited, 80, "shop.example/cart").get(0).info().spec())
                .isEqualTo(new LimitSpec.InFlight(1));
        assertThat(limited.port(81)).isSameAs(before.port(81));
        RouteTable changed =
                compile(ROUTES + one.replace("inFlight: 1", "inFlight: 2")).table();
        assertThat(limits(changed, 80, "shop.example/cart").get(0).info().spec())
                .isEqualTo(new LimitSpec.InFlight(2));
        assertThat(limits(compile(ROUTES).table(), 80, "shop.example/cart")).isEmpty();
    }

    @Test
    void aPolicyOfADelegateHoldsWhereTheDelegateIsUsed() {
        String late = ROUTES.replace("  - name: rest\n", "  - name: rest\n    match: [{uri: {prefix: /rest}}]\n");
        RouteTable table = compile(late + policy("p", "{kind: VirtualService, name: team}", "{name: r, inFlight: 1}"))
                .table();
        assertThat(limits(table, 80, "shop.example/team/x")).hasSize(1);
        assertThat(limits(table, 80, "shop.example/rest")).isEmpty();
    }

    @Test
    void aTargetThatIsNotThereIsAWarningUntilItIs() {
        String policy = policy("p", "{kind: VirtualService, name: shop}", "{name: r, inFlight: 1}");
        assertThat(compile(policy).problems())
                .extracting(Problem::toString)
                .containsExactly("warning IST0101 RateLimitPolicy/default/p spec.targetRefs[0].name: shop (expected: a"
                        + " VirtualService in default)");
        assertThat(compile(ROUTES + policy).problems())
                .noneMatch(problem -> problem.path().startsWith("spec.targetRefs"));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "{kind: VirtualService, name: shop, sectionName: cart} | ",
                "{kind: VirtualService, name: shop, sectionName: cart.mine} | ",
                "{kind: VirtualService, name: shop, sectionName: own} | ",
                "{kind: VirtualService, name: team, sectionName: own} | ",
                "{kind: HTTPRoute, name: api, sectionName: v2} | ",
                "{kind: VirtualService, name: shop, sectionName: car} | car",
                "{kind: HTTPRoute, name: api, sectionName: v3} | v3",
            })
    void aRouteThatIsNotThereIsAWarning(String target, @Nullable String missing) {
        String rest = ROUTES.replace("  - name: rest\n", "  - name: rest\n    match: [{uri: {prefix: /rest}}]\n");
        assertThat(compile(rest + policy("p", target, "{name: r, inFlight: 1}")).problems())
                .filteredOn(problem -> problem.path().startsWith("spec.targetRefs"))
                .extracting(Problem::toString)
                .isEqualTo(
                        missing == null
                                ? List.of()
                                : List.of("warning IST0101 RateLimitPolicy/default/p spec.targetRefs[0].sectionName: "
                                        + missing + " (expected: the name of a route of it; until then the policy"
                                        + " limits nothing)"));
    }

    @Test
    void whatNeedsIdentitiesIsLeftOut() {
        RouteTable table = compile(ROUTES
                        + policy(
                                "p",
                                "{kind: VirtualService, name: shop}",
                                "{name: r, inFlight: 1, key: [{claim: sub}]}, {name: s, inFlight: 1}"))
                .table();
        assertThat(names(limits(table, 80, "shop.example/cart"))).isEqualTo("p.s");
    }

    @Test
    void theAmountsAreWhatIsWritten() {
        String rules = "{name: a, limit: {requests: 5, per: SECOND}},"
                + " {name: b, limit: {requests: 5, per: MINUTE, burst: 9}},"
                + " {name: c, limit: {requests: 5, per: MONTH, algorithm: FIXED_WINDOW}}";
        RouteTable table = compile(ROUTES + policy("p", "{kind: VirtualService, name: shop}", rules))
                .table();
        assertThat(limits(table, 80, "shop.example/cart"))
                .extracting(limit -> limit.info().spec())
                .containsExactly(
                        new LimitSpec.Rate(5, 1_000_000_000L, 5),
                        new LimitSpec.Rate(5, 60_000_000_000L, 9),
                        new LimitSpec.Quota(5, Window.MONTH));
    }

    @ParameterizedTest(name = "{0}: {1} and {2} are one key: {3}")
    @CsvSource(
            delimiter = '|',
            value = {
                "{header: x-key} | a/?q#x-key=1 | a/?q#x-key=1 | true",
                "{header: x-key} | a/?q#x-key=1 | a/?q#x-key=2 | false",
                "{header: x-key} | a/?q#other=1 | a/?q#other=2 | true",
                "{cookie: s} | a/?q#cookie=x=1; s=2 | a/?q#cookie=s=2 | true",
                "{cookie: s} | a/?q#cookie=s=1 | a/?q#cookie=s=2 | false",
                "{cookie: s} | a/?q#cookie=ss=1 | a/?q#cookie=ss=2 | true",
                "{query: u} | a/?u=1&v=2#a=a | a/?v=3&u=1#a=a | true",
                "{query: u} | a/?u=1#a=a | a/?u=2#a=a | false",
                "{pathSegment: 2} | a/x/1/y?q#a=a | a/z/1?q#a=a | true",
                "{pathSegment: 2} | a/x/1?q#a=a | a/x/2?q#a=a | false",
                "{constant: c} | a/x/1?q#a=a | a/x/2?q#a=a | true",
                "{clientAddress: {}} | a/x/1?q#a=a | a/x/2?q#a=a | true",
            })
    void keysAreMadeOfTheRequest(String part, String one, String other, boolean same) {
        RouteTable table = compile(ROUTES
                        + policy(
                                "p",
                                "{kind: VirtualService, name: shop}",
                                "{name: r, inFlight: 1, key: [" + part + "]}"))
                .table();
        RateLimit limit = limits(table, 80, "shop.example/cart").get(0);
        assertThat(key(limit, one).equals(key(limit, other))).isEqualTo(same);
    }

    private static LimitKey key(RateLimit limit, String request) {
        String[] parts = request.split("#", 2);
        String[] header = parts[1].split("=", 2);
        return limit.key(new KeyHash(), TestRequest.get(parts[0]).with(header[0], header[1]))
                .key();
    }

    @Test
    void aRuleIsForTheRequestsOfItsMatch() {
        RouteTable table = compile(ROUTES
                        + policy(
                                "p",
                                "{kind: VirtualService, name: shop}",
                                "{name: r, inFlight: 1, match: [{method: {exact: POST}}, {uri: {prefix: /cart/x}}]}"))
                .table();
        RateLimit limit = limits(table, 80, "shop.example/cart").get(0);
        assertThat(limit.appliesTo(TestRequest.get("a/cart"))).isFalse();
        assertThat(limit.appliesTo(TestRequest.get("a/cart").method("POST"))).isTrue();
        assertThat(limit.appliesTo(TestRequest.get("a/cart/x/y"))).isTrue();
    }

    @Test
    void filtersOfRoutesWithoutPoliciesAreAsBefore() {
        assertThat(compile(ROUTES).table().routes().flatMap(route -> route.filters().stream()))
                .noneMatch((Filter filter) -> filter instanceof RateLimits);
    }
}
