package io.convergate.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.node.admin.api.Kind;
import io.convergate.system.harness.AdminClient.Reply;
import io.convergate.system.harness.Await;
import io.convergate.system.harness.Load;
import io.convergate.system.harness.NodeProcess;
import io.convergate.system.harness.SharedCluster;
import io.convergate.system.harness.TestCluster;
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
    void noRequestFailsWhenANodeStopsUnderLoadAndItIsReadyAgainOnlyWithTheNewestConfiguration(TestCluster cluster) {
        NodeProcess stopped = cluster.node(2);
        List<NodeProcess> others = cluster.without(stopped);
        try (Bookinfo bookinfo = new Bookinfo()) {
            cluster.node(1).admin().applyEverywhere(bookinfo.everything());
            // The nodes in turn: those of the one that stops move on when they are told to.
            try (Load onAll = Load.start(
                            Bookinfo.REVIEWS,
                            cluster.nodes().stream().map(NodeProcess::http).toList(),
                            6,
                            120);
                    Load onOthers = Load.start(
                            Bookinfo.REVIEWS,
                            others.stream().map(NodeProcess::http).toList(),
                            4,
                            80)) {
                onAll.awaitRight(200);
                stopped.terminate();
                assertThat(stopped.awaitEnd()).as("exit code").isZero();
                onAll.lap();
                onAll.awaitRight(200);
                cluster.node(3).admin().applyEverywhere(Bookinfo.routes(0, 100));

                stopped.start();
                stopped.awaitReady(TestCluster.PATIENCE);
                assertThat(Bookinfo.ask(stopped, "/reviews/1").origin())
                        .as("the first answer of a node that says it is ready")
                        .isEqualTo("reviews-v3");
                cluster.awaitWhole(TestCluster.PATIENCE);

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
    void everyAcknowledgedWriteIsFoundAfterItsNodeWasKilledWhileWriting(TestCluster cluster) {
        NodeProcess killed = cluster.node(1);
        ConcurrentMap<String, Integer> acknowledged = new ConcurrentHashMap<>();
        CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> writeUntilItDies(killed, acknowledged));
        Await.untilTrue(
                WRITES + " acknowledged writes",
                TestCluster.PATIENCE,
                () -> acknowledged.size() >= WRITES || writer.isDone());
        killed.kill();
        writer.join();
        Timeline.say("killed after %d acknowledged writes", acknowledged.size());

        for (NodeProcess other : cluster.without(killed)) {
            requireAll(other, acknowledged);
        }
        killed.start();
        killed.awaitReady(TestCluster.PATIENCE);
        requireAll(killed, acknowledged);
        cluster.awaitWhole(TestCluster.PATIENCE);
        cluster.nodes().forEach(node -> requireAll(node, acknowledged));
        Timeline.say("all of them are on every node");
    }

    private static void writeUntilItDies(NodeProcess node, ConcurrentMap<String, Integer> acknowledged) {
        try {
            for (int i = 1; ; i++) {
                String name = "entry-" + i;
                Reply reply = node.admin().put(Kind.SERVICE_ENTRY, name, Bookinfo.small(name, i));
                assertThat(reply.status()).as("%s", reply).isEqualTo(201);
                acknowledged.put(name, i);
            }
        } catch (UncheckedIOException dead) {
            // That is the test.
        }
    }

    /** A write that was acknowledged to nobody may be there too. */
    private static void requireAll(NodeProcess node, ConcurrentMap<String, Integer> acknowledged) {
        assertThat(node.admin().list(Kind.SERVICE_ENTRY))
                .as("ServiceEntries on %s", node)
                .extracting(entry -> entry.at("/metadata/name").asText())
                .containsAll(acknowledged.keySet());
    }
}
