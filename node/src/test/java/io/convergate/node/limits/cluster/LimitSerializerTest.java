package io.convergate.node.limits.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.routing.limit.Ask;
import io.convergate.routing.limit.Grant;
import io.convergate.routing.limit.LimitKey;
import io.convergate.routing.limit.LimitSpec;
import io.convergate.routing.limit.Window;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.serialization.SerializerWithStringManifest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every message between nodes arrives as it was sent. */
class LimitSerializerTest {
    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final Grant GRANT = new Grant(-2, 3, 4, 5, 6, 7, 8, 9);
    private static final UsagePage PAGE = UsagePage.EMPTY
            .with(List.of(new UsagePage.Usage(new UsagePage.Id(new LimitKey(1, 2), 3, 4), 5, 6)), 0)
            .resetDelta();

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
        return Stream.concat(
                asks,
                Stream.of(
                        new OwnerMessage.Answered(1, GRANT),
                        new OwnerMessage.Unheld(Optional.of(replyTo), -3),
                        new OwnerMessage.Unheld(Optional.empty(), 4),
                        OwnerMessage.Warm.INSTANCE,
                        new OwnerMessage.Ping(replyTo),
                        new OwnerMessage.Here("k"),
                        new OwnerMessage.Recall(new LimitKey(-1, 2)),
                        PAGE));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void roundTrip(Object message) {
        KIT.serializationTestKit().verifySerialization(message, true);
    }

    private static final Ask RATE =
            new Ask(1, new LimitSpec.Rate(5, 6, 9), 2, Ask.Purpose.GIVE_BACK, 3, 4, 5, 6, 7, 8, -9, 10, 11, 0x0c);
    private static final Ask QUOTA =
            new Ask(1, new LimitSpec.Quota(7, Window.MONTH), 2, Ask.Purpose.REFUND, 3, 4, 5, 6, 7, 8, -9, 10, 11, 0x0c);
    private static final Ask PERMITS =
            new Ask(1, new LimitSpec.InFlight(3), 2, Ask.Purpose.LEASE, 3, 4, 5, 6, 7, 8, -9, 10, 11, 0x0c);

    private static String hex(long... values) {
        StringBuilder hex = new StringBuilder();
        for (long value : values) {
            hex.append(HexFormat.of().toHexDigits(value));
        }
        return hex.toString();
    }

    /** What an ask of the first form ends with, but for the purpose in between. */
    private static final String REST = hex(3, 4, 5, 6, 7, 8, -9, 10, 11);

    private static final String RATE_1 = "00" + hex(5, 6, 9) + hex(1, 2) + "02" + REST;
    private static final String QUOTA_1 = "01" + hex(7) + "03" + hex(1, 2) + "03" + REST;
    private static final String PERMITS_1 = "02" + hex(3) + hex(1, 2) + "00" + REST;

    /** The bytes of every form that was ever sent: nodes of two versions run side by side while a cluster is upgraded. */
    @Test
    void bytesOfAllFormsAreRead() throws Exception {
        var actor = KIT.<OwnerMessage.ToNode>createTestProbe().getRef();
        String name = text(ActorRefResolver.get(KIT.system()).toSerializationFormat(actor));
        String request = hex(0x0c);
        Optional<ActorRef<OwnerMessage.ToNode>> none = Optional.empty();
        Optional<ActorRef<OwnerMessage.ToNode>> from = Optional.of(actor);

        written("A2", name + hex(42) + RATE_1 + request, new OwnerMessage.Asked(actor, 42, RATE));
        written("A2", name + hex(42) + QUOTA_1 + request, new OwnerMessage.Asked(actor, 42, QUOTA));
        written("T2", PERMITS_1 + request + name, new OwnerMessage.Told(from, PERMITS));
        written("N1", hex(-3) + name, new OwnerMessage.Unheld(from, -3));
        written("G1", hex(1, -2, 3, 4, 5, 6, 7, 8, 9), new OwnerMessage.Answered(1, GRANT));
        written("W1", "", OwnerMessage.Warm.INSTANCE);
        written("P1", name, new OwnerMessage.Ping(actor));
        written("H1", text("k"), new OwnerMessage.Here("k"));
        written("R1", text("ffffffffffffffff0000000000000002"), new OwnerMessage.Recall(new LimitKey(-1, 2)));
        written("U1", "00000001" + hex(1, 2, 3, 4, 5, 6), PAGE);

        // Before it was told who has told: told and unheld ended here.
        read("T2", RATE_1 + request, new OwnerMessage.Told(none, RATE));
        read("T2", QUOTA_1 + request, new OwnerMessage.Told(none, QUOTA));
        read("T2", PERMITS_1 + request, new OwnerMessage.Told(none, PERMITS));
        read("N1", hex(-3), new OwnerMessage.Unheld(none, -3));
        // Before requests had numbers.
        read("A1", name + hex(42) + RATE_1, new OwnerMessage.Asked(actor, 42, withoutRequest(RATE)));
        read("A1", name + hex(42) + QUOTA_1, new OwnerMessage.Asked(actor, 42, withoutRequest(QUOTA)));
        read("T1", RATE_1, new OwnerMessage.Told(none, withoutRequest(RATE)));
        read("T1", PERMITS_1, new OwnerMessage.Told(none, withoutRequest(PERMITS)));
    }

    private static Ask withoutRequest(Ask ask) {
        return new Ask(
                ask.node(),
                ask.spec(),
                ask.version(),
                ask.purpose(),
                ask.needed(),
                ask.want(),
                ask.held(),
                ask.used(),
                ask.window(),
                ask.demandPerSecond(),
                ask.lastOwner(),
                ask.lastRemaining(),
                ask.lastAgeNanos(),
                0);
    }

    private static String text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return HexFormat.of().toHexDigits(bytes.length) + HexFormat.of().formatHex(bytes);
    }

    /** The form in which it is sent today. */
    private static void written(String manifest, String hex, Object message) throws Exception {
        SerializerWithStringManifest serializer = serializer();
        assertThat(serializer.manifest(message)).isEqualTo(manifest);
        assertThat(HexFormat.of().formatHex(serializer.toBinary(message))).isEqualTo(hex);
        read(manifest, hex, message);
    }

    private static void read(String manifest, String hex, Object message) throws Exception {
        assertThat(serializer().fromBinary(HexFormat.of().parseHex(hex), manifest))
                .as("%s %s", manifest, hex)
                .isEqualTo(message);
    }

    private static SerializerWithStringManifest serializer() {
        return new LimitSerializer((ExtendedActorSystem) Adapter.toClassic(KIT.system()));
    }
}
