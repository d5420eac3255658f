package io.convergate.node.limits.cluster;

import io.convergate.routing.limit.Ask;
import io.convergate.routing.limit.Grant;
import io.convergate.routing.limit.LimitKey;
import io.convergate.routing.limit.LimitSpec;
import io.convergate.routing.limit.Window;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every message between nodes arrives as it was sent. */
class LimitSerializerTest {
    private static final ActorTestKit KIT = ActorTestKit.create();

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    static Stream<Object> messages() {
        var replyTo = KIT.<OwnerMessage.ToNode>createTestProbe().getRef();
        List<LimitSpec> specs = List.of(
                LimitSpec.Rate.of(5, Duration.ofHours(1), 9),
                new LimitSpec.Quota(7, Window.MONTH),
                new LimitSpec.InFlight(3));
        Stream<Object> asks = specs.stream()
                .flatMap(spec -> Stream.of(Ask.Purpose.values())
                        .map(purpose -> new Ask(1, spec, 2, purpose, 3, 4, 5, 6, 7, 8, -9, 10, 11, 12)))
                .flatMap(ask -> Stream.of(
                        new OwnerMessage.Asked(replyTo, 42, ask), new OwnerMessage.Told(Optional.of(replyTo), ask)));
        UsagePage page = UsagePage.EMPTY
                .with(List.of(new UsagePage.Usage(new UsagePage.Id(new LimitKey(1, 2), 3, 4), 5, 6)), 0)
                .resetDelta();
        return Stream.concat(
                asks,
                Stream.of(
                        new OwnerMessage.Answered(1, new Grant(-2, 3, 4, 5, 6, 7, 8, 9)),
                        new OwnerMessage.Unheld(Optional.of(replyTo), -3),
                        new OwnerMessage.Unheld(Optional.empty(), 4),
                        OwnerMessage.Warm.INSTANCE,
                        new OwnerMessage.Ping(replyTo),
                        new OwnerMessage.Here("k"),
                        new OwnerMessage.Recall(new LimitKey(-1, 2)),
                        page));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void roundTrip(Object message) {
        KIT.serializationTestKit().verifySerialization(message, true);
    }
}
