package io.convergate.node.main;

import java.util.HashMap;
import java.util.Map;

/**
 * Which port a node really binds for a port that a Gateway names: {@code 80=8080} lets a node without privileges serve
 * Istio's files unchanged. A port without an entry is bound as it is.
 *
 * @param bound gateway port to bound port, each 1 to 65535; no two gateway ports share a bound port
 */
public record PortMap(Map<Integer, Integer> bound) {
    public PortMap {
        bound = Map.copyOf(bound);
        Map<Integer, Integer> owner = new HashMap<>();
        bound.forEach((gatewayPort, boundPort) -> {
            requirePort(gatewayPort);
            requirePort(boundPort);
            Integer other = owner.put(boundPort, gatewayPort);
            if (other != null) {
                throw new IllegalArgumentException(Math.min(other, gatewayPort) + "=" + boundPort + ","
                        + Math.max(other, gatewayPort) + "=" + boundPort + " (expected: each to a port of its own)");
            }
        });
    }

    /** The port to bind for {@code gatewayPort}. */
    public int boundFor(int gatewayPort) {
        return bound.getOrDefault(gatewayPort, gatewayPort);
    }

    /** The port that Gateways name for one that is bound. */
    public int gatewayPortFor(int boundPort) {
        return bound.entrySet().stream()
                .filter(entry -> entry.getValue() == boundPort)
                .findFirst()
                .map(Map.Entry::getKey)
                .orElse(boundPort);
    }

    private static void requirePort(int port) {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException(port + " (expected: a port, 1 to 65535)");
        }
    }
}
