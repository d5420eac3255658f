package io.convergate.routing.compile;

import static io.convergate.routing.TestRequest.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.routing.TestConfig;
import io.convergate.routing.action.Forward;
import io.convergate.routing.match.CompiledRoute;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.problem.Problem;
import io.convergate.routing.resolve.Configuration;
import io.convergate.routing.upstream.Upstream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What routes name is not taken away from under them, whoever names it and whatever provides it. */
class MakeBeforeBreakTest {
    private static final String FRAME = TestConfig.GATEWAY + """
            apiVersion: gateway.networking.k8s.io/v1
            kind: GatewayClass
            metadata: {name: convergate}
            spec: {controllerName: convergate.io/gateway}
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: Gateway
            metadata: {name: front}
            spec:
              gatewayClassName: convergate
              listeners: [{name: http, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: All}}}]
            ---
            """
            + service("other", "{name: web, port: 80}, {name: old, port: 81}") + slice("other", "10.0.0.9");

    private final RouteTableCompiler compiler = new RouteTableCompiler(CompileSettings.of(Map.of()));
    private Compilation last = compiler.compile(Map.of());

    /** Who names something: the same route to a host and port, or to a subset of it. */
    private enum Referrer {
        VIRTUAL_SERVICE("""
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: r}
                spec:
                  hosts: ["r.io"]
                  gateways: [gw]
                  http: [{route: [{destination: {host: HOST, SUBSET port: {number: PORT}}}]}]
                ---
                """),
        VIRTUAL_SERVICE_MIRROR("""
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: r}
                spec:
                  hosts: ["r.io"]
                  gateways: [gw]
                  http:
                  - route: [{destination: {host: HOST, SUBSET port: {number: PORT}}}]
                    mirrors: [{destination: {host: HOST, port: {number: PORT}}}]
                ---
                """),
        HTTP_ROUTE(gatewayRoute("HTTPRoute")),
        GRPC_ROUTE(gatewayRoute("GRPCRoute")),
        INGRESS_BY_NUMBER(ingress("number: PORT")),
        INGRESS_BY_NAME(ingress("name: NAME"));

        private final String yaml;

        Referrer(String yaml) {
            this.yaml = yaml;
        }

        private static String gatewayRoute(String kind) {
            return """
                    apiVersion: gateway.networking.k8s.io/v1
                    kind: %s
                    metadata: {name: r}
                    spec:
                      parentRefs: [{name: front}]
                      hostnames: ["r.io"]
                      rules: [{backendRefs: [{REF, port: PORT}]}]
                    ---
                    """.formatted(kind);
        }

        private static String ingress(String port) {
            return """
                    apiVersion: networking.k8s.io/v1
                    kind: Ingress
                    metadata: {name: r}
                    spec:
                      ingressClassName: convergate
                      rules:
                      - host: r.io
                        http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: SHORT, port: {%s}}}}]}
                    ---
                    """.formatted(port);
        }

        String naming(String host, String subset, int port) {
            String shortName = host.substring(0, host.indexOf('.'));
            String reference = host.endsWith(".svc.cluster.local")
                    ? "name: " + shortName
                    : "group: networking.istio.io, kind: Hostname, name: " + host;
            return yaml.replace("HOST", host)
                    .replace("SUBSET", subset.isEmpty() ? "" : "subset: " + subset + ",")
                    .replace("PORT", Integer.toString(port))
                    .replace("NAME", port == 80 ? "web" : "old")
                    .replace("SHORT", shortName)
                    .replace("REF", reference);
        }
    }

    /**
     * Something that is taken away.
     *
     * @param key what holds it
     * @param there the resources as they were
     * @param gone as they are wanted then
     * @param lost what the routes name, in words
     */
    private record Taken(
            String says, String key, String there, String gone, String host, String subset, int port, String lost) {
        boolean mayBeNamedBy(Referrer referrer) {
            boolean istio = referrer.name().startsWith("VIRTUAL_SERVICE");
            return subset.isEmpty()
                    ? !host.endsWith(".local") || host.contains(".svc.") || !isIngress(referrer)
                    : istio;
        }

        private static boolean isIngress(Referrer referrer) {
            return referrer.name().startsWith("INGRESS");
        }

        @Override
        public String toString() {
            return says;
        }
    }

    private static String service(String name, String ports) {
        return """
                apiVersion: v1
                kind: Service
                metadata: {name: %s}
                spec: {selector: {app: x}, ports: [%s]}
                ---
                """.formatted(name, ports);
    }

    private static String slice(String service, String address) {
        return """
                apiVersion: discovery.k8s.io/v1
                kind: EndpointSlice
                metadata: {name: %s-1, labels: {kubernetes.io/service-name: %s}}
                addressType: IPv4
                endpoints: [%s]
                ports: [{name: web, port: 8080}, {name: old, port: 8081}]
                ---
                """.formatted(service, service, address.isEmpty() ? "" : "{addresses: [" + address + "]}");
    }

    private static String entry(String host, String ports) {
        return """
                apiVersion: networking.istio.io/v1
                kind: ServiceEntry
                metadata: {name: e}
                spec:
                  hosts: [%s]
                  resolution: STATIC
                  ports: [%s]
                  endpoints: [{address: 10.0.0.1, labels: {v: a}}]
                ---
                """.formatted(host, ports);
    }

    private static String rule(String host, String subset) {
        return """
                apiVersion: networking.istio.io/v1
                kind: DestinationRule
                metadata: {name: d}
                spec: {host: %s, subsets: [{name: %s, labels: {}}]}
                ---
                """.formatted(host, subset);
    }

    private static final String S = "s.default.svc.cluster.local";
    private static final String BOTH = "{name: web, port: 80}, {name: old, port: 81}";
    private static final String ONE = "{name: web, port: 80}";
    private static final String ENTRY_BOTH =
            "{number: 80, name: web, protocol: HTTP}, {number: 81, name: old, protocol: HTTP}";
    private static final String ENTRY_ONE = "{number: 80, name: web, protocol: HTTP}";
    private static final String SERVICE = service("s", BOTH);
    private static final String SLICE = slice("s", "10.0.0.1");
    private static final String ENTRY = entry("e.local", ENTRY_BOTH);

    static Stream<Taken> takenAway() {
        return Stream.of(
                new Taken("Service deleted", "Service/default/s", SERVICE + SLICE, SLICE, S, "", 80, "host " + S),
                new Taken(
                        "Service and slice deleted", "Service/default/s", SERVICE + SLICE, "", S, "", 80, "host " + S),
                new Taken(
                        "port of a Service",
                        "Service/default/s",
                        SERVICE + SLICE,
                        service("s", ONE) + SLICE,
                        S,
                        "",
                        81,
                        "port " + S),
                new Taken(
                        "ServiceEntry deleted", "ServiceEntry/default/e", ENTRY, "", "e.local", "", 80, "host e.local"),
                new Taken(
                        "host of a ServiceEntry",
                        "ServiceEntry/default/e",
                        ENTRY,
                        entry("f.local", ENTRY_BOTH),
                        "e.local",
                        "",
                        80,
                        "host e.local"),
                new Taken(
                        "port of a ServiceEntry",
                        "ServiceEntry/default/e",
                        ENTRY,
                        entry("e.local", ENTRY_ONE),
                        "e.local",
                        "",
                        81,
                        "port e.local:81"),
                new Taken(
                        "subset of a DestinationRule",
                        "DestinationRule/default/d",
                        SERVICE + SLICE + rule(S, "v1"),
                        SERVICE + SLICE + rule(S, "v2"),
                        S,
                        "v1",
                        80,
                        "subset " + S + " v1"),
                new Taken(
                        "DestinationRule deleted",
                        "DestinationRule/default/d",
                        SERVICE + SLICE + rule(S, "v1"),
                        SERVICE + SLICE,
                        S,
                        "v1",
                        80,
                        "subset " + S + " v1"));
    }

    static List<Object[]> pairs() {
        List<Object[]> pairs = new ArrayList<>();
        for (Referrer referrer : Referrer.values()) {
            takenAway()
                    .filter(taken -> taken.mayBeNamedBy(referrer))
                    .forEach(taken -> pairs.add(new Object[] {referrer, taken}));
        }
        return pairs;
    }

    private void apply(String yaml) {
        last = compiler.compile(TestConfig.parse(FRAME + yaml));
    }

    /** Where requests go; null if nowhere. */
    private @Nullable Upstream upstream() {
        CompiledRoute route = last.table().port(80).match(get("r.io/a/b"));
        return route == null ? null : ((Forward) route.action()).pick(0).upstream();
    }

    private Map<String, String> held() {
        return last.heldBack().entrySet().stream()
                .collect(Collectors.toMap(entry -> entry.getKey().shortName(), entry -> entry.getValue()
                        .message()));
    }

    private List<String> problems(String name) {
        return last.problems().stream()
                .filter(problem -> problem.code().equals("HeldBack")
                        && problem.resource()
                                .map(ResourceKey::shortName)
                                .filter(name::equals)
                                .isPresent())
                .map(Problem::message)
                .toList();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("pairs")
    void whatAServedRouteNamesStaysUntilNoRouteNamesIt(Referrer referrer, Taken taken) {
        String route = referrer.naming(taken.host(), taken.subset(), taken.port());
        apply(taken.there() + route);
        assertThat(last.heldBack()).isEmpty();
        Upstream before = upstream();
        assertThat(before).isNotNull();
        assertThat(before.endpoints()).isNotEmpty();

        apply(taken.gone() + route);
        assertThat(upstream()).as("traffic goes on").isSameAs(before);
        assertThat(held().get(taken.key()))
                .contains(taken.lost())
                .contains("is still named by")
                .contains("/default/r");
        assertThat(problems(taken.key())).hasSize(1);
        apply(taken.gone() + route);
        assertThat(upstream()).as("as long as it is named").isSameAs(before);

        apply(taken.gone() + referrer.naming("other.default.svc.cluster.local", "", 80));
        assertThat(last.heldBack()).as("nobody names it any more").isEmpty();
        assertThat(upstream()).isNotNull().isNotSameAs(before);
        apply(taken.gone());
        apply(taken.gone() + route);
        assertThat(upstream()).as("it is gone").isNull();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("pairs")
    void whatNobodyNamesAndWhatARouteGivesUpInTheSameChangeGoesAtOnce(Referrer referrer, Taken taken) {
        apply(taken.there());
        apply(taken.gone());
        assertThat(last.heldBack()).isEmpty();

        apply(taken.there() + referrer.naming(taken.host(), taken.subset(), taken.port()));
        apply(taken.gone() + referrer.naming("other.default.svc.cluster.local", "", 80));
        assertThat(last.heldBack()).isEmpty();
        assertThat(upstream()).isNotNull();
    }

    @ParameterizedTest
    @EnumSource(Referrer.class)
    void aRouteThatIsServedNowhereHoldsNothing(Referrer referrer) {
        String route = referrer.naming(S, "", 80)
                .replace("{name: front}", "{name: nowhere}")
                .replace("ingressClassName: convergate", "ingressClassName: somebodys");
        if (route.equals(referrer.naming(S, "", 80))) {
            return; // a virtual service: what it names it names, wherever it is bound
        }
        apply(SERVICE + SLICE + route);
        apply(route);
        assertThat(last.heldBack()).isEmpty();
    }

    @Test
    void endpointsThatVanishVanishAtOnce() {
        String route = Referrer.HTTP_ROUTE.naming(S, "", 80);
        apply(route + SERVICE + SLICE);
        apply(route + SERVICE + slice("s", ""));
        assertThat(last.heldBack()).as("scaled to nothing").isEmpty();
        assertThat(upstream().endpoints()).isEmpty();

        apply(route + SERVICE + SLICE);
        apply(route + SERVICE);
        assertThat(last.heldBack()).as("the slice is gone").isEmpty();
        assertThat(upstream().endpoints()).isEmpty();
    }

    @Test
    void theEndpointsOfADeletedServiceThatIsHeldBackGoOnChanging() {
        String route = Referrer.HTTP_ROUTE.naming(S, "", 80);
        apply(route + SERVICE + SLICE);
        apply(route);
        assertThat(held()).containsOnlyKeys("Service/default/s", "EndpointSlice/default/s-1");
        assertThat(held().get("EndpointSlice/default/s-1")).contains("is still needed by");

        apply(route + slice("s", "10.0.0.2"));
        assertThat(held()).containsOnlyKeys("Service/default/s");
        assertThat(upstream().endpoints().get(0).address()).isEqualTo("10.0.0.2");
        apply(route + slice("s", ""));
        assertThat(held()).as("its pods went").containsOnlyKeys("Service/default/s");
    }

    @Test
    void aPortThatAServiceAndItsSliceRenameTogetherStaysWithBoth() {
        String route = Referrer.INGRESS_BY_NAME.naming(S, "", 81);
        apply(route + SERVICE + SLICE);
        Upstream before = upstream();
        apply(route + (SERVICE + SLICE).replace("name: old", "name: fresh"));
        assertThat(held()).containsOnlyKeys("Service/default/s", "EndpointSlice/default/s-1");
        assertThat(upstream()).isSameAs(before);

        apply(route.replace("name: old", "name: fresh") + (SERVICE + SLICE).replace("name: old", "name: fresh"));
        assertThat(last.heldBack()).isEmpty();
        assertThat(upstream()).isNotNull();
    }

    @Test
    void theRouteThatKeepsADeletedServiceSaysSo() {
        String route = Referrer.HTTP_ROUTE.naming(S, "", 80);
        apply(route + SERVICE + SLICE);
        apply(route + SLICE);
        assertThat(problems("HTTPRoute/default/r"))
                .containsExactly("keeps Service/default/s, which was deleted, as long as it names it");
        assertThat(last.problems())
                .extracting(Problem::message)
                .contains(
                        S + " (expected: a service with that port; until then Service/default/s as it was is served)");
    }

    @Test
    void aDeletedServiceThatComesBackIsServedAnew() {
        String route = Referrer.HTTP_ROUTE.naming(S, "", 80);
        apply(route + SERVICE + SLICE);
        apply(route + SLICE);
        apply(route + SERVICE + slice("s", "10.0.0.2"));
        assertThat(last.heldBack()).isEmpty();
        assertThat(upstream().endpoints().get(0).address()).isEqualTo("10.0.0.2");
    }

    @Test
    void onlyThoseThatMayNameWhatGoesAreLookedAt() {
        String yaml = TestConfig.GATEWAY;
        for (String name : List.of("a", "b")) {
            yaml += """
                    apiVersion: networking.istio.io/v1
                    kind: ServiceEntry
                    metadata: {name: %1$s}
                    spec: {hosts: [%1$s.local], resolution: STATIC, ports: [{number: 80, name: http, protocol: HTTP}]}
                    ---
                    apiVersion: networking.istio.io/v1
                    kind: VirtualService
                    metadata: {name: to-%1$s}
                    spec: {hosts: [%1$s.io], gateways: [gw], http: [{route: [{destination: {host: %1$s.local}}]}]}
                    ---
                    """.formatted(name);
        }
        Configuration served = Configuration.empty("istio-system").become(TestConfig.parse(yaml));
        ResourceKey gone = new ResourceKey("networking.istio.io", "ServiceEntry", "default", "a");
        Map<ResourceKey, @Nullable Resource> deletion = new HashMap<>();
        deletion.put(gone, null);
        Configuration next = served.with(deletion);
        Assembler assembler = new Assembler(CompileSettings.of(Map.of()));

        assertThat(assembler.naming(served, next, Set.of(gone)))
                .as("what was not put together last")
                .hasSameSizeAs(served.resources().keySet());
        assembler.assemble(served);
        assertThat(assembler.naming(served, next, Set.of(gone)))
                .extracting(ResourceKey::name)
                .containsExactlyInAnyOrder("a", "to-a");
    }
}
