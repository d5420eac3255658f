package io.convergate.node.edge.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.convergate.node.edge.fixture.EdgeFixture;
import io.convergate.node.edge.fixture.LeakWatch;
import io.convergate.node.edge.fixture.RawClient;
import io.convergate.node.edge.fixture.Recording;
import io.convergate.node.edge.fixture.Wire;
import java.io.IOException;
import java.net.ProtocolException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.provider.Arguments;

/**
 * Requests with random faults. Whatever comes in, what goes out is unambiguous, no buffer leaks, and the edge serves
 * on. The seed is in every failure; {@code -Dedge.fuzz.seed=...} repeats it.
 */
class MutatedRequestsTest {
    private static final Duration SHORT = Duration.ofSeconds(3);
    private static final Duration LONG = Duration.ofSeconds(Long.getLong("edge.fuzz.seconds", 15));
    private static final int CONNECTIONS_AT_ONCE = 16;
    /** Bytes that mean something to a parser. */
    private static final byte[] TELLING =
            Wire.bytes("\r\n\t \0:;,=\"#%/?*@0159afAF+-_xX\u000b\u000c\u007f\u0080\u00ff");

    private static final List<byte[]> SEEDS = Stream.of(
                    "legal-requests.txt", "split-requests.txt", "refused-or-clear-requests.txt", "refused-requests.txt")
            .flatMap(table -> Wire.table(table).stream())
            .map(MutatedRequestsTest::lastColumn)
            .filter(bytes -> bytes.length < 2_000)
            .toList();

    @RegisterExtension
    static final EdgeFixture edge = EdgeFixture.withDefaults();

    private final long seed = Long.getLong("edge.fuzz.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @Test
    void neverReachTheOriginInAFormThatTwoCouldReadInTwoWays() throws Exception {
        sendFor(SHORT);
    }

    @Test
    @Tag("long")
    void neverReachItSoForLongerEither() throws Exception {
        sendFor(LONG);
    }

    private void sendFor(Duration time) throws Exception {
        long end = System.nanoTime() + time.toNanos();
        try (LeakWatch leaks = LeakWatch.start()) {
            while (System.nanoTime() < end) {
                sendAFew();
            }
            assertThat(leaks.reports()).as("seed %d", seed).isEmpty();
        }
    }

    private void sendAFew() throws Exception {
        byte[][] inputs = new byte[CONNECTIONS_AT_ONCE][];
        RawClient[] clients = new RawClient[CONNECTIONS_AT_ONCE];
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = mutated();
            clients[i] = RawClient.connectTo(edge.edge().address()).offer(inputs[i]);
        }
        for (int i = 0; i < inputs.length; i++) {
            try (RawClient client = clients[i].finish()) {
                assertThat(Wire.text(client.readToEnd()))
                        .as("answers to '%s', seed %d", Wire.text(inputs[i]), seed)
                        .matches("(?s)|HTTP/1\\.1 [1-5][0-9][0-9] .*");
            } catch (IOException e) {
                fail("seed " + seed + ", input '" + Wire.text(inputs[i]) + "'", e);
            }
        }
        edge.assertServes();
        for (Recording recording : edge.origin().recordings()) {
            assertUnambiguous(recording, inputs);
        }
        edge.origin().forget();
    }

    /** A request may stop short, if its connection does too. */
    private void assertUnambiguous(Recording recording, byte[][] inputs) throws Exception {
        try {
            if (Wire.endsInsideARequest(recording.bytes())) {
                edge.origin().await("the end of a broken request", other -> other == recording && other.over());
            }
        } catch (ProtocolException | AssertionError ambiguous) {
            String sent =
                    String.join("'\n'", Arrays.stream(inputs).map(Wire::text).toList());
            fail(
                    "seed " + seed + ", origin saw '" + Wire.text(recording.bytes()) + "', sent '" + sent + "'",
                    ambiguous);
        }
    }

    private byte[] mutated() {
        byte[] bytes = SEEDS.get(random.nextInt(SEEDS.size())).clone();
        for (int faults = random.nextInt(4); faults > 0 && bytes.length > 1; faults--) {
            int at = random.nextInt(bytes.length);
            bytes = switch (random.nextInt(6)) {
                case 0 -> spliced(bytes, at, at + 1, new byte[] {telling()});
                case 1 -> spliced(bytes, at, at, new byte[] {telling()});
                case 2 -> spliced(bytes, at, at + 1, new byte[0]);
                case 3 -> spliced(bytes, at, at, lineOf(SEEDS.get(random.nextInt(SEEDS.size()))));
                case 4 -> spliced(bytes, at, at + 1, new byte[] {(byte) random.nextInt(256)});
                default -> spliced(bytes, at, at, Arrays.copyOfRange(bytes, random.nextInt(at + 1), at));
            };
        }
        return bytes;
    }

    private byte telling() {
        return TELLING[random.nextInt(TELLING.length)];
    }

    private byte[] lineOf(byte[] request) {
        String[] lines = Wire.text(request).split("(?<=\r\n)");
        return Wire.bytes(lines[random.nextInt(lines.length)]);
    }

    private static byte[] spliced(byte[] bytes, int from, int to, byte[] middle) {
        byte[] result = new byte[bytes.length - (to - from) + middle.length];
        System.arraycopy(bytes, 0, result, 0, from);
        System.arraycopy(middle, 0, result, from, middle.length);
        System.arraycopy(bytes, to, result, from + middle.length, bytes.length - to);
        return result;
    }

    private static byte[] lastColumn(Arguments row) {
        Object[] columns = row.get();
        return Wire.bytes((String) columns[columns.length - 1]);
    }
}
