package io.convergate.node.breakers.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.convergate.node.breakers.NodeBreakers;
import io.convergate.node.cluster.Nodes;
import io.convergate.node.telemetry.Telemetry;
import io.convergate.node.telemetry.TelemetrySettings;
import io.convergate.routing.breaker.BreakerState;
import io.convergate.routing.breaker.Ruling;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.cluster.sharding.typed.ShardingEnvelope;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a node is told that has just come. */
class BreakerPeerTest {
    private static final int FRAME_BYTES = 1 << 20;

    private static ActorTestKit kit;
    private static Telemetry telemetry;

    @BeforeAll
    static void start() {
        telemetry = Telemetry.start(new TelemetrySettings(Map.of(), TelemetrySettings.Format.OFF, Optional.empty()));
        kit = ActorTestKit.create(
                "breakers",
                ConfigFactory.parseString(
                                "pekko { actor.provider = cluster, remote.artery.canonical { hostname = 127.0.0.1, port = 0 }, actor.testkit.typed.single-expect-default = 30s }")
                        .withFallback(ConfigFactory.load()));
    }

    @AfterAll
    static void stop() {
        kit.shutdownTestKit();
        telemetry.close();
    }

    /** All in one message were over the transport's frame, and never arrived. */
    @Test
    void howeverManyBreakersAreOpenEachMessageFitsIntoAFrame() {
        NodeBreakers breakers = new NodeBreakers(telemetry);
        Rulings rulings = new Rulings(System::nanoTime);
        Set<String> open = new HashSet<>();
        for (int i = 0; i < 4_000; i++) {
            String id = "default/a-policy-with-a-long-name#" + "outbound|80||".repeat(20) + i;
            open.add(id);
            rulings.decided(id, new Ruling(1, BreakerState.OPEN, TimeUnit.HOURS.toNanos(1), 1, ""), breakers, "self");
        }
        TestProbe<ShardingEnvelope<BreakerMessage.ToOwner>> region = kit.createTestProbe();
        ActorRef<BreakerPeer.Command> peer = kit.spawn(
                BreakerPeer.create(breakers, new Nodes<>(kit.system(), "breakers"), region.getRef(), rulings));
        TestProbe<BreakerMessage.ToNode> comes = kit.createTestProbe();
        peer.tell(new BreakerPeer.Heard(new BreakerMessage.Asked(comes.getRef())));

        Serialization serialization = SerializationExtension.get(Adapter.toClassic(kit.system()));
        Set<String> heard = new HashSet<>();
        while (true) {
            BreakerMessage.ToNode message = comes.receiveMessage();
            assertThat(serialization.serialize(message).get()).hasSizeLessThan(FRAME_BYTES);
            if (message instanceof BreakerMessage.Known known) {
                known.decided().forEach(decided -> heard.add(decided.breaker()));
                if (!known.node().isEmpty()) {
                    break; // the last part
                }
            }
        }
        assertThat(heard).isEqualTo(open);
    }
}
