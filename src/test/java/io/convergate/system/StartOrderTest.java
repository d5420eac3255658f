package io.convergate.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.loadgen.fleet.Fleet;
import io.convergate.loadgen.fleet.GatewayNode;
import io.convergate.loadgen.fleet.ResourceKind;
import io.convergate.system.harness.SharedCluster;
import io.convergate.system.harness.Timeline;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A cluster of which no node runs any more. */
@ExtendWith(SharedCluster.class)
class StartOrderTest {
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = 1)
    void allStoppedAndStartedInAnyOrderAreOneClusterWithAllConfiguration(long seed, Fleet cluster) {
        stopAndStart(cluster, seed, false);
    }

    @Tag("long")
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {2, 3, 4, 5, 6, 7, 8})
    void inAnyOrderAtAll(long seed, Fleet cluster) {
        stopAndStart(cluster, seed, false);
    }

    @Tag("long")
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {9, 10, 11})
    void allKilledAtOnceAndStartedInAnyOrderToo(long seed, Fleet cluster) {
        stopAndStart(cluster, seed, true);
    }

    private static void stopAndStart(Fleet cluster, long seed, boolean kill) {
        Random random = new Random(seed);
        List<String> names = new ArrayList<>();
        // Each node stops with a write that the later ones have seen and the earlier ones have not.
        List<GatewayNode> leaving = shuffled(cluster, random);
        Timeline.say("seed %d: stop %s", seed, leaving);
        for (GatewayNode node : leaving) {
            String name = "last-of-" + node;
            node.admin().apply(Bookinfo.small(name, 1));
            names.add(name);
            if (kill) {
                node.kill();
            } else {
                node.terminate();
                node.awaitEnd();
            }
        }
        List<GatewayNode> coming = shuffled(cluster, random);
        for (GatewayNode node : coming) {
            node.start();
            if (random.nextBoolean()) {
                node.awaitAdmin(Fleet.PATIENCE);
            }
        }
        Timeline.say("started %s: one cluster after %s", coming, Timeline.seconds(cluster.awaitWhole(Fleet.PATIENCE)));
        for (GatewayNode node : cluster.nodes()) {
            assertThat(node.admin().list(ResourceKind.SERVICE_ENTRY))
                    .as("ServiceEntries on %s", node)
                    .extracting(entry -> entry.at("/metadata/name").asText())
                    .containsExactlyInAnyOrderElementsOf(names);
        }
    }

    private static List<GatewayNode> shuffled(Fleet cluster, Random random) {
        List<GatewayNode> nodes = new ArrayList<>(cluster.nodes());
        Collections.shuffle(nodes, random);
        return nodes;
    }
}
