package io.convergate.loadgen.fault;

import io.convergate.loadgen.fault.proxy.FaultProxy;
import io.convergate.loadgen.fault.proxy.ProxyLink;
import io.convergate.loadgen.fleet.Fleet;
import io.convergate.loadgen.fleet.GatewayNode;
import io.convergate.loadgen.origin.OriginControl;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Where faults happen: the fleet, its network, the upstreams behind it, a proxy that some of its links go through. Closing it heals
 * the network.
 */
public final class Stage implements AutoCloseable {
    private final Fleet fleet;
    private final Network network;
    private Optional<ClusterLinks> links = Optional.empty();
    private final Map<String, OriginControl> origins = new ConcurrentHashMap<>();
    private volatile Optional<FaultProxy> proxy = Optional.empty();

    public Stage(Fleet fleet) {
        this.fleet = fleet;
        this.network = new Network(fleet, this::links);
    }

    /** Lets faults spoil the links of a proxy. */
    public Stage with(FaultProxy faultProxy) {
        proxy = Optional.of(faultProxy);
        return this;
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

    Optional<ProxyLink> proxyLink(String name) {
        return proxy.flatMap(known -> known.link(name));
    }

    private synchronized Optional<ClusterLinks> links() {
        return links;
    }

    /**
     * Leads the cluster connections between the nodes through the fault proxy, so that {@link LinkFault.Between} can spoil them. The first
     * such fault does it too; before the nodes start it disturbs nothing, later it resets the connections between them once.
     *
     * @throws IllegalStateException if nftables refuses; {@link #cannotLead} asks before
     * @throws AssertionError if running nodes do not come back through the proxy
     */
    public synchronized void leadClusterLinks() {
        if (links.isEmpty()) {
            links = Optional.of(new ClusterLinks(fleet, 1));
        }
    }

    /** Why the links between the nodes cannot be led through the fault proxy; empty if they can. */
    public Optional<String> cannotLead() {
        return links().isPresent() ? Optional.empty() : network.unusable();
    }

    /** Why a direction between two nodes cannot be spoiled; empty if it can. */
    Optional<String> notLed(Link link) {
        return links().filter(led -> !led.has(link)).isPresent()
                ? Optional.of(link + " does not go through the fault proxy: the node came later")
                : cannotLead();
    }

    ProxyLink led(Link link) {
        leadClusterLinks();
        return links().orElseThrow().of(link);
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
        links().ifPresent(ClusterLinks::close);
    }
}
