package io.convergate.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.loadgen.fleet.Fleet;
import io.convergate.loadgen.fleet.GatewayNode;
import io.convergate.loadgen.fleet.NodeStatus;
import io.convergate.loadgen.fleet.ResourceKind;
import io.convergate.system.harness.SharedCluster;
import io.convergate.system.harness.Timeline;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A cluster that grows and shrinks. */
@ExtendWith(SharedCluster.class)
class JoinTest {
    private static final int RESOURCES = 300;

    @Test
    void aFourthNodeIsReadyOnceItServesWhatTheOthersServeAndMayLeaveAgain(Fleet cluster) {
        try (Bookinfo bookinfo = new Bookinfo()) {
            StringBuilder documents = new StringBuilder(bookinfo.everything());
            for (int i = 0; i < RESOURCES; i++) {
                documents.append("---\n").append(Bookinfo.small("entry-" + i, 80));
            }
            cluster.node(1).admin().applyEverywhere(documents.toString());

            GatewayNode fourth = cluster.add();
            fourth.start();
            fourth.awaitReady(Fleet.PATIENCE);
            assertThat(Bookinfo.ask(fourth, "/reviews/1").origin()).isEqualTo("reviews-v1");
            NodeStatus status = fourth.admin().status();
            assertThat(status.revision())
                    .isEqualTo(cluster.node(1).admin().status().revision());
            assertThat(fourth.admin().list(ResourceKind.SERVICE_ENTRY)).hasSizeGreaterThan(RESOURCES);
            cluster.awaitWhole(Fleet.PATIENCE);

            fourth.admin().applyEverywhere(Bookinfo.routes(0, 100));
            for (GatewayNode node : cluster.nodes()) {
                assertThat(Bookinfo.ask(node, "/reviews/1").origin()).isEqualTo("reviews-v3");
            }
            cluster.remove(fourth);
            Timeline.say("three again after %s", Timeline.seconds(cluster.awaitWhole(Fleet.PATIENCE)));
        }
    }
}
