package io.convergate.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.node.admin.api.Kind;
import io.convergate.node.admin.api.StatusReport;
import io.convergate.system.harness.NodeProcess;
import io.convergate.system.harness.SharedCluster;
import io.convergate.system.harness.TestCluster;
import io.convergate.system.harness.Timeline;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A cluster that grows and shrinks. */
@ExtendWith(SharedCluster.class)
class JoinTest {
    private static final int RESOURCES = 300;

    @Test
    void aFourthNodeIsReadyOnceItServesWhatTheOthersServeAndMayLeaveAgain(TestCluster cluster) {
        try (Bookinfo bookinfo = new Bookinfo()) {
            StringBuilder documents = new StringBuilder(bookinfo.everything());
            for (int i = 0; i < RESOURCES; i++) {
                documents.append("---\n").append(Bookinfo.small("entry-" + i, 80));
            }
            cluster.node(1).admin().applyEverywhere(documents.toString());

            NodeProcess fourth = cluster.add();
            fourth.start();
            fourth.awaitReady(TestCluster.PATIENCE);
            assertThat(Bookinfo.ask(fourth, "/reviews/1").origin()).isEqualTo("reviews-v1");
            StatusReport status = fourth.admin().status();
            assertThat(status.revision())
                    .isEqualTo(cluster.node(1).admin().status().revision());
            assertThat(fourth.admin().list(Kind.SERVICE_ENTRY)).hasSizeGreaterThan(RESOURCES);
            cluster.awaitWhole(TestCluster.PATIENCE);

            fourth.admin().applyEverywhere(Bookinfo.routes(0, 100));
            for (NodeProcess node : cluster.nodes()) {
                assertThat(Bookinfo.ask(node, "/reviews/1").origin()).isEqualTo("reviews-v3");
            }
            cluster.remove(fourth);
            Timeline.say("three again after %s", Timeline.seconds(cluster.awaitWhole(TestCluster.PATIENCE)));
        }
    }
}
