package io.convergate.routing.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.routing.TestConfig;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.resolve.ResourceStatus.Address;
import io.convergate.routing.resolve.ResourceStatus.Condition;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a status says that comes from no resource: when a condition became so, and where requests are taken. */
class GatewayApiStatusTest {
    private static final String CONFIG = """
            apiVersion: gateway.networking.k8s.io/v1
            kind: GatewayClass
            metadata: {name: ours}
            spec: {controllerName: convergate.io/gateway}
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: Gateway
            metadata: {name: gw}
            spec:
              gatewayClassName: ours
              %s
              allowedListeners: {namespaces: {from: Same}}
              listeners: [{name: http, port: 80, protocol: HTTP}]
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: ListenerSet
            metadata: {name: set}
            spec: {parentRef: {name: gw}, listeners: [{name: more, port: 81, protocol: HTTP}]}
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: r}
            spec:
              parentRefs: [{name: gw}]
              rules: [{backendRefs: [{name: s, port: 80}, {name: far, namespace: other, port: 80}]}]
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: s}
            spec: {ports: [{port: 80}]}
            ---
            apiVersion: gateway.networking.k8s.io/v1beta1
            kind: ReferenceGrant
            metadata: {name: g, namespace: other}
            spec: {from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: default}], to: [{kind: Service}]}
            ---
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata: {name: ours}
            spec: {ingressClassName: convergate, defaultBackend: {service: {name: s, port: {number: 80}}}}
            ---
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata: {name: theirs}
            spec: {ingressClassName: other, defaultBackend: {service: {name: s, port: {number: 80}}}}
            """;
    private static final List<Address> NODES =
            List.of(new Address(Address.IP, "10.0.0.1"), new Address(Address.NAME, "node.example"));

    private static ResourceStatus status(String addresses, String kind, String name, Map<String, Instant> written) {
        Configuration configuration = Configuration.empty("root").become(TestConfig.parse(CONFIG.formatted(addresses)));
        Resource resource = configuration.resources().entrySet().stream()
                .filter(entry -> entry.getKey().kind().equals(kind)
                        && entry.getKey().name().equals(name))
                .findFirst()
                .orElseThrow()
                .getValue();
        return new GatewayApiStatus(
                        configuration, new StatusFacts(key -> Optional.ofNullable(written.get(name(key))), NODES))
                .of(resource)
                .orElseThrow();
    }

    private static String name(ResourceKey key) {
        return key.kind() + " " + key.name();
    }

    /** What was written last, and in which second; the condition that is asked for, and since when it holds. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GatewayClass ours   | GatewayClass ours | 50",
                "Gateway gw          | GatewayClass ours | 10",
                "GatewayClass ours   | Gateway gw        | 50",
                "Gateway gw          | Gateway gw        | 50",
                "HTTPRoute r         | Gateway gw        | 10",
                "ListenerSet set     | ListenerSet set   | 50",
                "GatewayClass ours   | ListenerSet set   | 50",
                "Gateway gw          | Accepted of r     | 50",
                "GatewayClass ours   | Accepted of r     | 50",
                "Service s           | Accepted of r     | 10",
                "Service s           | ResolvedRefs of r | 50",
                "ReferenceGrant g    | ResolvedRefs of r | 50",
                "Gateway gw          | ResolvedRefs of r | 10",
                "HTTPRoute r         | ResolvedRefs of r | 50",
            })
    void aConditionHoldsSinceTheNewestOfWhatItFollowsFromWasWritten(String last, String asked, int second) {
        Map<String, Instant> written = new HashMap<>();
        for (String name : List.of(
                "GatewayClass ours", "Gateway gw", "ListenerSet set", "HTTPRoute r", "Service s", "ReferenceGrant g")) {
            written.put(name, Instant.parse("2026-01-01T00:00:10.500Z"));
        }
        written.put(last, Instant.parse("2026-01-01T00:00:50.900Z"));

        assertThat(condition(asked, written).lastTransitionTime()).isEqualTo("2026-01-01T00:00:" + second + "Z");
    }

    private static Condition condition(String asked, Map<String, Instant> written) {
        if (asked.endsWith(" of r")) {
            ResourceStatus.OfRoute route = (ResourceStatus.OfRoute) status("", "HTTPRoute", "r", written);
            return route.parents().get(0).conditions().stream()
                    .filter(one -> asked.startsWith(one.type()))
                    .findFirst()
                    .orElseThrow();
        }
        String[] words = asked.split(" ");
        ResourceStatus status = status("", words[0], words[1], written);
        if (status instanceof ResourceStatus.OfClass one) {
            return one.conditions().get(0);
        }
        return status instanceof ResourceStatus.OfGateway gateway
                ? gateway.listeners().get(0).conditions().get(0)
                : ((ResourceStatus.OfListenerSet) status).conditions().get(0);
    }

    @Test
    void whereNobodyKnowsWhenAResourceWasWrittenItsCreationCounts() {
        assertThat(condition("GatewayClass ours", Map.of()).lastTransitionTime())
                .isEqualTo("1970-01-01T00:00:00Z");
        assertThat(condition("Gateway gw", Map.of()).lastTransitionTime()).isEqualTo("1970-01-01T00:00:01Z");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                                              | IPAddress 10.0.0.1, Hostname node.example",
                "addresses: [{type: IPAddress, value: 10.9.9.9}] | IPAddress 10.9.9.9",
                "addresses: [{type: IPAddress}]                  | IPAddress 10.0.0.1, Hostname node.example",
                "addresses: [{type: Hostname, value: x.io}]      | ''",
            })
    void aGatewayIsReachedWhereItAsksToBeOrAtTheNodes(String addresses, String expected) {
        ResourceStatus.OfGateway gateway = (ResourceStatus.OfGateway) status(addresses, "Gateway", "gw", Map.of());

        assertThat(String.join(
                        ", ",
                        gateway.addresses().stream()
                                .map(address -> address.type() + " " + address.value())
                                .toList()))
                .isEqualTo(expected);
    }

    @Test
    void anIngressIsReachedAtTheNodesUnlessItsClassIsSomebodyElses() {
        assertThat(((ResourceStatus.OfIngress) status("", "Ingress", "ours", Map.of()))
                        .loadBalancer()
                        .ingress())
                .containsExactly(Map.of("ip", "10.0.0.1"), Map.of("hostname", "node.example"));
        assertThat(((ResourceStatus.OfIngress) status("", "Ingress", "theirs", Map.of()))
                        .loadBalancer()
                        .ingress())
                .isEmpty();
    }
}
