package io.convergate.system.harness;

import io.convergate.node.admin.api.NodeProgress;
import io.convergate.node.admin.api.StatusReport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** Nodes of one cluster, named node1, node2 and so on, on free loopback addresses. Ends its processes when closed. */
public final class TestCluster implements AutoCloseable {
    /** Long enough on a machine that builds something beside. */
    public static final Duration PATIENCE = Duration.ofSeconds(90);

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final List<String> addresses = Addresses.freeBlock();
    private final List<NodeProcess> nodes = new ArrayList<>();
    private final Path directory;

    private TestCluster() {
        directory = Path.of(System.getProperty("convergate.logs", "target/nodes"))
                .toAbsolutePath()
                .resolve("cluster" + NUMBER.incrementAndGet() + "-"
                        + ProcessHandle.current().pid());
    }

    /** Starts a cluster and waits until it is whole. */
    public static TestCluster start(int size) {
        TestCluster cluster = new TestCluster();
        try {
            Timeline.say("a cluster of %d starts; its logs are in %s", size, cluster.directory);
            List<String> seeds = cluster.addresses.subList(0, size);
            for (int i = 0; i < size; i++) {
                cluster.add(seeds);
            }
            cluster.nodes.forEach(NodeProcess::start);
            Timeline.say("it is whole after %s", Timeline.seconds(cluster.awaitWhole(PATIENCE)));
            return cluster;
        } catch (RuntimeException | Error e) {
            cluster.close();
            throw e;
        }
    }

    private NodeProcess add(List<String> seeds) {
        int index = nodes.size();
        NodeProcess node = new NodeProcess("node" + (index + 1), addresses.get(index), seeds, directory);
        nodes.add(node);
        return node;
    }

    /** A further node that looks for this cluster; it is not started yet. */
    public NodeProcess add() {
        return add(nodes.stream().map(NodeProcess::host).toList());
    }

    /** Ends a node for good and forgets it. */
    public void remove(NodeProcess node) {
        node.terminate();
        node.awaitEnd();
        nodes.remove(node);
    }

    /** Its node of this number, from 1. */
    public NodeProcess node(int number) {
        return nodes.get(number - 1);
    }

    public List<NodeProcess> nodes() {
        return List.copyOf(nodes);
    }

    /** All nodes but this one. */
    public List<NodeProcess> without(NodeProcess node) {
        return nodes.stream().filter(other -> other != node).toList();
    }

    /**
     * Waits until every node is ready, knows exactly the others as reachable members, and all serve one revision.
     *
     * @return how long that took
     */
    public Duration awaitWhole(Duration deadline) {
        return Await.untilTrue("one cluster of " + nodes, deadline, this::requireWhole);
    }

    /** Whether it is whole, now or in a moment. */
    boolean isWhole() {
        try {
            awaitWhole(Duration.ofSeconds(5));
            return true;
        } catch (AssertionError e) {
            return false;
        }
    }

    private boolean requireWhole() {
        Set<String> names = nodes.stream().map(NodeProcess::name).collect(Collectors.toSet());
        Optional<String> revision = Optional.empty();
        for (NodeProcess node : nodes) {
            StatusReport status = node.admin().status();
            Set<String> serving = status.nodes().stream()
                    .filter(member -> member.state() == NodeProgress.State.SERVING)
                    .filter(member -> member.revision().equals(status.revision()))
                    .map(NodeProgress::node)
                    .collect(Collectors.toSet());
            if (!status.ready() || !serving.equals(names) || status.nodes().size() != names.size()) {
                throw new IllegalStateException(
                        node + " sees " + status.nodes() + ", not ready because " + status.notReadyBecause());
            }
            if (!revision.orElse(status.revision()).equals(status.revision())) {
                throw new IllegalStateException(node + " knows " + status.revision() + ", another " + revision);
            }
            revision = Optional.of(status.revision());
        }
        return true;
    }

    /** The ends of all logs, for a test that failed. */
    String lastWords() {
        return nodes.stream()
                .map(node -> "---- " + node + " (" + node.log() + ")\n" + node.lastWords())
                .collect(Collectors.joining("\n"));
    }

    @Override
    public void close() {
        nodes.forEach(NodeProcess::close);
    }
}
