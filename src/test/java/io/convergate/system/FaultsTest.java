package io.convergate.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.convergate.loadgen.fault.ClientFault;
import io.convergate.loadgen.fault.FaultInjector;
import io.convergate.loadgen.fault.Link;
import io.convergate.loadgen.fault.LinkFault;
import io.convergate.loadgen.fault.NodeFault;
import io.convergate.loadgen.fault.PartitionFault;
import io.convergate.loadgen.fault.Proof;
import io.convergate.loadgen.fault.ResourceFault;
import io.convergate.loadgen.fault.Stage;
import io.convergate.loadgen.fault.proxy.Effect;
import io.convergate.loadgen.fleet.Await;
import io.convergate.loadgen.fleet.Driver;
import io.convergate.loadgen.fleet.Fleet;
import io.convergate.loadgen.fleet.FleetPlan;
import io.convergate.loadgen.fleet.GatewayNode;
import io.convergate.loadgen.fleet.ResourceKind;
import io.convergate.system.harness.Timeline;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Faults that need a fleet prepared for them: what they do to real nodes, and that their ends take it back. */
class FaultsTest {
    private static final long DISK_BYTES = 8L << 20;

    private static FleetPlan plan(String name) {
        Path directory = Path.of(System.getProperty("convergate.logs", "target/nodes"))
                .resolve(name + "-" + ProcessHandle.current().pid());
        return FleetPlan.of(Driver.local(), 2, directory).saying(said -> Timeline.say("%s", said));
    }

    private static void skipIf(Optional<String> reason) {
        reason.ifPresent(why -> Timeline.say("SKIPPED: %s", why));
        assumeTrue(reason.isEmpty(), reason.orElse(""));
    }

    private static Duration apply(GatewayNode node, String name, int number) {
        long begun = System.nanoTime();
        node.admin().applyEverywhere(Bookinfo.small(name, number));
        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        Timeline.say("%s is served everywhere after %d ms", name, took.toMillis());
        return took;
    }

    @Test
    void linksAreSlowOrCutWhileTheyGoThroughTheFaultProxyAndADiskIsFull() {
        FleetPlan plan = plan("faults").withDisks(DISK_BYTES);
        skipIf(Fleet.impossible(plan));
        try (Fleet fleet = Fleet.start(plan);
                Stage stage = new Stage(fleet);
                FaultInjector injector = new FaultInjector(stage, new io.convergate.loadgen.fault.Timeline())) {
            skipIf(stage.cannotLead());
            GatewayNode node = fleet.node(1);
            apply(node, "before", 1);
            slowLink(injector, node);
            cutLink(injector, fleet);
            badClients(injector, node);
            fullDisk(injector, fleet);
            assertAllTookEffect(injector);
        }
    }

    private static void slowLink(FaultInjector injector, GatewayNode node) {
        FaultInjector.Active slow =
                injector.begin(new LinkFault.Between(List.of(new Link("node1", "node2")), new Effect.Latency(500, 0)));
        assertThat(apply(node, "slow", 1)).isGreaterThanOrEqualTo(Duration.ofMillis(500));
        slow.end();
        Await.untilTrue(
                "changes are quick again",
                Fleet.PATIENCE,
                () -> apply(node, "quick", 1).toMillis() < 500);
    }

    private static void cutLink(FaultInjector injector, Fleet fleet) {
        FaultInjector.Active cut = injector.begin(PartitionFault.mute("node1", List.of("node1", "node2")));
        int status = fleet.node(1)
                .admin()
                .post("/apply?wait=all&timeout=1s", Bookinfo.small("unheard", 1))
                .status();
        assertThat(status).as("accepted, but not served by all").isEqualTo(202);
        cut.end();
        fleet.awaitWhole(Fleet.PATIENCE);
        assertThat(fleet.node(2).admin().find(ResourceKind.SERVICE_ENTRY, "unheard"))
                .isPresent();
    }

    private static void badClients(FaultInjector injector, GatewayNode node) {
        try (Bookinfo bookinfo = new Bookinfo()) {
            node.admin().applyEverywhere(bookinfo.everything());
            for (ClientFault.Manner manner : ClientFault.Manner.values()) {
                FaultInjector.Active clients =
                        injector.begin(new ClientFault("node1", manner, 200, Bookinfo.HOST, "/reviews/1"));
                for (int i = 0; i < 20; i++) {
                    assertThat(Bookinfo.ask(node, "/reviews/1").origin())
                            .as("an honest client beside %s", manner)
                            .isEqualTo("reviews-v1");
                }
                clients.end();
            }
        }
    }

    private static void fullDisk(FaultInjector injector, Fleet fleet) {
        GatewayNode node = fleet.node(1);
        FaultInjector.Active full = injector.begin(new ResourceFault.FullDisk("node1"));
        // Small ones may fit into what the log's last block has left.
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 1000; i++) {
                        node.admin().apply(Bookinfo.small("too-much-" + i, 1));
                    }
                })
                .hasMessageContaining("No space left on device");
        full.end();
        FaultInjector.Active restart = injector.begin(new NodeFault.Restart("node1", Fleet.PATIENCE));
        restart.end();
        fleet.awaitWhole(Fleet.PATIENCE);
        apply(node, "after", 1);
    }

    @Test
    void aWrongClockIsSeenInWhatANodeWritesAndNowhereElse() {
        FleetPlan plan = plan("clocks").withClocks();
        skipIf(Fleet.impossible(plan));
        try (Fleet fleet = Fleet.start(plan);
                Stage stage = new Stage(fleet);
                FaultInjector injector = new FaultInjector(stage, new io.convergate.loadgen.fault.Timeline())) {
            FaultInjector.Active wrong = injector.begin(new ResourceFault.ClockShift("node2", Duration.ofHours(-5)));
            apply(fleet.node(2), "early", 1);
            assertThat(created(fleet.node(1), "early")).isBefore(Instant.now().minus(Duration.ofHours(4)));
            assertThat(fleet.isWhole()).isTrue();
            wrong.end();
            apply(fleet.node(2), "now", 1);
            assertThat(created(fleet.node(1), "now")).isAfter(Instant.now().minus(Duration.ofHours(1)));
            assertAllTookEffect(injector);
        }
    }

    /** All but the bad clients: the test does not wait until the last of them is connected. */
    private static void assertAllTookEffect(FaultInjector injector) {
        assertThat(injector.timeline().events())
                .filteredOn(event -> event.proof().isPresent() && !event.kind().startsWith("clients-"))
                .isNotEmpty()
                .allSatisfy(event -> assertThat(event.proof().orElseThrow().state())
                        .as("%s", event)
                        .isEqualTo(Proof.State.SHOWN));
    }

    private static Instant created(GatewayNode node, String name) {
        return Instant.parse(node.admin()
                .find(ResourceKind.SERVICE_ENTRY, name)
                .orElseThrow()
                .at("/metadata/creationTimestamp")
                .asText());
    }
}
