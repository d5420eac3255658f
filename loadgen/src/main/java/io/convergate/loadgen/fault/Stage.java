package io.convergate.loadgen.fault;

import io.convergate.loadgen.fleet.Fleet;
import io.convergate.loadgen.fleet.GatewayNode;
import io.convergate.loadgen.origin.OriginControl;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** Where faults happen: the fleet, its network, the upstreams behind it. Closing it heals the network. */
public final class Stage implements AutoCloseable {
    private final Fleet fleet;
    private final Network network;
    private final Map<String, OriginControl> origins = new ConcurrentHashMap<>();

    public Stage(Fleet fleet) {
        this.fleet = fleet;
        this.network = new Network(fleet);
    }

    /** Adds an upstream, under its label. */
    public Stage with(OriginControl origin) {
        origins.put(origin.label(), origin);
        return this;
    }

    public Fleet fleet() {
        return fleet;
    }

    /** The names of all nodes. */
    public List<String> nodes() {
        return fleet.nodes().stream().map(GatewayNode::name).toList();
    }

    /** The labels of all upstreams. */
    public Set<String> origins() {
        return new TreeMap<>(origins).keySet();
    }

    Network network() {
        return network;
    }

    Optional<OriginControl> origin(String label) {
        return Optional.ofNullable(origins.get(label));
    }

    GatewayNode node(String name) {
        return fleet.node(name).orElseThrow();
    }

    /** Why there is no such node; empty if there is one. */
    Optional<String> noNode(String name) {
        return fleet.node(name).isPresent()
                ? Optional.empty()
                : Optional.of("there is no node " + name + " (expected: one of " + nodes() + ")");
    }

    @Override
    public void close() {
        network.close();
    }
}
