package io.convergate.loadgen.fault;

import io.convergate.loadgen.fault.proxy.FaultProxy;
import io.convergate.loadgen.fault.proxy.ProxyLink;
import io.convergate.loadgen.fleet.Await;
import io.convergate.loadgen.fleet.Command;
import io.convergate.loadgen.fleet.Fleet;
import io.convergate.loadgen.fleet.GatewayNode;
import io.convergate.loadgen.fleet.Hooks;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The cluster connections between the nodes of a fleet, led through a {@link FaultProxy}: nftables rewrites where a node's connections to
 * another node's cluster port go, so that the nodes need not know. Connections that are there already are reset once, and come back
 * through the proxy. Needs root. Nodes that are added afterwards are not led.
 */
final class ClusterLinks implements AutoCloseable {
    private static final List<String> NFT = List.of("nft", "-f", "-");
    private static final Duration LED_WITHIN = Duration.ofSeconds(20);
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final String table = "convergate_links_" + ProcessHandle.current().pid() + "_" + NUMBER.incrementAndGet();
    private final Map<Link, ProxyLink> links = new LinkedHashMap<>();
    private final Map<List<String>, StringBuilder> scripts = new LinkedHashMap<>();
    private final FaultProxy proxy;
    private final Thread hook = Hooks.add("end-links", this::remove);

    /** @throws IllegalStateException if nftables refuses */
    ClusterLinks(Fleet fleet, long seed) {
        proxy = FaultProxy.start(1, seed);
        InetSocketAddress anyPort = new InetSocketAddress(fleet.here(), 0);
        for (GatewayNode from : fleet.nodes()) {
            for (GatewayNode to : fleet.without(from)) {
                Link link = new Link(from.name(), to.name());
                ProxyLink open = proxy.add(
                        from.name() + "-" + to.name(),
                        anyPort,
                        new InetSocketAddress(to.host(), GatewayNode.CLUSTER_PORT));
                links.put(link, open);
                scripts.computeIfAbsent(from.inNetwork(NFT), first -> beginning())
                        .append("add rule ip " + table + " out ip saddr " + from.host() + " ip daddr " + to.host()
                                + " tcp dport " + GatewayNode.CLUSTER_PORT + " dnat to " + fleet.here() + ":"
                                + open.listen().getPort() + "\n");
            }
        }
        try {
            scripts.forEach((nft, script) -> Command.must(nft, script.toString()));
            resetWhatGoesStraight(fleet);
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    /** Resets the connections between running nodes until each link has been taken anew, through the proxy. */
    private void resetWhatGoesStraight(Fleet fleet) {
        List<GatewayNode> alive =
                fleet.nodes().stream().filter(GatewayNode::isAlive).toList();
        if (alive.size() < 2) {
            return;
        }
        Map<List<String>, StringBuilder> resets = new LinkedHashMap<>();
        List<ProxyLink> expected = new ArrayList<>();
        for (GatewayNode from : alive) {
            for (GatewayNode to : alive) {
                if (from != to) {
                    resets.computeIfAbsent(
                                    to.inNetwork(NFT),
                                    first -> new StringBuilder("add chain ip " + table
                                            + " resets { type filter hook input priority -10; policy accept; }\n"))
                            .append("add rule ip " + table + " resets ip saddr " + from.host() + " ip daddr "
                                    + to.host() + " tcp dport " + GatewayNode.CLUSTER_PORT
                                    + " reject with tcp reset\n");
                    expected.add(of(new Link(from.name(), to.name())));
                }
            }
        }
        resets.forEach((nft, script) -> Command.must(nft, script.toString()));
        Await.untilTrue("all connections between nodes go through the proxy", LED_WITHIN, () -> expected.stream()
                .allMatch(link -> link.connections() > 0));
        resets.keySet()
                .forEach(nft -> Command.must(
                        nft, "flush chain ip " + table + " resets\ndelete chain ip " + table + " resets\n"));
    }

    private StringBuilder beginning() {
        return new StringBuilder("add table ip " + table + "\nadd chain ip " + table
                + " out { type nat hook output priority -100; policy accept; }\n");
    }

    /** The link that the connections from one node to another go through. */
    ProxyLink of(Link link) {
        ProxyLink found = links.get(link);
        if (found == null) {
            throw new IllegalStateException(link + " is not led through the proxy");
        }
        return found;
    }

    boolean has(Link link) {
        return links.containsKey(link);
    }

    private void remove() {
        scripts.keySet().forEach(nft -> Command.run(nft, "delete table ip " + table + "\n"));
    }

    @Override
    public void close() {
        Hooks.remove(hook);
        remove();
        proxy.close();
    }
}
