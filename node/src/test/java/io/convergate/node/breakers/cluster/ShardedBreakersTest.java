package io.convergate.node.breakers.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.config.ActivationReport;
import io.convergate.config.ReplicatedConfig;
import io.convergate.config.ReplicatedConfigSettings;
import io.convergate.node.breakers.BreakerStatus;
import io.convergate.node.breakers.NodeBreaker;
import io.convergate.node.breakers.NodeBreakers;
import io.convergate.node.breakers.NodeEjections;
import io.convergate.node.telemetry.Telemetry;
import io.convergate.node.telemetry.TelemetrySettings;
import io.convergate.routing.breaker.Breaker;
import io.convergate.routing.breaker.BreakerSettings;
import io.convergate.routing.breaker.BreakerState;
import io.convergate.routing.breaker.CircuitBreaking;
import io.convergate.routing.breaker.FailureKinds;
import io.convergate.routing.breaker.Fallback;
import io.convergate.routing.breaker.OpenTime;
import io.convergate.routing.breaker.WindowSize;
import io.convergate.routing.outlier.OutlierDetector;
import io.convergate.routing.outlier.OutlierSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Breakers that three nodes share, each in a cluster system of its own. */
@Tag("long")
class ShardedBreakersTest {
    private static final List<String> HOSTS = List.of("127.45.1.1", "127.45.1.2", "127.45.1.3");

    private static final InetSocketAddress BAD = new InetSocketAddress("127.45.1.9", 80);

    @TempDir
    private static Path directory;

    private static Telemetry telemetry;
    private static int port;
    private static final List<Node> NODES = new ArrayList<>();

    private static final class Node implements AutoCloseable {
        private final NodeBreakers breakers = new NodeBreakers(telemetry);
        private final ShardedBreakers shared = new ShardedBreakers(breakers);
        private final List<OutlierDetector<InetSocketAddress>> detectors = new ArrayList<>();
        private final ReplicatedConfig config;

        Node(String host, Path data) {
            config = ReplicatedConfig.open(
                    ReplicatedConfigSettings.of(host, host, port, HOSTS, data),
                    (view, past) -> new ActivationReport(true, List.of()),
                    List.of(shared));
        }

        /** Of two endpoints, one of which is {@link #BAD}. */
        OutlierDetector<InetSocketAddress> detector(String upstream, int ejectedSeconds) {
            OutlierSettings settings = new OutlierSettings(
                            3,
                            0,
                            false,
                            0,
                            Duration.ofMillis(100),
                            Duration.ofSeconds(ejectedSeconds),
                            50,
                            0,
                            Set.of(),
                            false)
                    .forAllNodes();
            OutlierDetector<InetSocketAddress> detector =
                    new OutlierDetector<>(settings, System::nanoTime, breakers::ejected);
            detector.host(new InetSocketAddress(BAD.getAddress(), 81));
            detector.host(BAD);
            breakers.shareEjections(upstream, detector);
            detectors.add(detector);
            return detector;
        }

        NodeBreaker breaker(String upstream, int openMillis) {
            return breaker(upstream, openMillis, "");
        }

        NodeBreaker breaker(String upstream, int openMillis, String uid) {
            BreakerSettings settings = settings(openMillis);
            CircuitBreaking policy =
                    new CircuitBreaking("default/p", uid, Optional.of(settings), Optional.empty(), Fallback.REFUSE);
            return breakers.breaker(upstream, policy, settings);
        }

        @Override
        public void close() {
            config.close();
        }
    }

    private static BreakerSettings settings(int openMillis) {
        return new BreakerSettings(
                50,
                BreakerSettings.NEVER,
                Optional.empty(),
                new WindowSize.Time(Duration.ofSeconds(30)),
                6,
                new OpenTime(Duration.ofMillis(openMillis), 1, Duration.ofMillis(openMillis), 0),
                2,
                FailureKinds.defaults(),
                BreakerSettings.Scope.CLUSTER,
                2);
    }

    @BeforeAll
    static void start() throws IOException {
        telemetry = Telemetry.start(new TelemetrySettings(Map.of(), TelemetrySettings.Format.OFF, Optional.empty()));
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(HOSTS.get(0)))) {
            port = socket.getLocalPort();
        }
        for (String host : HOSTS) {
            NODES.add(new Node(host, directory.resolve(host)));
        }
        await(() -> NODES.stream()
                .allMatch(node -> node.config.status().members().size() == 3 && !node.shared.isWaiting()));
    }

    @AfterAll
    static void stop() {
        NODES.forEach(Node::close);
        telemetry.close();
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            LockSupport.parkNanos(5_000_000);
        }
    }

    private static void call(NodeBreaker breaker, int times, int status) {
        for (int i = 0; i < times; i++) {
            long permit = breaker.begin();
            if (permit != Breaker.REFUSED) {
                breaker.answered(permit, status, -1, 0);
            }
        }
    }

    private static List<NodeBreaker> everywhere(String upstream, int openMillis) {
        List<NodeBreaker> breakers =
                NODES.stream().map(node -> node.breaker(upstream, openMillis)).toList();
        // An owner has a place before it is needed.
        await(() -> breakers.stream().noneMatch(breaker -> breaker.look().suspects()));
        return breakers;
    }

    private static boolean knowsWhatIsLeftOut(Node node) {
        for (NodeEjections ejections : node.breakers.ejections()) {
            if (ejections.id().startsWith("late#") && !ejections.agreed().isEmpty()) {
                return true;
            }
        }
        return false;
    }

    private static List<BreakerState> states(List<NodeBreaker> breakers) {
        return breakers.stream()
                .map(NodeBreaker::status)
                .map(BreakerStatus::state)
                .toList();
    }

    @Test
    void opensEverywhereWhenTwoOfThreeSeeItAndClosesWhenOneHasTried() {
        List<NodeBreaker> breakers = everywhere("two", 500);
        call(breakers.get(0), 3, 500);
        call(breakers.get(1), 3, 500);
        await(() -> breakers.stream().allMatch(NodeBreaker::isOpen));
        assertThat(breakers.get(2).status().decidedForAll()).isTrue();
        await(() -> {
            breakers.forEach(breaker -> call(breaker, 1, 200));
            return states(breakers).stream().allMatch(BreakerState.CLOSED::equals);
        });
    }

    /** It went on with the next time of the one before. */
    @Test
    void policyThatIsMadeAnewBeginsAnewWhateverWasDecidedBefore() {
        List<NodeBreaker> breakers = everywhere("anew", 60_000);
        call(breakers.get(0), 3, 500);
        call(breakers.get(1), 3, 500);
        await(() -> breakers.stream().allMatch(NodeBreaker::isOpen));
        List<NodeBreaker> anew = NODES.stream()
                .map(node -> node.breaker("anew", 60_000, "another"))
                .toList();
        assertThat(states(anew)).containsOnly(BreakerState.CLOSED);
        assertThat(anew.get(0).id()).isNotEqualTo(breakers.get(0).id());
    }

    @Test
    void oneNodeWithABrokenNetworkOpensItForItselfAlone() {
        List<NodeBreaker> breakers = everywhere("one", 60_000);
        call(breakers.get(0), 100, 500);
        call(breakers.get(1), 100, 200);
        assertThat(states(breakers)).containsExactly(BreakerState.OPEN, BreakerState.CLOSED, BreakerState.CLOSED);
        // Another is decided meanwhile: what was said of this one has been heard, too.
        List<NodeBreaker> others = everywhere("other", 60_000);
        call(others.get(0), 3, 500);
        call(others.get(1), 3, 500);
        await(() -> others.stream().allMatch(NodeBreaker::isOpen));
        assertThat(states(breakers)).containsExactly(BreakerState.OPEN, BreakerState.CLOSED, BreakerState.CLOSED);
        assertThat(breakers.get(0).status().decidedForAll()).isFalse();
    }

    @Test
    void onlyOneNodeTriesAtATime() {
        List<NodeBreaker> breakers = everywhere("lease", 500);
        call(breakers.get(0), 3, 500);
        call(breakers.get(1), 3, 500);
        await(() -> breakers.stream().allMatch(NodeBreaker::isOpen));
        // Nobody ends what it tries: so whoever has begun keeps the lease.
        List<Integer> begun = new ArrayList<>();
        await(() -> {
            for (int i = 0; i < 3; i++) {
                if (breakers.get(i).begin() != Breaker.REFUSED) {
                    begun.add(i);
                }
            }
            return begun.size() == 2;
        });
        assertThat(begun.get(1)).isEqualTo(begun.get(0));
    }

    @Test
    void endpointThatTwoOfThreeLeaveOutIsLeftOutByAll() {
        List<OutlierDetector<InetSocketAddress>.Host> bad = NODES.stream()
                .map(node -> node.detector("ejections", 2).host(BAD))
                .toList();
        for (int i = 0; i < 3; i++) {
            bad.get(0).answered(500);
        }
        assertThat(bad.get(0).isEjected()).isTrue();
        assertThat(bad.get(2).isEjected()).isFalse();
        for (int i = 0; i < 3; i++) {
            bad.get(1).answered(500);
        }
        await(() -> bad.get(2).isEjected());
        await(() -> {
            NODES.forEach(node -> node.detectors.forEach(OutlierDetector::sweep));
            return bad.stream().noneMatch(OutlierDetector.Host::isEjected);
        });
    }

    @Test
    void nodeThatComesLaterKnowsWhatIsOpenAndLeftOutWhenItIsReady() {
        List<NodeBreaker> breakers = everywhere("late", 60_000);
        call(breakers.get(0), 3, 500);
        call(breakers.get(1), 3, 500);
        await(() -> breakers.stream().allMatch(NodeBreaker::isOpen));
        List<OutlierDetector<InetSocketAddress>> detectors =
                NODES.stream().map(node -> node.detector("late", 600)).toList();
        for (int i = 0; i < 3; i++) {
            detectors.get(0).host(BAD).answered(500);
            detectors.get(1).host(BAD).answered(500);
        }
        await(() -> detectors.get(2).host(BAD).isEjected());
        await(() -> NODES.stream().allMatch(ShardedBreakersTest::knowsWhatIsLeftOut));
        // Endpoints that come anew have no errors of their own: so nobody reports any more, and no owner repeats what
        // it decided.
        detectors.forEach(detector -> {
            detector.retain(Set.of());
            detector.host(new InetSocketAddress(BAD.getAddress(), 81));
        });
        await(() -> detectors.stream().allMatch(detector -> detector.host(BAD).isEjected()));
        assertThat(detectors).allMatch(detector -> detector.ejectedFor().isEmpty());
        try (Node late = new Node("127.45.1.4", directory.resolve("late"))) {
            await(() -> !late.shared.isWaiting());
            // Its configuration comes last.
            NodeBreaker own = late.breaker("late", 60_000);
            OutlierDetector<InetSocketAddress> detector = late.detector("late", 600);
            assertThat(late.shared.isWaiting()).isFalse();
            assertThat(own.begin()).isEqualTo(Breaker.REFUSED);
            assertThat(detector.host(BAD).isEjected()).isTrue();
        }
        await(() -> NODES.get(0).config.status().members().size() == 3);
    }
}
