package io.convergate.loadgen.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import io.convergate.loadgen.fleet.Fleet;
import io.convergate.loadgen.fleet.GatewayNode;
import io.convergate.loadgen.fleet.NodeStatus;
import io.convergate.loadgen.fleet.ResourceKind;
import io.convergate.loadgen.verify.HistoryRecorder;
import io.convergate.loadgen.verify.NodeRead;
import io.convergate.loadgen.verify.NodeState;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;

/**
 * Asks each node again and again whether it is ready and which revision it serves, on a thread for each, and records what it says.
 */
final class NodeWatch implements AutoCloseable {
    private static final long PERIOD_NANOS = Duration.ofMillis(200).toNanos();

    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean isEnding;

    NodeWatch(Fleet fleet, HistoryRecorder recorder) {
        for (GatewayNode node : fleet.nodes()) {
            Thread thread = new Thread(() -> watch(node, recorder), "watch-" + node.name());
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
    }

    private void watch(GatewayNode node, HistoryRecorder recorder) {
        while (!isEnding) {
            long asked = System.nanoTime();
            recorder.read(ask(node, asked));
            LockSupport.parkNanos(PERIOD_NANOS);
        }
    }

    private static NodeRead ask(GatewayNode node, long asked) {
        try {
            NodeStatus status = node.admin().status();
            long answered = System.nanoTime();
            return status.ready()
                    ? NodeRead.ready(node.name(), asked, answered, serves(node.name(), status))
                    : NodeRead.notReady(node.name(), asked, answered);
        } catch (UncheckedIOException noAnswer) {
            // It is down, or paused.
            return NodeRead.notReady(node.name(), asked, System.nanoTime());
        }
    }

    private static String serves(String name, NodeStatus status) {
        return status.nodes().stream()
                .filter(member -> member.node().equals(name))
                .findFirst()
                .map(NodeStatus.Member::revision)
                .orElse("");
    }

    /** What each node has now; those that do not answer are left out. */
    static List<NodeState> states(Fleet fleet) {
        List<NodeState> states = new ArrayList<>();
        for (GatewayNode node : fleet.nodes()) {
            try {
                NodeStatus status = node.admin().status();
                Map<String, String> resources = new TreeMap<>();
                for (ResourceKind kind : ResourceKind.values()) {
                    for (JsonNode item : node.admin().list(kind)) {
                        resources.put(key(kind, item), value(item));
                    }
                }
                states.add(new NodeState(node.name(), serves(node.name(), status), resources, conflicts(node)));
            } catch (UncheckedIOException noAnswer) {
                // The check that needs it says that it did not answer.
            }
        }
        return states;
    }

    private static String key(ResourceKind kind, JsonNode item) {
        return kind.kind().toLowerCase(Locale.ROOT) + "/"
                + item.at("/metadata/name").asText();
    }

    /** Those of {@code /status}, which names them with their namespace: all of ours are in one. */
    private static Set<String> conflicts(GatewayNode node) {
        Set<String> conflicts = new TreeSet<>();
        node.admin().get("/status").json().path("conflicts").forEach(conflict -> {
            String[] parts = conflict.path("resource").asText().split("/");
            conflicts.add(parts[0] + "/" + parts[parts.length - 1]);
        });
        return conflicts;
    }

    /** The number of its write, if a writer wrote it, else its version, which comes from its content. */
    private static String value(JsonNode item) {
        String number = item.at("/metadata/labels/" + ConfigWriter.LABEL).asText();
        return number.isEmpty() ? item.at("/metadata/resourceVersion").asText() : number;
    }

    @Override
    public void close() {
        isEnding = true;
        threads.forEach(LockSupport::unpark);
        for (Thread thread : threads) {
            try {
                thread.join(5_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
