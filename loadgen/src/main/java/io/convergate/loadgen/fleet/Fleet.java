package io.convergate.loadgen.fleet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/**
 * Nodes of one cluster, named node1, node2 and so on. Ends its processes and gives everything back when closed, and when
 * this process ends. Adding and removing nodes is for one thread at a time.
 */
public final class Fleet implements AutoCloseable {
    /** Long enough for anything on a machine that builds something beside. */
    public static final Duration PATIENCE = Duration.ofSeconds(90);

    private static final Duration WHOLE_IN_A_MOMENT = Duration.ofSeconds(5);

    private final FleetPlan plan;
    private final Site site;
    private final List<GatewayNode> nodes = new CopyOnWriteArrayList<>();
    private final List<SmallDisk> disks = new ArrayList<>();
    private int named;

    private Fleet(FleetPlan plan, Site site) {
        this.plan = plan;
        this.site = site;
    }

    /**
     * Makes a fleet whose nodes are not started yet.
     *
     * @throws IllegalStateException if its driver, its disks or its clocks cannot be had here: {@link #impossible} asks before
     */
    public static Fleet prepare(FleetPlan plan) {
        impossible(plan).ifPresent(reason -> {
            throw new IllegalStateException(reason);
        });
        Fleet fleet = new Fleet(plan, plan.driver().open());
        try {
            Files.createDirectories(plan.directory());
            List<Machine> machines = new ArrayList<>();
            List<String> names = new ArrayList<>();
            for (int i = 0; i < plan.size(); i++) {
                names.add(fleet.nextName());
                machines.add(fleet.site.machine(names.get(i)));
            }
            List<String> seeds = machines.stream().map(Machine::host).toList();
            for (int i = 0; i < plan.size(); i++) {
                fleet.add(names.get(i), machines.get(i), seeds);
            }
            return fleet;
        } catch (IOException e) {
            fleet.close();
            throw new UncheckedIOException(e);
        } catch (RuntimeException | Error e) {
            fleet.close();
            throw e;
        }
    }

    /** Starts a fleet and waits until it is whole. */
    public static Fleet start(FleetPlan plan) {
        Fleet fleet = prepare(plan);
        try {
            fleet.startAll();
            return fleet;
        } catch (RuntimeException | Error e) {
            fleet.close();
            throw e;
        }
    }

    /**
     * Starts all its nodes, none of which runs, and waits until it is whole.
     *
     * @throws AssertionError if it does not come to that in time, or at once if a node ends
     */
    public void startAll() {
        plan.say()
                .accept("a fleet of " + plan.size() + " starts (" + plan.driver() + "); its logs are in "
                        + plan.directory());
        nodes.forEach(GatewayNode::start);
        Duration took = Await.untilTrue("one cluster of " + nodes, PATIENCE, () -> {
            nodes.forEach(GatewayNode::requireRunning);
            return requireWhole();
        });
        plan.say().accept("it is whole after " + took.toMillis() + " ms");
    }

    /** Why such a fleet cannot be made on this machine; empty if it can. */
    public static Optional<String> impossible(FleetPlan plan) {
        return plan.driver()
                .unusable()
                .or(() -> plan.hasClocks() ? NodeSetup.noClocks() : Optional.empty())
                .or(() -> plan.hasClocks() || plan.diskBytes() > 0 ? notInContainers(plan) : Optional.empty())
                .or(() -> plan.diskBytes() > 0 ? SmallDisk.unusable() : Optional.empty());
    }

    private static Optional<String> notInContainers(FleetPlan plan) {
        return plan.driver().kind() == Driver.Kind.DOCKER
                ? Optional.of("disks and clocks of their own are not given to containers")
                : Optional.empty();
    }

    private String nextName() {
        return "node" + ++named;
    }

    private GatewayNode add(String name, Machine machine, List<String> seeds) {
        NodeSetup setup = new NodeSetup(plan, seeds);
        setup.smallDisk(name).ifPresent(path -> disks.add(SmallDisk.mount(path, plan.diskBytes())));
        GatewayNode node = new GatewayNode(name, machine, setup, plan.say());
        nodes.add(node);
        return node;
    }

    /** A further node that looks for this cluster; it is not started yet. */
    public GatewayNode add() {
        String name = nextName();
        return add(
                name, site.machine(name), nodes.stream().map(GatewayNode::host).toList());
    }

    /** Ends a node in order and for good, and forgets it. */
    public void remove(GatewayNode node) {
        node.terminate();
        node.awaitEnd();
        node.release();
        nodes.remove(node);
    }

    /** Its node of this number, from 1. */
    public GatewayNode node(int number) {
        return nodes.get(number - 1);
    }

    /** Its node of this name. */
    public Optional<GatewayNode> node(String name) {
        return nodes.stream().filter(node -> node.name().equals(name)).findFirst();
    }

    public List<GatewayNode> nodes() {
        return List.copyOf(nodes);
    }

    /** All nodes but this one. */
    public List<GatewayNode> without(GatewayNode node) {
        return nodes.stream().filter(other -> other != node).toList();
    }

    public FleetPlan plan() {
        return plan;
    }

    /** An address of this process that the nodes can reach: upstreams bind here. */
    public String here() {
        return site.here();
    }

    /**
     * Waits until every node is ready, knows exactly the others as reachable members, and all serve one revision.
     *
     * @return how long that took
     * @throws AssertionError if it does not come to that in time
     */
    public Duration awaitWhole(Duration deadline) {
        return Await.untilTrue("one cluster of " + nodes, deadline, this::requireWhole);
    }

    /** Whether it is whole, now or in a moment. */
    public boolean isWhole() {
        return isWhole(WHOLE_IN_A_MOMENT);
    }

    boolean isWhole(Duration moment) {
        try {
            awaitWhole(moment);
            return true;
        } catch (AssertionError e) {
            return false;
        }
    }

    private boolean requireWhole() {
        List<String> lacking = lacking(1);
        if (!lacking.isEmpty()) {
            throw new IllegalStateException(String.join("; ", lacking));
        }
        return true;
    }

    /** What each node lacks for the fleet to be whole; empty if it is. */
    public List<String> lacking() {
        return lacking(Integer.MAX_VALUE);
    }

    /** So many of these at most: a node that does not answer takes its time. */
    private List<String> lacking(int most) {
        Set<String> names = nodes.stream().map(GatewayNode::name).collect(Collectors.toSet());
        Set<String> revisions = new TreeSet<>();
        List<String> lacking = new ArrayList<>();
        for (GatewayNode node : nodes) {
            try {
                NodeStatus status = node.admin().status();
                revisions.add(status.revision());
                if (!status.ready() || !status.allServe(names)) {
                    lacking.add(node + " sees " + status.nodes() + ", knows " + status.revision()
                            + (status.ready() ? "" : ", not ready because " + status.notReadyBecause()));
                }
            } catch (RuntimeException e) {
                lacking.add(node + " does not answer: " + e.getMessage());
            }
            if (lacking.size() >= most) {
                return lacking;
            }
        }
        if (revisions.size() > 1) {
            lacking.add("they know different revisions: " + revisions);
        }
        return lacking;
    }

    /** The ends of all logs, for when something failed. */
    public String lastWords() {
        return nodes.stream()
                .map(node -> "---- " + node + " (" + node.log() + ")\n" + node.lastWords())
                .collect(Collectors.joining("\n"));
    }

    @Override
    public void close() {
        nodes.forEach(GatewayNode::release);
        nodes.clear();
        disks.forEach(SmallDisk::close);
        disks.clear();
        site.close();
    }
}
