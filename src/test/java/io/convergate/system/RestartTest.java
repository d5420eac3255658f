package io.convergate.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.convergate.loadgen.fleet.AdminReply;
import io.convergate.loadgen.fleet.Await;
import io.convergate.loadgen.fleet.Fleet;
import io.convergate.loadgen.fleet.GatewayNode;
import io.convergate.loadgen.fleet.ResourceKind;
import io.convergate.system.harness.Load;
import io.convergate.system.harness.SharedCluster;
import io.convergate.system.harness.Timeline;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Nodes that go and come back while others serve. */
@ExtendWith(SharedCluster.class)
class RestartTest {
    /** How many writes the node that is killed has acknowledged by then. */
    private static final int WRITES = 60;

    @Test
    void noRequestFailsWhenANodeStopsUnderLoadAndItIsReadyAgainOnlyWithTheNewestConfiguration(Fleet cluster) {
        GatewayNode stopped = cluster.node(2);
        List<GatewayNode> others = cluster.without(stopped);
        try (Bookinfo bookinfo = new Bookinfo()) {
            cluster.node(1).admin().applyEverywhere(bookinfo.everything());
            // The nodes in turn: those of the one that stops move on when they are told to.
            try (Load onAll = Load.start(
                            Bookinfo.REVIEWS,
                            cluster.nodes().stream().map(GatewayNode::http).toList(),
                            6,
                            120);
                    Load onOthers = Load.start(
                            Bookinfo.REVIEWS,
                            others.stream().map(GatewayNode::http).toList(),
                            4,
                            80)) {
                onAll.awaitRight(200);
                stopped.terminate();
                assertThat(stopped.awaitEnd()).as("exit code").isZero();
                onAll.lap();
                onAll.awaitRight(200);
                cluster.node(3).admin().applyEverywhere(Bookinfo.routes(0, 100));

                stopped.start();
                stopped.awaitReady(Fleet.PATIENCE);
                assertThat(Bookinfo.ask(stopped, "/reviews/1").origin())
                        .as("the first answer of a node that says it is ready")
                        .isEqualTo("reviews-v3");
                cluster.awaitWhole(Fleet.PATIENCE);
                Await.untilTrue("the node that was away shows the events of before", Fleet.PATIENCE, () -> {
                    JsonNode events = stopped.admin().get("/api/v1/events").json();
                    return !events.path("items").isEmpty()
                            && events.equals(
                                    others.get(0).admin().get("/api/v1/events").json());
                });

                Timeline.say("clients that move on: %s", onAll.total());
                Timeline.say("clients of the others: %s", onOthers.total());
                assertThat(onAll.total().isFlawless()).as("%s", onAll.total()).isTrue();
                assertThat(onOthers.total().isFlawless())
                        .as("%s", onOthers.total())
                        .isTrue();
                assertThat(onOthers.total().opened()).isEqualTo(4);
            }
        }
    }

    @Test
    void everyAcknowledgedWriteIsFoundAfterItsNodeWasKilledWhileWriting(Fleet cluster) {
        GatewayNode killed = cluster.node(1);
        ConcurrentMap<String, Integer> acknowledged = new ConcurrentHashMap<>();
        CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> writeUntilItDies(killed, acknowledged));
        Await.untilTrue(
                WRITES + " acknowledged writes",
                Fleet.PATIENCE,
                () -> acknowledged.size() >= WRITES || writer.isDone());
        killed.kill();
        writer.join();
        Timeline.say("killed after %d acknowledged writes", acknowledged.size());

        for (GatewayNode other : cluster.without(killed)) {
            requireAll(other, acknowledged);
        }
        killed.start();
        killed.awaitReady(Fleet.PATIENCE);
        requireAll(killed, acknowledged);
        cluster.awaitWhole(Fleet.PATIENCE);
        cluster.nodes().forEach(node -> requireAll(node, acknowledged));
        Timeline.say("all of them are on every node");
    }

    private static void writeUntilItDies(GatewayNode node, ConcurrentMap<String, Integer> acknowledged) {
        try {
            for (int i = 1; ; i++) {
                String name = "entry-" + i;
                AdminReply reply = node.admin().put(ResourceKind.SERVICE_ENTRY, name, Bookinfo.small(name, i));
                assertThat(reply.status()).as("%s", reply).isEqualTo(201);
                acknowledged.put(name, i);
            }
        } catch (UncheckedIOException dead) {
            // That is the test.
        }
    }

    /** A write that was acknowledged to nobody may be there too. */
    private static void requireAll(GatewayNode node, ConcurrentMap<String, Integer> acknowledged) {
        assertThat(node.admin().list(ResourceKind.SERVICE_ENTRY))
                .as("ServiceEntries on %s", node)
                .extracting(entry -> entry.at("/metadata/name").asText())
                .containsAll(acknowledged.keySet());
    }
}
