package io.convergate.loadgen.fault;

import io.convergate.loadgen.fleet.Command;
import io.convergate.loadgen.fleet.Fleet;
import io.convergate.loadgen.fleet.GatewayNode;
import io.convergate.loadgen.fleet.Hooks;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * The network between the nodes of a fleet, which can be cut. A node's cluster connections come from its own address, so dropping
 * packets by source and destination address, where they arrive, cuts each direction by itself and leaves clients alone. Uses an
 * nftables table of its own in every network that a node is in; they go away when this is closed, and when this process ends. Needs
 * root. Thread-safe.
 */
final class Network implements AutoCloseable {
    private static final List<String> NFT = List.of("nft", "-f", "-");
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final String table = "convergate_" + ProcessHandle.current().pid() + "_" + NUMBER.incrementAndGet();
    private final Fleet fleet;
    private final Supplier<Optional<ClusterLinks>> links;
    private final Thread hook = Hooks.add("end-network", this::remove);

    /** How nft is called in each network that has a table. */
    private final Set<List<String>> tables = ConcurrentHashMap.newKeySet();

    private final AtomicInteger chains = new AtomicInteger();

    /** @param links where connections between nodes go, unless they go straight */
    Network(Fleet fleet, Supplier<Optional<ClusterLinks>> links) {
        this.fleet = fleet;
        this.links = links;
    }

    /** Why it cannot be cut here; empty if it can. */
    Optional<String> unusable() {
        String probe = table + "_probe";
        Command.Ended ended = Command.run(
                fleet.node(1).inNetwork(NFT), "add table ip " + probe + "\ndelete table ip " + probe + "\n");
        return ended.isGood()
                ? Optional.empty()
                : Optional.of("cutting the network needs root and nftables: " + ended.output());
    }

    /** Those of some directions that a cluster connection is there for, whoever opened it: only there are packets to drop. */
    List<Link> connected(List<Link> directions) {
        Optional<ClusterLinks> led = links.get();
        Map<List<String>, Connections> seen = new HashMap<>();
        return directions.stream()
                .filter(link -> {
                    Link back = new Link(link.to(), link.from());
                    if (led.isPresent() && led.get().has(link) && led.get().has(back)) {
                        return led.get().of(link).connections()
                                        + led.get().of(back).connections()
                                > 0;
                    }
                    GatewayNode to = node(link.to());
                    return seen.computeIfAbsent(to.inNetwork(Connections.COMMAND), Connections::now)
                            .has(to.host(), node(link.from()).host());
                })
                .toList();
    }

    /**
     * Drops packets.
     *
     * @param percent how many of them, 1 to 100
     * @return what lets them through again, and counts
     */
    Cut cut(List<Link> cuts, int percent) {
        Optional<ClusterLinks> led = links.get();
        String chain = table + " cut" + chains.incrementAndGet();
        String verdict = (percent == 100 ? "" : " numgen random mod 100 < " + percent) + " counter drop\n";
        Map<List<String>, StringBuilder> scripts = new LinkedHashMap<>();
        for (Link link : cuts) {
            GatewayNode from = node(link.from());
            GatewayNode to = node(link.to());
            String rule = "add rule ip " + chain + " ip saddr ";
            StringBuilder there = scripts.computeIfAbsent(to.inNetwork(NFT), first -> beginning(chain));
            there.append(rule + from.host() + " ip daddr " + to.host() + verdict);
            Link back = new Link(link.to(), link.from());
            if (led.isPresent() && led.get().has(link) && led.get().has(back)) {
                // What it sends on its own connection ends before the proxy, what it answers on the other's behind it.
                int ahead = led.get().of(link).listen().getPort();
                int behind = led.get().of(back).listen().getPort();
                there.append(rule + fleet.here() + " ip daddr " + to.host() + " tcp sport " + behind + verdict);
                scripts.computeIfAbsent(NFT, first -> beginning(chain))
                        .append(rule + from.host() + " tcp dport " + ahead + verdict);
            }
        }
        scripts.forEach((nft, script) -> {
            tables.add(nft);
            Command.must(nft, script.toString());
        });
        return new Cut(chain, List.copyOf(scripts.keySet()));
    }

    /**
     * Packets that vanish.
     *
     * @param chain with the rules that drop them
     * @param nfts how nft is called in each network that has the chain
     */
    record Cut(String chain, List<List<String>> nfts) {
        private static final Pattern COUNTER = Pattern.compile("counter packets (\\d+)");

        /** How many were dropped so far. */
        long dropped() {
            return nfts.stream()
                    .map(nft ->
                            Command.run(nft, "list chain ip " + chain + "\n").output())
                    .flatMap(listed -> COUNTER.matcher(listed).results())
                    .mapToLong(found -> Long.parseLong(found.group(1)))
                    .sum();
        }

        /** Lets them through again. */
        void heal() {
            nfts.forEach(nft -> Command.must(nft, "flush chain ip " + chain + "\ndelete chain ip " + chain + "\n"));
        }
    }

    private StringBuilder beginning(String chain) {
        return new StringBuilder("add table ip " + table + "\nadd chain ip " + chain
                + " { type filter hook input priority 0; policy accept; }\n");
    }

    private GatewayNode node(String name) {
        return fleet.node(name).orElseThrow();
    }

    private void remove() {
        // A network that is gone has taken its table with it.
        tables.forEach(nft -> Command.run(nft, "delete table ip " + table + "\n"));
    }

    @Override
    public void close() {
        Hooks.remove(hook);
        remove();
    }
}
