package io.convergate.loadgen.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.convergate.loadgen.fault.FaultInjector;
import io.convergate.loadgen.fault.PartitionFault;
import io.convergate.loadgen.fault.Stage;
import io.convergate.loadgen.fault.Timeline;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Fleets of containers, of the image that {@code docker/README.md} builds, or of the one that the system property {@code convergate.image}
 * names.
 */
class DockerFleetTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Driver DRIVER = Driver.docker(System.getProperty("convergate.image", "convergate"));
    private static final String ROUTE = """
            apiVersion: networking.istio.io/v1
            kind: ServiceEntry
            metadata: {name: kept}
            spec:
              hosts: [kept.example]
              ports: [{number: 80, name: http, protocol: HTTP}]
              resolution: STATIC
              endpoints: [{address: 127.0.0.1}]
            """;

    @TempDir
    private Path directory;

    @BeforeEach
    void requireEngine() {
        skipIf(DRIVER.unusable());
    }

    private static void skipIf(Optional<String> reason) {
        reason.ifPresent(why -> System.out.println("SKIPPED: docker: " + why));
        assumeTrue(reason.isEmpty(), reason.orElse(""));
    }

    private FleetPlan plan(int size) {
        return FleetPlan.of(DRIVER, size, directory).saying(System.out::println);
    }

    @Test
    void containersKeepTheirAddressAndDataOverEveryKindOfEndAndLeaveNothing() {
        try (Fleet fleet = Fleet.start(plan(1))) {
            GatewayNode node = fleet.node(1);
            String host = node.host();
            node.admin().apply(ROUTE);
            String written = node.admin().status().revision();

            node.terminate();
            assertThat(node.awaitEnd()).isZero();
            assertThat(node.isAlive()).isFalse();
            node.start();
            node.awaitReady(PATIENCE);
            assertThat(node.admin().status().revision()).isEqualTo(written);

            node.kill();
            assertThat(node.isAlive()).isFalse();
            node.start();
            node.awaitReady(PATIENCE);
            assertThat(node.admin().status().revision()).isEqualTo(written);
            assertThat(node.host()).isEqualTo(host);
            assertThat(node.logged(" started, admin API on ")).isEqualTo(3);

            node.pause();
            assertThat(node.admin().isReady()).isFalse();
            node.resume();
            node.awaitReady(PATIENCE);
            node.pause();
            // Closed while it stands still: the hardest to remove.
        }
        assertThat(left("ps", "--all")).isEmpty();
        assertThat(left("network", "ls")).isEmpty();
    }

    @Test
    void aCutLastsUntilItIsHealedAlsoOverTheRestartOfItsNode() {
        try (Fleet fleet = Fleet.start(plan(2));
                Stage stage = new Stage(fleet);
                FaultInjector injector = new FaultInjector(stage, new Timeline())) {
            GatewayNode one = fleet.node(1);
            GatewayNode two = fleet.node(2);
            PartitionFault cut = PartitionFault.twoWay("node1", "node2");
            skipIf(injector.impossible(cut));
            assertThat(reaches(one, two)).isTrue();
            injector.begin(cut);
            assertThat(reaches(one, two)).isFalse();
            one.kill();
            one.start();
            one.awaitAdmin(PATIENCE);
            assertThat(reaches(two, one)).isFalse();
            injector.healAll();
            assertThat(reaches(two, one)).isTrue();
            fleet.awaitWhole(PATIENCE);
        }
    }

    private static boolean reaches(GatewayNode from, GatewayNode to) {
        String url = "http://" + to.host() + ":" + GatewayNode.ADMIN_PORT + "/livez";
        return Command.run(from.inNetwork(List.of("curl", "--silent", "--fail", "--max-time", "1", url)), "")
                .isGood();
    }

    /** What of this process is still there. */
    private static String left(String... listing) {
        List<String> command = new ArrayList<>(List.of("docker"));
        command.addAll(List.of(listing));
        command.addAll(List.of("--quiet", "--filter", "label=" + DockerSite.label()));
        return Command.must(command, "");
    }
}
