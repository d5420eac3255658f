package io.convergate.node.breakers.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.routing.breaker.BreakerOwner;
import io.convergate.routing.breaker.BreakerState;
import io.convergate.routing.breaker.OpenTime;
import io.convergate.routing.breaker.Ruling;
import io.convergate.routing.outlier.EjectionOwner;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BreakerSerializerTest {
    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final Ruling RULING = new Ruling(Long.MAX_VALUE, BreakerState.HALF_OPEN, 7, 3, "system@host:1");
    private static final BreakerMessage.Decided DECIDED = new BreakerMessage.Decided("outbound|80||ä#1", RULING);
    private static final BreakerMessage.Reported REPORTED = new BreakerMessage.Reported(
            new BreakerOwner.Terms(20, 2, new OpenTime(Duration.ofSeconds(1), 1.5, Duration.ofHours(1), 10)),
            new BreakerOwner.Report("system@host:1", true, 12, false, RULING));

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    static Stream<BreakerMessage> messages() {
        TestProbe<BreakerMessage.ToNode> probe = KIT.createTestProbe();
        return Stream.of(
                REPORTED,
                new BreakerMessage.Probed(99, true),
                new BreakerMessage.Ejecting(new EjectionOwner.Report("system@host:1", 3, 50, Map.of("a:1", 2L))),
                new BreakerMessage.Ejected("outbound|80||a#1", Map.of("a:1", 2L, "b:1", 3L)),
                DECIDED,
                new BreakerMessage.Asked(probe.getRef()),
                new BreakerMessage.Known("system@host:2", false, List.of(DECIDED, DECIDED)),
                new BreakerMessage.Known("", true, List.of()));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void arrivesAsItWasSent(BreakerMessage message) {
        KIT.serializationTestKit().verifySerialization(message, true);
    }

    private static final String NODE = text("system@host:1");
    private static final String RULED = hex(Long.MAX_VALUE) + "02" + hex(7) + "00000003" + NODE;
    private static final String NAMED = text("outbound|80||ä#1") + RULED;

    /** The bytes of every form that was ever sent: nodes of two versions run side by side while a cluster is upgraded. */
    @Test
    void itsBytesAreAsEver() throws Exception {
        ActorRef<BreakerMessage.ToNode> actor =
                KIT.<BreakerMessage.ToNode>createTestProbe().getRef();
        String terms = "0000001400000002" + hex(1_000_000_000, 0x3ff8000000000000L, 3_600_000_000_000L) + "0000000a";
        String times = "00000001" + text("a:1") + hex(2);
        written("R1", terms + NODE + "01" + "0000000c" + "00" + RULED, REPORTED);
        written("P1", hex(99) + "01", new BreakerMessage.Probed(99, true));
        written("D1", NAMED, DECIDED);
        written(
                "A1",
                text(ActorRefResolver.get(KIT.system()).toSerializationFormat(actor)),
                new BreakerMessage.Asked(actor));
        written(
                "K1",
                NODE + "00" + "00000001" + NAMED,
                new BreakerMessage.Known("system@host:1", false, List.of(DECIDED)));
        written(
                "E1",
                NODE + "00000003" + "00000032" + times,
                new BreakerMessage.Ejecting(new EjectionOwner.Report("system@host:1", 3, 50, Map.of("a:1", 2L))));
        written(
                "J1",
                text("outbound|80||a#1") + times,
                new BreakerMessage.Ejected("outbound|80||a#1", Map.of("a:1", 2L)));
    }

    private static String hex(long... values) {
        StringBuilder hex = new StringBuilder();
        for (long value : values) {
            hex.append(HexFormat.of().toHexDigits(value));
        }
        return hex.toString();
    }

    private static String text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return HexFormat.of().toHexDigits(bytes.length) + HexFormat.of().formatHex(bytes);
    }

    private static void written(String manifest, String hex, BreakerMessage message) throws Exception {
        BreakerSerializer serializer = new BreakerSerializer((ExtendedActorSystem) Adapter.toClassic(KIT.system()));
        assertThat(serializer.manifest(message)).isEqualTo(manifest);
        assertThat(HexFormat.of().formatHex(serializer.toBinary(message))).isEqualTo(hex);
        assertThat(serializer.fromBinary(HexFormat.of().parseHex(hex), manifest))
                .isEqualTo(message);
    }
}
