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
    private final Optional<ClusterLinks> links;
    private final Map<String, OriginControl> origins = new ConcurrentHashMap<>();
    private volatile Optional<FaultProxy> proxy = Optional.empty();

    private Stage(Fleet fleet, Optional<ClusterLinks> links) {
        this.fleet = fleet;
        this.links = links;
        this.network = new Network(fleet, links);
    }

    /** A fleet whose nodes talk to each other directly. */
    public Stage(Fleet fleet) {
        this(fleet, Optional.empty());
    }

    /**
     * A fleet whose nodes talk to each other through the fault proxy, so that these links can be slow. Its nodes are not started yet.
     *
     * @param seed of what the proxy draws
     * @throws IllegalStateException if nftables refuses; {@link #cannotLead} asks before
     */
    public static Stage withSpoilableLinks(Fleet fleet, long seed) {
        return new Stage(fleet, Optional.of(new ClusterLinks(fleet, seed)));
    }

    /** Why the links between a fleet's nodes cannot be led through the fault proxy; empty if they can. */
    public static Optional<String> cannotLead(Fleet fleet) {
        try (Network probe = new Network(fleet, Optional.empty())) {
            return probe.unusable();
        }
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

    /** Why a direction between two nodes cannot be spoiled; empty if it can. */
    Optional<String> notLed(Link link) {
        return links.isPresent() && links.get().has(link)
                ? Optional.empty()
                : Optional.of(link + " does not go through the fault proxy (expected: a stage with spoilable links)");
    }

    ProxyLink led(Link link) {
        return links.orElseThrow().of(link);
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
        links.ifPresent(ClusterLinks::close);
    }
}
