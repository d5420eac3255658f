package io.convergate.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.loadgen.fault.FaultInjector;
import io.convergate.loadgen.fault.PartitionFault;
import io.convergate.loadgen.fleet.Applied;
import io.convergate.loadgen.fleet.Await;
import io.convergate.loadgen.fleet.Fleet;
import io.convergate.loadgen.fleet.GatewayNode;
import io.convergate.loadgen.fleet.ResourceKind;
import io.convergate.system.harness.Faults;
import io.convergate.system.harness.Load;
import io.convergate.system.harness.SharedCluster;
import io.convergate.system.harness.Timeline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Nodes that cannot reach each other, for longer than the split-brain resolver waits. */
@ExtendWith(SharedCluster.class)
class PartitionTest {
    @Test
    @Tag("long")
    void anotherNodeThatIsCutOffServesAndTakesWritesAndIsOneOfThemAgainAfterwards(Fleet cluster) {
        survive(cluster, cluster.node(3), PartitionFault::isolate);
    }

    @Test
    void theFirstSeedThatIsCutOffServesAndTakesWritesAndIsOneOfThemAgainAfterwards(Fleet cluster) {
        survive(cluster, cluster.node(1), PartitionFault::isolate);
    }

    @Test
    @Tag("long")
    void aNodeThatHearsTheOthersButIsNotHeardComesBackToo(Fleet cluster) {
        survive(cluster, cluster.node(3), PartitionFault::mute);
    }

    @Test
    @Tag("long")
    void aNodeThatIsHeardButHearsNobodyComesBackToo(Fleet cluster) {
        survive(cluster, cluster.node(2), PartitionFault::deafen);
    }

    /** Cuts a node off until the others have removed it, writes on both sides, heals, and looks at everything. */
    private static void survive(
            Fleet cluster, GatewayNode lonely, BiFunction<String, List<String>, PartitionFault> cut) {
        GatewayNode other = cluster.without(lonely).get(0);
        List<Load> loads = new ArrayList<>();
        Bookinfo bookinfo = new Bookinfo();
        try (Faults faults = Faults.in(cluster);
                Watch watch = new Watch(cluster.nodes())) {
            other.admin().applyEverywhere(bookinfo.everything());
            cluster.nodes().forEach(node -> loads.add(Load.on(node.http(), Bookinfo.REVIEWS)));
            loads.forEach(load -> load.awaitRight(50));

            FaultInjector.Active partition = faults.begin(faults.of(lonely, cut));
            write(lonely, "at-once-on-the-lonely", 1);
            write(other, "at-once-on-the-others", 1);
            Duration patience = Await.untilTrue(
                    "the others have removed " + lonely, Fleet.PATIENCE, () -> isRemoved(lonely, other));
            Timeline.say("the others removed %s after %s", lonely, Timeline.seconds(patience));
            Await.untilTrue(lonely + " has removed the others", Fleet.PATIENCE, () -> isRemoved(other, lonely));
            write(lonely, "later-on-the-lonely", 2);
            write(other, "later-on-the-others", 2);
            lonely.admin().apply(Bookinfo.routes(0, 100));
            loads.get(cluster.nodes().indexOf(lonely)).lap();
            loads.get(cluster.nodes().indexOf(lonely)).awaitRight(100);
            assertThat(Bookinfo.ask(lonely, "/reviews/1").origin()).isEqualTo("reviews-v3");
            assertThat(Bookinfo.ask(other, "/reviews/1").origin()).isEqualTo("reviews-v1");

            partition.end();
            Timeline.say("one cluster again after %s", Timeline.seconds(cluster.awaitWhole(Fleet.PATIENCE)));
            for (GatewayNode node : cluster.nodes()) {
                for (String name : List.of(
                        "at-once-on-the-lonely",
                        "at-once-on-the-others",
                        "later-on-the-lonely",
                        "later-on-the-others")) {
                    assertThat(node.admin().find(ResourceKind.SERVICE_ENTRY, name))
                            .as("%s on %s", name, node)
                            .isPresent();
                }
                assertThat(Bookinfo.ask(node, "/reviews/1").origin())
                        .as("what %s routes by", node)
                        .isEqualTo("reviews-v3");
            }
            other.admin().applyEverywhere(Bookinfo.small("after-all", 3));
            for (Load load : loads) {
                Timeline.say("%s", load.total());
                assertThat(load.total().isFlawless()).as("%s", load.total()).isTrue();
                assertThat(load.total().opened()).as("connections").isEqualTo(4);
            }
            assertThat(watch.notReady()).as("times that /readyz said no").isZero();
        } finally {
            loads.forEach(Load::close);
            bookinfo.close();
        }
    }

    private static void write(GatewayNode node, String name, int number) {
        long begun = System.nanoTime();
        Applied report = node.admin().apply(Bookinfo.small(name, number));
        Timeline.say(
                "%s took %s in %s, held by %d of %d",
                node,
                name,
                Timeline.seconds(Duration.ofNanos(System.nanoTime() - begun)),
                report.heldBy(),
                report.members());
    }

    /** Whether {@code by} counts {@code node} as removed. */
    static boolean isRemoved(GatewayNode node, GatewayNode by) {
        return by.admin().status().nodes().stream()
                .filter(member -> member.node().equals(node.name()))
                .allMatch(member -> member.reason().startsWith("absent"));
    }

    /** Asks every node again and again whether it is ready. */
    private static final class Watch implements AutoCloseable {
        private final AtomicInteger no = new AtomicInteger();
        private final Thread thread;
        private volatile boolean ending;

        Watch(List<GatewayNode> nodes) {
            thread = new Thread(
                    () -> {
                        while (!ending) {
                            nodes.stream()
                                    .filter(node -> !node.admin().isReady())
                                    .forEach(node -> {
                                        no.incrementAndGet();
                                        Timeline.say("%s is not ready", node);
                                    });
                            LockSupport.parkNanos(100_000_000);
                        }
                    },
                    "watch");
            thread.setDaemon(true);
            thread.start();
        }

        int notReady() {
            return no.get();
        }

        @Override
        public void close() {
            ending = true;
        }
    }
}
