package io.convergate.node.admin.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.convergate.config.ClusterStatus.Member;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.model.gatewayapi.KubernetesGateway;
import io.convergate.routing.model.gatewayapi.ListenerSet;
import io.convergate.routing.request.IpAddresses;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The ports that a gateway asks for and a node could not open, and why: as the node says it among what it does not serve,
 * {@code port 80 on 10.0.0.1:80: reason}. Knows Istio's servers and Gateway API's listeners.
 */
final class ClosedPorts {
    /** None. */
    static final ClosedPorts NONE = new ClosedPorts(false, Map.of());

    private final boolean hasAddresses;
    private final Map<Integer, String> reasons;

    private ClosedPorts(boolean hasAddresses, Map<Integer, String> reasons) {
        this.hasAddresses = hasAddresses;
        this.reasons = reasons;
    }

    /**
     * Those of a resource on a node; none of one that is no gateway.
     *
     * @param object the resource as it was written
     * @param others other resources as they were written: a set of listeners has the addresses of its gateway
     */
    static ClosedPorts of(
            ResourceKey key, JsonNode object, Member node, Function<ResourceKey, Optional<JsonNode>> others) {
        Map<Integer, String> reasons = new TreeMap<>();
        List<String> addresses = new ArrayList<>();
        if (Conditions.LISTENING.contains(key.kind())) {
            JsonNode gateway = key.kind().equals(ListenerSet.KIND)
                    ? parent(key, object).flatMap(others).orElse(object)
                    : object;
            gateway.at("/spec/addresses")
                    .forEach(address -> addresses.add(address.path("value").asText()));
            object.at("/spec/servers").forEach(server -> closed(
                            server.at("/port/number").asInt(), bind(server), node)
                    .ifPresent(why -> reasons.put(server.at("/port/number").asInt(), why)));
            for (JsonNode listener : object.at("/spec/listeners")) {
                int port = listener.path("port").asInt();
                (addresses.isEmpty() ? List.of("") : addresses)
                        .forEach(address -> closed(port, address, node).ifPresent(why -> reasons.put(port, why)));
            }
        }
        return new ClosedPorts(!addresses.isEmpty(), reasons);
    }

    private static Optional<ResourceKey> parent(ResourceKey key, JsonNode listenerSet) {
        JsonNode parent = listenerSet.at("/spec/parentRef");
        String namespace = parent.path("namespace").asText();
        String name = parent.path("name").asText();
        return name.isEmpty()
                ? Optional.empty()
                : Optional.of(new ResourceKey(
                        key.group(), KubernetesGateway.KIND, namespace.isEmpty() ? key.namespace() : namespace, name));
    }

    private static String bind(JsonNode server) {
        return server.path("bind").asText();
    }

    private static Optional<String> closed(int port, String bind, Member node) {
        String own = node.id().address();
        String host = IpAddresses.canonical(bind.isEmpty() ? own.substring(0, own.lastIndexOf(':')) : bind);
        String start = "port " + port + " on " + (host.indexOf(':') < 0 ? host : '[' + host + ']') + ':';
        return node.problems().stream()
                .filter(problem -> problem.startsWith(start))
                .findFirst();
    }

    boolean isEmpty() {
        return reasons.isEmpty();
    }

    /** All of them, for people. */
    String message() {
        return String.join("; ", reasons.values());
    }

    /**
     * Changes what Gateway API's own status says, which knows no node: the gateway and the listeners of such a port are not programmed.
     *
     * @param since when they ceased to be, RFC 3339
     */
    void tell(ObjectNode status, JsonNode object, String since) {
        deny(status.path("conditions"), hasAddresses ? "AddressNotUsable" : "Invalid", message(), since);
        Map<String, String> byName = new TreeMap<>();
        object.at("/spec/listeners").forEach(listener -> Optional.ofNullable(
                        reasons.get(listener.path("port").asInt()))
                .ifPresent(why -> byName.put(listener.path("name").asText(), why)));
        status.path("listeners").forEach(listener -> Optional.ofNullable(
                        byName.get(listener.path("name").asText()))
                .ifPresent(why -> deny(listener.path("conditions"), "Invalid", why, since)));
    }

    private static void deny(JsonNode conditions, String reason, String message, String since) {
        for (JsonNode condition : conditions) {
            if (condition instanceof ObjectNode object
                    && object.path("type").asText().equals(Conditions.PROGRAMMED)
                    && object.path("status").asText().equals("True")) {
                object.put("status", "False")
                        .put("reason", reason)
                        .put("message", message)
                        .put("lastTransitionTime", since);
            }
        }
    }
}
