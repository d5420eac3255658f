package io.convergate.routing.compile;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.routing.TestConfig;
import io.convergate.routing.TestRequest;
import io.convergate.routing.action.Forward;
import io.convergate.routing.action.HeaderOperations;
import io.convergate.routing.action.WeightedDestination;
import io.convergate.routing.match.CompiledRoute;
import io.convergate.routing.match.ConnectionTable;
import io.convergate.routing.match.ListenerId;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.problem.Problem;
import io.convergate.routing.resolve.Configuration;
import io.convergate.routing.resolve.GatewayApiStatus;
import io.convergate.routing.resolve.ResourceStatus;
import io.convergate.routing.resolve.StatusFacts;
import io.convergate.routing.upstream.Upstream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A test of Gateway API's conformance suite in our own words.
 *
 * @param name the name of the test there
 * @param yaml the resources, beside a GatewayClass {@code ours} and services {@code v1}, {@code v2} and {@code v3} in the
 *     namespaces {@code infra}, {@code web} and {@code app}
 * @param checks what must come of them
 */
record GatewayApiCase(String name, String yaml, List<Consumer<Served>> checks) {
    static final String COMMON = """
            apiVersion: gateway.networking.k8s.io/v1
            kind: GatewayClass
            metadata: {name: ours}
            spec: {controllerName: convergate.io/gateway}
            ---
            """
            + Outcomes.services("infra", "v1", "v2", "v3")
            + Outcomes.services("web", "v1")
            + Outcomes.services("app", "v1");

    @SafeVarargs
    static GatewayApiCase test(String name, String yaml, Consumer<Served>... checks) {
        return new GatewayApiCase(name, yaml, List.of(checks));
    }

    /** A configuration that is served. */
    record Served(Compilation compilation, Configuration configuration) {
        ResourceStatus status(String kind, String namespace, String name) {
            ResourceKey key = new ResourceKey("gateway.networking.k8s.io", kind, namespace, name);
            Resource resource = configuration.resources().get(key);
            return new GatewayApiStatus(configuration, StatusFacts.NONE)
                    .of(resource)
                    .orElseThrow();
        }

        ResourceStatus.OfListener listener(String gateway, String listener) {
            ResourceStatus.OfGateway status = (ResourceStatus.OfGateway) status("Gateway", "infra", gateway);
            return only(status.listeners().stream()
                    .filter(one -> one.name().equals(listener))
                    .toList());
        }
    }

    private static <T> T only(List<T> items) {
        assertThat(items).hasSize(1);
        return items.get(0);
    }

    /** Compiles for a node that listens for these protocols, and checks what comes of it. */
    void run(Set<String> spoken) {
        Map<ResourceKey, Resource> resources = TestConfig.parse(COMMON + yaml);
        Configuration nothing = Configuration.empty(CompileSettings.ISTIO_SYSTEM, spoken);
        Compilation compilation = new RouteTableCompiler(CompileSettings.of(Map.of()), nothing).compile(resources);
        Served served = new Served(compilation, nothing.become(resources));
        checks.forEach(check -> check.accept(served));
    }

    /** The problems that a user sees today. */
    List<String> problems() {
        Compilation compilation =
                new RouteTableCompiler(CompileSettings.of(Map.of())).compile(TestConfig.parse(COMMON + yaml));
        return compilation.problems().stream().map(Problem::toString).toList();
    }

    /** Where a request goes, as in {@link Outcomes#of}. */
    static Consumer<Served> reaches(TestRequest request, String outcome) {
        return served -> assertThat(Outcomes.of(served.compilation().table(), request))
                .as("%s", request)
                .isEqualTo(outcome);
    }

    static Consumer<Served> forward(TestRequest request, Consumer<Forward> check) {
        return served -> check.accept(
                (Forward) Outcomes.route(served.compilation().table(), request).action());
    }

    static Consumer<Served> destination(TestRequest request, int index, Consumer<WeightedDestination> check) {
        return forward(request, to -> check.accept(to.destinations().get(index)));
    }

    /** A condition of a Gateway, a GatewayClass or a ListenerSet. */
    static Consumer<Served> condition(String kind, String namespace, String name, String type, String expected) {
        return served -> {
            ResourceStatus status = served.status(kind, namespace, name);
            assertCondition(conditions(status), type, expected);
        };
    }

    private static List<ResourceStatus.Condition> conditions(ResourceStatus status) {
        if (status instanceof ResourceStatus.OfClass one) {
            return one.conditions();
        }
        return status instanceof ResourceStatus.OfListenerSet set
                ? set.conditions()
                : ((ResourceStatus.OfGateway) status).conditions();
    }

    static Consumer<Served> gateway(String name, String type, String expected) {
        return condition("Gateway", "infra", name, type, expected);
    }

    static Consumer<Served> listener(String gateway, String listener, String type, String expected) {
        return served -> assertCondition(served.listener(gateway, listener).conditions(), type, expected);
    }

    static Consumer<Served> attached(String gateway, String listener, int routes) {
        return served ->
                assertThat(served.listener(gateway, listener).attachedRoutes()).isEqualTo(routes);
    }

    /** A condition of an HTTPRoute at its only parent. */
    static Consumer<Served> route(String namespace, String name, String type, String expected) {
        return routeOf("HTTPRoute", namespace, name, type, expected);
    }

    /** A condition of a route at its only parent. */
    static Consumer<Served> routeOf(String kind, String namespace, String name, String type, String expected) {
        return served -> {
            ResourceStatus.OfRoute status = (ResourceStatus.OfRoute) served.status(kind, namespace, name);
            assertCondition(only(status.parents()).conditions(), type, expected);
        };
    }

    /** A condition of an HTTPRoute at one of several parents. */
    static Consumer<Served> routeAt(int parent, String name, String type, String expected) {
        return served -> {
            ResourceStatus.OfRoute status = (ResourceStatus.OfRoute) served.status("HTTPRoute", "infra", name);
            assertCondition(status.parents().get(parent).conditions(), type, expected);
        };
    }

    /** A condition of a policy at its only ancestor. */
    static Consumer<Served> policy(String name, String type, String expected) {
        return served -> {
            ResourceStatus.OfPolicy status = (ResourceStatus.OfPolicy) served.status("BackendTLSPolicy", "infra", name);
            assertThat(only(status.ancestors()).ancestorRef()).containsEntry("name", "gw");
            assertCondition(only(status.ancestors()).conditions(), type, expected);
        };
    }

    /** The service that connections for a server name go to, with its port if that is not 80; a refusal; or none. */
    static Consumer<Served> connects(int port, String serverName, String outcome) {
        return served -> {
            ConnectionTable table = served.compilation().table().connections(ListenerId.of(port));
            CompiledRoute route = table == null ? null : serverName.isEmpty() ? table.any() : table.match(serverName);
            assertThat(route == null ? "none" : to(route))
                    .as("%s:%d", serverName, port)
                    .isEqualTo(outcome);
        };
    }

    private static String to(CompiledRoute route) {
        List<String> shares = new ArrayList<>();
        for (WeightedDestination to : ((Forward) route.action()).destinations()) {
            Upstream upstream = to.upstream();
            String name = upstream == null
                    ? "refused"
                    : upstream.info().host().substring(0, upstream.info().host().indexOf('.'));
            shares.add(name + (to.weight() == 1 ? "" : " " + to.weight()));
        }
        return String.join(", ", shares);
    }

    static Consumer<Served> parents(String namespace, String name, int count) {
        return served -> assertThat(((ResourceStatus.OfRoute) served.status("HTTPRoute", namespace, name)).parents())
                .hasSize(count);
    }

    private static void assertCondition(List<ResourceStatus.Condition> conditions, String type, String expected) {
        ResourceStatus.Condition condition =
                only(conditions.stream().filter(one -> one.type().equals(type)).toList());
        assertThat(condition.status() + " " + condition.reason()).as(type).isEqualTo(expected);
        assertThat(condition.observedGeneration()).isEqualTo(1);
    }

    /** {@code set a=b, add c=d, remove e}. */
    static String text(HeaderOperations operations) {
        List<String> parts = new ArrayList<>();
        operations.set().forEach(header -> parts.add("set " + header.name() + "=" + header.value()));
        operations.add().forEach(header -> parts.add("add " + header.name() + "=" + header.value()));
        operations.remove().forEach(name -> parts.add("remove " + name));
        return String.join(", ", parts);
    }

    // YAML

    static String gatewayYaml(String name, String... listeners) {
        return gatewayWith(name, "", listeners);
    }

    static String gatewayWith(String name, String more, String... listeners) {
        return """
                apiVersion: gateway.networking.k8s.io/v1
                kind: Gateway
                metadata: {name: %s, namespace: infra}
                spec: {%s gatewayClassName: ours, listeners: [%s]}
                ---
                """.formatted(name, more, String.join(", ", listeners));
    }

    /** @param more what follows the protocol, such as {@code hostname: a.io} */
    static String listenerYaml(String name, int port, String more) {
        return "{name: " + name + ", port: " + port + ", protocol: HTTP" + (more.isEmpty() ? "" : ", " + more) + "}";
    }

    static String from(String namespaces) {
        return "allowedRoutes: {namespaces: {from: " + namespaces + "}}";
    }

    static String routeYaml(String namespace, String name, String parents, String hostnames, String... rules) {
        return routeOfKind("HTTPRoute", namespace, name, parents, "hostnames: [" + hostnames + "],", rules);
    }

    /** @param hostnames {@code hostnames: [...],} or nothing */
    static String routeOfKind(
            String kind, String namespace, String name, String parents, String hostnames, String... rules) {
        return """
                apiVersion: gateway.networking.k8s.io/v1
                kind: %s
                metadata: {name: %s, namespace: %s}
                spec: {parentRefs: [%s], %s rules: [%s]}
                ---
                """.formatted(kind, name, namespace, parents, hostnames, String.join(", ", rules));
    }

    /** A route of namespace infra at gateway gw. */
    static String rules(String... rules) {
        return routeYaml("infra", "r", "{name: gw}", "", rules);
    }

    /** @param matches items of the list, without brackets */
    static String to(String service, String... matches) {
        return rule("", service, matches);
    }

    static String rule(String more, String service, String... matches) {
        String backends = service.isEmpty() ? "" : "backendRefs: [{name: " + service + ", port: 80}], ";
        return "{" + backends + (more.isEmpty() ? "" : more + ", ") + "matches: [" + String.join(", ", matches) + "]}";
    }

    static String exact(String path) {
        return "{path: {type: Exact, value: " + path + "}}";
    }

    static String prefix(String path) {
        return "{path: {type: PathPrefix, value: " + path + "}}";
    }

    static String grant(String namespace, String from, String to) {
        return """
                apiVersion: gateway.networking.k8s.io/v1beta1
                kind: ReferenceGrant
                metadata: {name: g, namespace: %s}
                spec: {from: [%s], to: [%s]}
                ---
                """.formatted(namespace, from, to);
    }

    @Override
    public String toString() {
        return name;
    }
}
