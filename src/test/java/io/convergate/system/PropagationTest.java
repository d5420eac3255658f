package io.convergate.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.loadgen.fleet.Fleet;
import io.convergate.loadgen.fleet.GatewayNode;
import io.convergate.loadgen.fleet.ResourceKind;
import io.convergate.system.harness.SharedCluster;
import io.convergate.system.harness.Timeline;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** How long a change takes to be served by everybody. The figures are printed, not judged: machines differ. */
@ExtendWith(SharedCluster.class)
class PropagationTest {
    private static final int CHANGES = 200;

    @Test
    void twoHundredSmallChangesAreServedEverywhereOneByOne(Fleet cluster) {
        double[] millis = new double[CHANGES];
        for (int i = 0; i < CHANGES; i++) {
            GatewayNode writer = cluster.nodes().get(i % cluster.nodes().size());
            String change = Bookinfo.small("changing", 1 + i);
            long begun = System.nanoTime();
            writer.admin().applyEverywhere(change);
            millis[i] = (System.nanoTime() - begun) / 1e6;
        }
        for (GatewayNode node : cluster.nodes()) {
            assertThat(node.admin().find(ResourceKind.SERVICE_ENTRY, "changing"))
                    .hasValueSatisfying(entry ->
                            assertThat(entry.at("/spec/ports/0/number").asInt()).isEqualTo(CHANGES));
        }
        Arrays.sort(millis);
        Timeline.say(
                "%d changes with wait=all, from the request to the answer: p50 %.1f ms, p99 %.1f ms, max %.1f ms",
                CHANGES, millis[CHANGES / 2], millis[CHANGES * 99 / 100], millis[CHANGES - 1]);
    }
}
