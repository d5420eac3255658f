package io.convergate.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.convergate.loadgen.fleet.Fleet;
import io.convergate.loadgen.fleet.GatewayNode;
import io.convergate.system.harness.Load;
import io.convergate.system.harness.SharedCluster;
import io.convergate.system.harness.Tally;
import io.convergate.system.harness.Timeline;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Changes under load. */
@ExtendWith(SharedCluster.class)
class TrafficTest {
    private static final int CONNECTIONS = 6;

    @Test
    void weightsChangeUnderLoadWithoutAFailedRequestAndTheSplitFollows(Fleet cluster) {
        try (Bookinfo bookinfo = new Bookinfo()) {
            cluster.node(1).admin().applyEverywhere(bookinfo.everything());
            List<InetSocketAddress> targets =
                    cluster.nodes().stream().map(GatewayNode::http).toList();
            try (Load load = Load.start(Bookinfo.REVIEWS, targets, CONNECTIONS, 300)) {
                int writer = 0;
                for (int v3 : new int[] {0, 10, 50, 90, 100}) {
                    cluster.nodes()
                            .get(writer++ % cluster.nodes().size())
                            .admin()
                            .applyEverywhere(Bookinfo.routes(100 - v3, v3));
                    // What was in flight when the change came may still count for the old weights.
                    load.lap();
                    load.awaitRight(CONNECTIONS);
                    load.lap();
                    // Where both are possible it takes many to see a share: 0.08 is four standard deviations of 600.
                    load.awaitRight(v3 % 100 == 0 ? 200 : 600);
                    Tally lap = load.lap();
                    Timeline.say("%d %% to v3: %s", v3, lap);
                    assertThat(lap.share("reviews-v3"))
                            .as("share of v3 at %d %%", v3)
                            .isCloseTo(v3 / 100.0, within(v3 % 100 == 0 ? 0.0 : 0.08));
                }
                Tally total = load.total();
                Timeline.say("in total: %s", total);
                assertThat(total.isFlawless()).as("%s", total).isTrue();
                assertThat(total.opened()).isEqualTo(CONNECTIONS);
            }
        }
    }
}
