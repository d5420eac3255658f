package io.convergate.routing.compile;

import static io.convergate.routing.TestRequest.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.routing.TestConfig;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.model.gatewayapi.GatewayClass;
import io.convergate.routing.resolve.Configuration;
import io.convergate.routing.resolve.GatewayApiStatus;
import io.convergate.routing.resolve.ResourceStatus;
import io.convergate.routing.resolve.ResourceStatus.Condition;
import io.convergate.routing.resolve.StatusFacts;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A class or a gateway that asks for what there is not: not served if it is new; if it is an update, its older version goes on. */
class UnacceptedClassTest {
    private static final String PARAMETERS = "parametersRef: {group: x.io, kind: X, name: x}";

    private final RouteTableCompiler compiler = new RouteTableCompiler(CompileSettings.of(Map.of()));
    private Configuration wanted = Configuration.empty(CompileSettings.ISTIO_SYSTEM);
    private Compilation last = compiler.compile(Map.of());

    private static String gatewayClass(String more) {
        return """
                apiVersion: gateway.networking.k8s.io/v1
                kind: GatewayClass
                metadata: {name: c}
                spec: {controllerName: convergate.io/gateway, %s}
                ---
                """.formatted(more);
    }

    private static String gateway(String name, int port, String more) {
        return """
                apiVersion: gateway.networking.k8s.io/v1
                kind: Gateway
                metadata: {name: %s}
                spec: {gatewayClassName: c, listeners: [{name: h, port: %d, protocol: HTTP}], %s}
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: %s}
                spec: {parentRefs: [{name: %s}], rules: [{filters: [{type: RequestRedirect, requestRedirect: {scheme: https}}]}]}
                ---
                """.formatted(name, port, more, name, name);
    }

    private void apply(String yaml) {
        var resources = TestConfig.parse(yaml);
        wanted = wanted.become(resources);
        last = compiler.compile(resources);
    }

    private boolean serves(int port) {
        var table = last.table().port(port);
        return table != null && table.match(get("a.io/").port(port)) != null;
    }

    private List<String> conditions(String kind, String name) {
        var resource = wanted.resources().entrySet().stream()
                .filter(entry -> entry.getKey().kind().equals(kind)
                        && entry.getKey().name().equals(name))
                .findFirst()
                .orElseThrow()
                .getValue();
        ResourceStatus status =
                new GatewayApiStatus(wanted, StatusFacts.NONE).of(resource).orElseThrow();
        List<Condition> conditions = status instanceof ResourceStatus.OfClass one
                ? one.conditions()
                : ((ResourceStatus.OfGateway) status).conditions();
        return conditions.stream()
                .map(one -> one.type() + " " + one.status() + " " + one.reason() + " " + one.message())
                .toList();
    }

    @Test
    void aGatewayOfAClassWithParametersIsNotServed() {
        apply(gatewayClass(PARAMETERS) + gateway("g", 80, ""));

        assertThat(serves(80)).isFalse();
        assertThat(conditions("GatewayClass", "c"))
                .contains("Accepted False InvalidParameters parameters (expected: none: a class has none here)")
                .contains("Programmed False Invalid its gateways are not served");
        assertThat(conditions("Gateway", "g"))
                .contains(
                        "Accepted False InvalidParameters class c has parameters (expected: none: a class has none here)")
                .contains("Programmed False Invalid class c has parameters (expected: none: a class has none here)");
        assertThat(last.problems())
                .extracting(problem -> problem.code() + " " + problem.path())
                .contains("InvalidParameters spec.parametersRef", "InvalidParameters spec.gatewayClassName");

        apply(gatewayClass("") + gateway("g", 80, ""));
        assertThat(serves(80)).isTrue();
        assertThat(conditions("GatewayClass", "c")).containsExactly("Accepted True Accepted ");
    }

    @Test
    void aClassThatWasAcceptedGoesOnForItsGatewaysButNotForNewOnes() {
        apply(gatewayClass("") + gateway("g", 80, ""));
        apply(gatewayClass(PARAMETERS) + gateway("g", 80, "") + gateway("h", 81, ""));

        assertThat(serves(80)).isTrue();
        assertThat(serves(81)).isFalse();
        ResourceKey key = new ResourceKey(GatewayClass.GROUP, GatewayClass.KIND, "", "c");
        assertThat(last.heldBack().get(key).cause()).isEqualTo(HeldBack.Cause.NOT_ACCEPTED);
        assertThat(last.heldBack().get(key).olderVersionServes()).isTrue();
        assertThat(conditions("Gateway", "h"))
                .contains("Accepted False InvalidParameters "
                        + "class c has parameters (expected: none: a class has none here)");
    }

    @Test
    void anUpdateOfAGatewayThatIsNotAcceptedLeavesItsOlderVersionServing() {
        apply(gatewayClass("") + gateway("g", 80, ""));
        apply(gatewayClass("") + gateway("g", 81, "infrastructure: {" + PARAMETERS + "}"));

        assertThat(serves(80)).isTrue();
        assertThat(serves(81)).isFalse();
        assertThat(conditions("Gateway", "g")).contains("Accepted False InvalidParameters parameters (expected: none)");

        apply(gatewayClass("") + gateway("g", 81, ""));
        assertThat(serves(80)).isFalse();
        assertThat(serves(81)).isTrue();
    }
}
