package io.convergate.node.breakers.cluster;

import io.convergate.routing.breaker.BreakerOwner;
import io.convergate.routing.breaker.BreakerState;
import io.convergate.routing.breaker.OpenTime;
import io.convergate.routing.breaker.Ruling;
import io.convergate.routing.outlier.EjectionOwner;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BreakerSerializerTest {
    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final Ruling RULING = new Ruling(Long.MAX_VALUE, BreakerState.HALF_OPEN, 7, 3, "system@host:1");

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    static Stream<BreakerMessage> messages() {
        TestProbe<BreakerMessage.ToNode> probe = KIT.createTestProbe();
        BreakerMessage.Decided decided = new BreakerMessage.Decided("outbound|80||ä#1", RULING);
        return Stream.of(
                new BreakerMessage.Reported(
                        new BreakerOwner.Terms(
                                20, 2, new OpenTime(Duration.ofSeconds(1), 1.5, Duration.ofHours(1), 10)),
                        new BreakerOwner.Report("system@host:1", true, 12, false, RULING)),
                new BreakerMessage.Probed(99, true),
                new BreakerMessage.Ejecting(new EjectionOwner.Report("system@host:1", 3, 50, Map.of("a:1", 2L))),
                new BreakerMessage.Ejected("outbound|80||a#1", Map.of("a:1", 2L, "b:1", 3L)),
                decided,
                new BreakerMessage.Asked(probe.getRef()),
                new BreakerMessage.Known("system@host:2", false, List.of(decided, decided)),
                new BreakerMessage.Known("", true, List.of()));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void arrivesAsItWasSent(BreakerMessage message) {
        KIT.serializationTestKit().verifySerialization(message, true);
    }
}
