package io.convergate.loadgen.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import io.convergate.loadgen.fleet.AdminReply;
import io.convergate.loadgen.fleet.Fleet;
import io.convergate.loadgen.fleet.GatewayNode;
import io.convergate.loadgen.fleet.NodeStatus;
import io.convergate.loadgen.fleet.ResourceKind;
import io.convergate.loadgen.verify.HistoryRecorder;
import io.convergate.loadgen.verify.NodeRead;
import io.convergate.loadgen.verify.NodeState;
import io.convergate.loadgen.verify.StoreRead;
import io.convergate.loadgen.verify.StoreRead.Held;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;

/**
 * Asks each node again and again whether it is ready and which revision it serves, and what its store has of the resources that are deleted and
 * made again, on a thread for each, and records what it says.
 */
final class NodeWatch implements AutoCloseable {
    private static final long PERIOD_NANOS = Duration.ofMillis(200).toNanos();

    /** How long nodes may take to find the same conflicts, once they have one configuration. */
    private static final Duration CONFLICTS_WITHIN = Duration.ofSeconds(10);

    private final List<String> resources;
    private final List<ResourceKind> kinds;
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean isEnding;

    /** @param resources the keys of those that are asked for one by one; may be empty */
    NodeWatch(Fleet fleet, List<String> resources, HistoryRecorder recorder) {
        this.resources = List.copyOf(resources);
        this.kinds = Arrays.stream(ResourceKind.values())
                .filter(kind -> resources.stream().anyMatch(resource -> isOf(kind, resource)))
                .toList();
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
            kinds.forEach(kind -> look(node, kind, recorder));
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

    private void look(GatewayNode node, ResourceKind kind, HistoryRecorder recorder) {
        long asked = System.nanoTime();
        try {
            AdminReply reply = node.admin().labelled(kind, ConfigWriter.LABEL);
            if (reply.isGood()) {
                JsonNode list = reply.json();
                Map<String, Held> found = new HashMap<>();
                resources.stream()
                        .filter(resource -> isOf(kind, resource))
                        .forEach(resource -> found.put(resource, Held.NONE));
                list.path("items")
                        .forEach(item -> found.replace(
                                key(kind, item),
                                new Held(value(item), item.at("/metadata/uid").asText())));
                recorder.stored(new StoreRead(
                        node.name(),
                        asked,
                        System.nanoTime(),
                        list.at("/metadata/resourceVersion").asText().split("~", 2)[0],
                        found));
            }
        } catch (UncheckedIOException noAnswer) {
            // It is down, or paused.
        }
    }

    private static boolean isOf(ResourceKind kind, String resource) {
        return resource.startsWith(prefix(kind));
    }

    private static String serves(String name, NodeStatus status) {
        return status.nodes().stream()
                .filter(member -> member.node().equals(name))
                .findFirst()
                .map(NodeStatus.Member::revision)
                .orElse("");
    }

    /**
     * What each node has once all report the same conflicts, or have had the time to: a deletion that was outlived is found in the past,
     * which nodes fetch after the present. Those that do not answer are left out.
     */
    static List<NodeState> states(Fleet fleet) {
        long deadline = System.nanoTime() + CONFLICTS_WITHIN.toNanos();
        while (true) {
            List<NodeState> states = statesNow(fleet);
            boolean agree = states.stream().map(NodeState::conflicts).distinct().count() <= 1;
            if (agree || System.nanoTime() - deadline > 0) {
                return states;
            }
            LockSupport.parkNanos(PERIOD_NANOS);
        }
    }

    private static List<NodeState> statesNow(Fleet fleet) {
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
        return prefix(kind) + item.at("/metadata/name").asText();
    }

    private static String prefix(ResourceKind kind) {
        return kind.kind().toLowerCase(Locale.ROOT) + "/";
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
