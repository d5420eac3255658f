package io.convergate.loadgen.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.convergate.loadgen.fault.FaultInjector;
import io.convergate.loadgen.fault.NodeFault;
import io.convergate.loadgen.fault.PartitionFault;
import io.convergate.loadgen.fault.Proof;
import io.convergate.loadgen.fault.Stage;
import io.convergate.loadgen.fault.Timeline;
import io.convergate.loadgen.fault.UpstreamFault;
import io.convergate.loadgen.origin.Misbehaviour;
import io.convergate.loadgen.origin.Origin;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Fleets of processes that only look like nodes: what a fleet does with its processes, on each driver that this machine has. */
class FleetTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    @BeforeEach
    void install() throws IOException {
        FakeNode.installInto(directory);
    }

    private FleetPlan plan(Driver driver, int size) {
        FleetPlan plan = FleetPlan.of(driver, size, directory.resolve("run"));
        return new FleetPlan(driver, size, plan.directory(), directory, List.of(), "", 0, false, System.out::println);
    }

    private static Driver driver(String name) {
        Driver driver = name.equals("local") ? Driver.local() : Driver.namespaces();
        Optional<String> reason = driver.unusable();
        reason.ifPresent(why -> System.out.println("SKIPPED: " + name + ": " + why));
        assumeTrue(reason.isEmpty(), reason.orElse(""));
        return driver;
    }

    @ParameterizedTest
    @ValueSource(strings = {"local", "netns"})
    void nodesAreStartedStoppedKilledPausedAndLeaveNothing(String name) {
        GatewayNode survivor;
        try (Fleet fleet = Fleet.start(plan(driver(name), 2))) {
            GatewayNode one = fleet.node(1);
            survivor = fleet.node(2);
            assertThat(fleet.isWhole()).isTrue();
            assertThat(fleet.without(one)).containsExactly(survivor);

            one.terminate();
            assertThat(one.awaitEnd()).isEqualTo(143);
            assertThat(one.admin().isReady()).isFalse();
            assertThat(fleet.isWhole(Duration.ofMillis(300))).isFalse();
            one.start();
            one.awaitReady(PATIENCE);
            assertThatThrownBy(one::start).hasMessage("node1 runs already");

            one.kill();
            assertThat(one.isAlive()).isFalse();
            one.start();
            one.awaitReady(PATIENCE);
            assertThat(one.logged("fake node on")).isEqualTo(3);

            one.pause();
            assertThat(one.admin().isReady()).isFalse();
            one.resume();
            one.awaitReady(PATIENCE);
        }
        assertThat(survivor.isAlive()).isFalse();
        assertThat(Command.run("ip", "netns", "list").output())
                .doesNotContain("cg" + ProcessHandle.current().pid() + "-");
    }

    @ParameterizedTest
    @ValueSource(strings = {"local", "netns"})
    void aCutIsBetweenNodesOnlyAndHealsByItself(String name) {
        try (Fleet fleet = Fleet.start(plan(driver(name), 2));
                Stage stage = new Stage(fleet);
                FaultInjector injector = new FaultInjector(stage, new Timeline())) {
            PartitionFault cut = PartitionFault.twoWay("node1", "node2");
            Optional<String> reason = injector.impossible(cut);
            reason.ifPresent(why -> System.out.println("SKIPPED: " + why));
            assumeTrue(reason.isEmpty());
            assertThat(reaches(fleet.node(1), fleet.node(2))).isTrue();
            injector.begin(cut);
            assertThat(reaches(fleet.node(1), fleet.node(2))).isFalse();
            assertThat(reaches(fleet.node(2), fleet.node(1))).isFalse();
            assertThat(fleet.node(1).admin().isReady()).isTrue();
            injector.healAll();
            assertThat(reaches(fleet.node(1), fleet.node(2))).isTrue();
            injector.begin(cut).end();
            assertThat(proofs(injector))
                    .as("the second time they have no connection that could be cut")
                    .containsExactly(Proof.State.SHOWN, Proof.State.UNKNOWN);
        }
        assertThat(Command.run("nft", "list", "tables").output())
                .doesNotContain("convergate_" + ProcessHandle.current().pid() + "_");
    }

    @Test
    void aCutThroughAConnectionThatDropsNothingIsFoundOut() throws IOException {
        try (Fleet fleet = Fleet.start(plan(Driver.local(), 2));
                Stage stage = new Stage(fleet);
                FaultInjector injector = new FaultInjector(stage, new Timeline());
                ServerSocket server = new ServerSocket();
                Socket client = new Socket()) {
            PartitionFault cut = PartitionFault.twoWay("node1", "node2");
            Optional<String> reason = injector.impossible(cut);
            reason.ifPresent(why -> System.out.println("SKIPPED: " + why));
            assumeTrue(reason.isEmpty());
            server.bind(new InetSocketAddress(fleet.node(2).host(), GatewayNode.CLUSTER_PORT));
            client.bind(new InetSocketAddress(fleet.node(1).host(), 0));
            client.connect(server.getLocalSocketAddress());
            FaultInjector.Active silent = injector.begin(cut);
            long longEnough = System.nanoTime() + Duration.ofMillis(1_600).toNanos();
            Await.untilTrue(
                    "heartbeats would have been sent", Fleet.PATIENCE, () -> System.nanoTime() - longEnough > 0);
            silent.end();
            FaultInjector.Active ofADeadNode = injector.begin(cut);
            fleet.node(2).kill();
            ofADeadNode.end();
            assertThat(proofs(injector)).containsExactly(Proof.State.MISSING, Proof.State.UNKNOWN);
        }
    }

    private static List<Proof.State> proofs(FaultInjector injector) {
        return injector.timeline().events().stream()
                .flatMap(event -> event.proof().stream())
                .map(Proof::state)
                .toList();
    }

    /** Whether a connection from one node's address to another's gets through. */
    private static boolean reaches(GatewayNode from, GatewayNode to) {
        return Command.run(
                        from.inNetwork(List.of(
                                "curl",
                                "--silent",
                                "--max-time",
                                "1",
                                "--interface",
                                from.host(),
                                "http://" + to.host() + ":" + GatewayNode.ADMIN_PORT + "/readyz")),
                        "")
                .isGood();
    }

    @Test
    void aNodeThatEndsBeforeItIsReadyIsToldAtOnceWithItsLastWords() {
        try (Fleet fleet = Fleet.prepare(plan(Driver.local(), 1))) {
            fleet.node(1).start();
            fleet.node(1).awaitReady(PATIENCE);
            fleet.node(1).kill();
            // Sooner than the deadline, which nobody would wait for.
            assertThatThrownBy(() -> fleet.node(1).awaitReady(Duration.ofHours(1)))
                    .hasMessage("node1 has ended:\n" + fleet.node(1).lastWords());
        }
    }

    @Test
    void faultsGoIntoTheTimelineAndAreTakenBackOnceAndNewestFirst() {
        try (Fleet fleet = Fleet.start(plan(Driver.local(), 2));
                Stage stage = new Stage(fleet);
                FaultInjector injector = new FaultInjector(stage, new Timeline())) {
            FaultInjector.Active kill = injector.begin(new NodeFault.Kill("node1"));
            injector.begin(new NodeFault.Pause("node2"));
            assertThat(injector.active()).hasSize(2);
            injector.healAll();
            kill.end();
            assertThat(injector.active()).isEmpty();
            assertThat(injector.timeline().events())
                    .extracting(event -> event.kind() + " " + event.target() + " " + event.phase())
                    .containsExactly("kill node1 BEGUN", "pause node2 BEGUN", "pause node2 ENDED", "kill node1 ENDED");
            assertThat(proofs(injector)).containsExactly(Proof.State.SHOWN, Proof.State.SHOWN);
            fleet.awaitWhole(PATIENCE);
            assertThat(injector.impossible(new NodeFault.Kill("node9")))
                    .contains("there is no node node9 (expected: one of [node1, node2])");
            assertThatThrownBy(() -> injector.begin(new NodeFault.Kill("node9")))
                    .hasMessageContaining("kill on node9: there is no node node9");
        }
    }

    @Test
    void aFaultThatDoesNothingIsFoundOut() {
        try (Fleet fleet = Fleet.start(plan(Driver.local(), 1));
                Origin origin = Origin.start("v1");
                Stage stage = new Stage(fleet).with(origin);
                FaultInjector injector = new FaultInjector(stage, new Timeline())) {
            FaultInjector.Active pause = injector.begin(new NodeFault.Pause("node1"));
            fleet.node(1).resume();
            pause.end();
            injector.begin(new UpstreamFault("v1", new Misbehaviour.Errors(500, 1)))
                    .end();
            injector.begin(new UpstreamFault("v1", new Misbehaviour.Die())).end();
            assertThat(proofs(injector)).containsExactly(Proof.State.MISSING, Proof.State.MISSING, Proof.State.SHOWN);
        }
    }

    @Test
    void aDockerFleetWithoutADaemonOrImageSaysWhy() {
        assertThat(Driver.docker("no-such-image-anywhere").unusable())
                .hasValueSatisfying(why -> assertThat(why).containsAnyOf("no Docker engine answers", "no image"));
    }
}
