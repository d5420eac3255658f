package io.convergate.config.membership;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.config.ActivationReport;
import io.convergate.config.ClusterStatus;
import io.convergate.config.ReplicatedConfig;
import io.convergate.config.ReplicatedConfigSettings;
import io.convergate.config.membership.FormationMessage.Answer;
import io.convergate.config.membership.FormationMessage.Probe;
import io.convergate.config.membership.FormationMessage.Standing;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node in a cluster with one that asks and, as if no word but heartbeats reached it, does not answer. */
@Tag("long")
class UnheardTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration PROBE_INTERVAL = Duration.ofMillis(100);
    private static final Duration CARE = PROBE_INTERVAL.multipliedBy(10);

    @TempDir
    Path directory;

    private final AtomicInteger asked = new AtomicInteger();

    @Test
    void aNodeThatIsNotHeardMakesItsSystemAnew() throws IOException {
        withPeer(false, node -> awaitThat(() -> node.status().cluster().incarnation() > 1));
    }

    @Test
    void aNodeThatIsHeardKeepsIt() throws IOException {
        withPeer(true, node -> {
            awaitThat(() -> asked.get() > 3 * Earshot.UNHEARD_ROUNDS);
            assertThat(node.status().cluster().incarnation()).isEqualTo(1);
        });
    }

    private interface Check {
        void of(ReplicatedConfig node);
    }

    private void withPeer(boolean answers, Check check) throws IOException {
        NodeAddress self = new NodeAddress("127.0.0.1", freePort("127.0.0.1"));
        NodeAddress peer = new NodeAddress("127.0.0.2", freePort("127.0.0.2"));
        ActorSystem<Void> system = ActorSystem.create(
                guardian(self, peer, answers),
                NodeAddress.SYSTEM,
                ActorSystemSetup.create(BootstrapSetup.create(ClusterConfigs.of(settings(peer, "peer")))));
        try (ReplicatedConfig node =
                ReplicatedConfig.open(settings(self, "node"), (view, past) -> ActivationReport.served(), List.of())) {
            awaitThat(() -> node.status().cluster().phase() == ClusterStatus.Phase.UP);
            Cluster.get(system).manager().tell(new Join(self.toPekko()));
            check.of(node);
        } finally {
            system.terminate();
        }
    }

    private Behavior<Void> guardian(NodeAddress node, NodeAddress self, boolean answers) {
        return Behaviors.setup(context -> {
            ActorLookup lookup = ActorLookup.remote(context.getSystem());
            context.spawn(
                    Behaviors.<FormationMessage>withTimers(timers -> {
                        timers.startTimerWithFixedDelay(new Probe(self, 0), CARE);
                        return Behaviors.receiveMessage(message -> {
                            if (message.from().equals(self)) {
                                lookup.<FormationMessage>find(node, Formation.NAME)
                                        .tell(message);
                            } else if (message instanceof Probe) {
                                asked.incrementAndGet();
                                if (answers) {
                                    lookup.<FormationMessage>find(node, Formation.NAME)
                                            .tell(new Answer(self, Standing.MEMBER, List.of(node, self), 0));
                                }
                            }
                            return Behaviors.same();
                        });
                    }),
                    Formation.NAME);
            return Behaviors.empty();
        });
    }

    private ReplicatedConfigSettings settings(NodeAddress address, String name) {
        ReplicatedConfigSettings.Timing timing = ReplicatedConfigSettings.Timing.defaults();
        return ReplicatedConfigSettings.of(name, address.host(), address.port(), List.of(), directory.resolve(name))
                .withTiming(new ReplicatedConfigSettings.Timing(
                        timing.holdTimeout(),
                        timing.aloneAfter(),
                        PROBE_INTERVAL,
                        timing.statusInterval(),
                        timing.fetchTimeout(),
                        timing.joinTimeout(),
                        timing.heartbeatPause(),
                        timing.stableAfter()));
    }

    private static int freePort(String host) throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(host))) {
            return socket.getLocalPort();
        }
    }

    private static void awaitThat(BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(end);
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }
}
