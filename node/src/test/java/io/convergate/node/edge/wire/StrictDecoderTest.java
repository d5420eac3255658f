package io.convergate.node.edge.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.node.edge.Limits;
import io.netty.channel.ChannelHandler;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The codec between its two checks, fed without a socket. In the tables, | is CRLF. */
class StrictDecoderTest {
    private static final long SEED = 112;
    private static final Limits SMALL = new Limits(64, 200, 4, 1024, 64, 10, 0);
    private static final String INTERESTING = "\r\n\t \0:;,=\"abZ059\u007f\u0080\u00ff|/?#%\\-+_.()";

    private static final Supplier<ChannelHandler> REQUESTS = () -> new StrictRequestDecoder(Limits.DEFAULT);
    private static final Supplier<ChannelHandler> RESPONSES = () -> new StrictResponseDecoder(Limits.DEFAULT);

    static List<String> requests() {
        return List.of(
                "GET / HTTP/1.1|Host: a||",
                "|GET / HTTP/1.1|Host: a||",
                "||GET / HTTP/1.1|Host: a||",
                "GET / HTTP/1.0||",
                "OPTIONS * HTTP/1.1|Host: a|X:|Y: \t z \t||",
                "POST / HTTP/1.1|Host: a|Content-Length: 5||helloGET /2 HTTP/1.1|Host: b||",
                "POST / HTTP/1.1|Host: a|Content-Length: 0||GET /2 HTTP/1.1|Host: b||",
                "POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked||5|hello|0||GET /2 HTTP/1.1|Host: b||",
                "POST / HTTP/1.1|Host: a|Transfer-Encoding: Chunked||5;x=y;z=\"q\\\"q\"|hello|6| world|0|X-Sum: 1|Y: 2||",
                "POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked||3|abc|x|",
                "POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked||3|abcd|0||",
                "POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked||3|abc|0|a: b| c||",
                "POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked||3|abc|0|a b: c||",
                "POST / HTTP/1.1|Host: a|Content-Length: 5|Transfer-Encoding: chunked||0||",
                "POST / HTTP/1.1|Host: a|Transfer-Encoding: gzip, chunked||0||",
                "POST / HTTP/1.1|Host: a|Transfer-Encoding: identity||",
                "POST / HTTP/1.0|Host: a|Transfer-Encoding: chunked||0||",
                "POST / HTTP/1.1|Host: a|Content-Length: 5|Content-Length: 5||hello",
                "POST / HTTP/1.1|Host: a|Content-Length: 5, 5||hello",
                "POST / HTTP/1.1|Host: a|Content-Length: 05||hello",
                "POST / HTTP/1.1|Host: a|Content-Length: +5||hello",
                "POST / HTTP/1.1|Host: a|Content-Length:||hello",
                "POST / HTTP/1.1|Host: a|Content-Length: 99999999999999999999||hello",
                "POST / HTTP/1.1|Host: a|Content_Length: 5||hello",
                "GET / HTTP/1.1|Host: a|Sec-WebSocket-Key1: x|Sec-WebSocket-Key2: y||12345678",
                "GET / HTTP/1.1||",
                "GET / HTTP/1.1|Host: a|Host: a||",
                "GET / HTTP/1.1|Host: a| folded||",
                "GET / HTTP/1.1| Host: a||",
                "GET / HTTP/1.1|Host : a||",
                "GET / HTTP/1.1|: a||",
                "GET / HTTP/1.1|Host: a|no colon||",
                "GET / HTTP/1.1|Host: a|X: \0||",
                "GET / HTTP/1.1|Host: a|X: a\rb||",
                "GET / HTTP/1.1|Host: a\nX: b||",
                "GET / HTTP/1.1\nHost: a||",
                "GET / HTTP/1.1|Host: a|\n",
                "GET / HTTP/1.1|Host: a|\r\r\n",
                "GET  / HTTP/1.1|Host: a||",
                "GET /  HTTP/1.1|Host: a||",
                "GET\t/ HTTP/1.1|Host: a||",
                "GET / HTTP/1.1 |Host: a||",
                "GET /|",
                "GET / HTTP/2.0|Host: a||",
                "GET / HTTP/1.2|Host: a||",
                "GET / http/1.1|Host: a||",
                "GET / HTTP/11|Host: a||",
                "PRI * HTTP/2.0||SM||",
                "G(T / HTTP/1.1|Host: a||",
                "GET /\u00e4 HTTP/1.1|Host: a||",
                "GET / HTTP/1.1|Host: a|X: \u00e4||",
                "GET / HTTP/1.1|Host: a|" + "X: y|".repeat(100) + "|",
                "GET /" + "a".repeat(9000) + " HTTP/1.1|Host: a||",
                "GET / HTTP/1.1|Host: a|X: " + "a".repeat(70_000) + "||",
                "GET / HTTP/1.1|Host: a||garbage",
                "GET / HTTP/1.1|Host:",
                "POST / HTTP/1.1|Host: a|Content-Length: 5||hel");
    }

    static List<String> responses() {
        return List.of(
                "HTTP/1.1 200 OK|Content-Length: 5||helloHTTP/1.1 204 No Content||",
                "HTTP/1.1 200 |Content-Length: 0||",
                "HTTP/1.1 200|Content-Length: 0||",
                "HTTP/1.1 200 a b\t\u00e4|Content-Length: 0||",
                "HTTP/1.0 200 OK||until the end",
                "HTTP/1.1 200 OK||",
                "HTTP/1.1 103 Early Hints|Link: x||HTTP/1.1 200 OK|Content-Length: 1||a",
                "HTTP/1.1 304 Not Modified|Content-Length: 5||HTTP/1.1 200 OK|Content-Length: 0||",
                "HTTP/1.1 200 OK|Transfer-Encoding: chunked||5|hello|0|X: y||",
                "HTTP/1.1 200 OK|Transfer-Encoding: chunked||5|hel",
                "HTTP/1.1 200 OK|Transfer-Encoding: chunked||5|hello0||",
                "HTTP/1.1 200 OK|Transfer-Encoding: chunked||-5|hello|0||",
                "HTTP/1.1 200 OK|Content-Length: 5||hel",
                "HTTP/1.1 200 OK|Content-Length: 5|Transfer-Encoding: chunked||0||",
                "HTTP/1.1 200 OK|Transfer-Encoding: gzip||abc",
                "HTTP/1.1 200 OK|Content-Length: 5|Content-Length: 6||hello!",
                "HTTP/1.1 204 No Content|Transfer-Encoding: chunked||0||",
                "HTTP/1.1 101 Switching Protocols|Upgrade: x||",
                "HTTP/1.1 099 Low||",
                "HTTP/1.1 600 High||",
                "HTTP/1.1 20 Short||",
                "HTTP/1.1 2000 Long||",
                "HTTP/1.1  200 OK||",
                "HTTP/2 200 OK||",
                "HTP/1.1 200 OK||",
                "|HTTP/1.1 200 OK|Content-Length: 0||",
                "HTTP/1.1 200 OK\nContent-Length: 0||",
                "HTTP/1.1 200 O\0K||",
                "HTTP/1.1 200 OK|X : y||",
                "HTTP/1.1 200 OK|X: y| z||",
                "HTTP/1.1 200 OK|X",
                "SSH-2.0-OpenSSH|");
    }

    static Stream<String> bothKinds() {
        return Stream.concat(requests().stream(), responses().stream());
    }

    // One verdict, however the bytes arrive.

    @ParameterizedTest
    @MethodSource("requests")
    void requestHasOneVerdictHoweverItIsCut(String text) {
        assertOneVerdict(REQUESTS, bytes(text), new Random(SEED), text);
    }

    @ParameterizedTest
    @MethodSource("responses")
    void responseHasOneVerdictHoweverItIsCut(String text) {
        assertOneVerdict(RESPONSES, bytes(text), new Random(SEED), text);
    }

    @Test
    void mutatedMessagesHaveOneVerdictHoweverTheyAreCut() {
        Random random = new Random(SEED);
        for (int i = 0; i < 6_000; i++) {
            boolean request = i % 2 == 0;
            List<String> table = request ? requests() : responses();
            byte[] bytes = bytes(table.get(random.nextInt(table.size())));
            if (bytes.length > 500) {
                continue;
            }
            for (int mutation = random.nextInt(3); mutation >= 0; mutation--) {
                bytes = mutated(bytes, random);
            }
            assertOneVerdict(
                    request ? REQUESTS : RESPONSES,
                    bytes,
                    random,
                    "mutation " + i + " of seed " + SEED + ": " + new String(bytes, StandardCharsets.ISO_8859_1));
        }
    }

    private static void assertOneVerdict(Supplier<ChannelHandler> decoder, byte[] bytes, Random random, String seen) {
        List<String> atOnce = Decoded.of(decoder.get(), List.of(bytes));
        if (bytes.length < 1_000) {
            assertThat(Decoded.of(decoder.get(), cut(bytes, () -> 1)))
                    .as("byte by byte: %s", seen)
                    .isEqualTo(atOnce);
        }
        assertThat(Decoded.of(decoder.get(), cut(bytes, () -> 1 + random.nextInt(bytes.length > 1_000 ? 1_000 : 20))))
                .as("in pieces: %s", seen)
                .isEqualTo(atOnce);
        long faults = atOnce.stream().filter(part -> part.startsWith("fault")).count();
        assertThat(faults).as("%s: %s", seen, atOnce).isLessThanOrEqualTo(1);
        if (faults == 1) {
            assertThat(atOnce.get(atOnce.size() - 1)).as(seen).startsWith("fault");
        }
    }

    private static List<byte[]> cut(byte[] bytes, java.util.function.IntSupplier size) {
        List<byte[]> pieces = new ArrayList<>();
        for (int at = 0; at < bytes.length; ) {
            int end = Math.min(bytes.length, at + size.getAsInt());
            pieces.add(Arrays.copyOfRange(bytes, at, end));
            at = end;
        }
        return pieces;
    }

    private static byte[] mutated(byte[] bytes, Random random) {
        if (bytes.length == 0) {
            return bytes;
        }
        int at = random.nextInt(bytes.length);
        byte value = (byte) INTERESTING.charAt(random.nextInt(INTERESTING.length()));
        switch (random.nextInt(4)) {
            case 0:
                byte[] changed = bytes.clone();
                changed[at] = value;
                return changed;
            case 1:
                return joined(bytes, at, new byte[] {value}, at);
            case 2:
                return joined(bytes, at, new byte[0], at + 1);
            default:
                int from = random.nextInt(bytes.length);
                byte[] part = Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + random.nextInt(12)));
                return joined(bytes, at, part, at);
        }
    }

    private static byte[] joined(byte[] bytes, int end, byte[] between, int start) {
        byte[] all = new byte[end + between.length + bytes.length - start];
        System.arraycopy(bytes, 0, all, 0, end);
        System.arraycopy(between, 0, all, end, between.length);
        System.arraycopy(bytes, start, all, end + between.length, bytes.length - start);
        return all;
    }

    // Which verdict.

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = '^',
            value = {
                "GET / HTTP/1.1|Host: a||^200",
                "|GET / HTTP/1.1|Host: a||^200",
                "GET / HTTP/1.0||^200",
                "POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked||^200",
                "||GET / HTTP/1.1|Host: a||^400",
                "GET / HTTP/1.1||^400",
                "GET / HTTP/1.1|Host: a|Host: b||^400",
                "GET / HTTP/1.1|Host: a|Content-Length: 1|Transfer-Encoding: chunked||^400",
                "GET / HTTP/1.1|Host: a|Transfer-Encoding: chunked|Transfer-Encoding: chunked||^400",
                "GET / HTTP/1.1|Host: a|Transfer-Encoding: gzip, chunked||^501",
                "GET / HTTP/1.1|Host: a|Transfer-Encoding: chunked;a=b||^501,400",
                "GET / HTTP/1.1|Host: a|Transfer-Encoding: chunked, chunked||^501,400",
                "GET / HTTP/1.1|Host: a|Transfer-Encoding:||^501,400",
                "GET / HTTP/1.0|Host: a|Transfer-Encoding: chunked||^400",
                "GET / HTTP/1.2|Host: a||^505",
                "GET / HTTP/2.0|Host: a||^505",
                "GET / HTTP/3.1|Host: a||^505",
                "GET / HTTP/1.11|Host: a||^400",
                "GET / HTTP/01.1|Host: a||^400",
            })
    void requestIsServedOrRefusedWithItsStatus(String text, String statuses) {
        assertThat(statuses.split(",")).contains(status(new StrictRequestDecoder(Limits.DEFAULT), text));
    }

    static Stream<org.junit.jupiter.params.provider.Arguments> limits() {
        return Stream.of(
                row("GET /" + "a".repeat(50) + " HTTP/1.1|Host: a||", "200"),
                row("GET /" + "a".repeat(51) + " HTTP/1.1|Host: a||", "414"),
                row("GET /" + "a".repeat(5_000), "414"),
                row("A".repeat(5_000), "414"),
                row("GET / HTTP/1.1|Host: a|X: " + "a".repeat(180) + "||", "200"),
                row("GET / HTTP/1.1|Host: a|X: " + "a".repeat(220) + "||", "431"),
                row("GET / HTTP/1.1|Host: a|X: " + "a".repeat(5_000), "431"),
                row("GET / HTTP/1.1|Host: a|" + "X".repeat(5_000), "431"),
                row("GET / HTTP/1.1|Host: a|X: 1|X: 2|X: 3||", "200"),
                row("GET / HTTP/1.1|Host: a|X: 1|X: 2|X: 3|X: 4||", "431"),
                row("POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked||0|A: 1|B: 2|C: 3|D: 4||", "200"),
                row("POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked||0|A: 1|B: 2|C: 3|D: 4|E: 5||", "400,431"),
                row("POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked||0|A: " + "1".repeat(300) + "||", "400,431"),
                row(
                        "POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked||1;a=" + "b".repeat(300) + "|a|0||",
                        "400,414"));
    }

    private static org.junit.jupiter.params.provider.Arguments row(String text, String statuses) {
        return org.junit.jupiter.params.provider.Arguments.of(text, statuses);
    }

    @ParameterizedTest
    @MethodSource("limits")
    void whatIsOverALimitHasItsStatus(String text, String statuses) {
        assertThat(statuses.split(",")).contains(status(new StrictRequestDecoder(SMALL), text));
    }

    private static String status(ChannelHandler decoder, String text) {
        List<String> verdict = Decoded.of(decoder, List.of(bytes(text)));
        String last = verdict.isEmpty() ? "" : verdict.get(verdict.size() - 1);
        return last.startsWith("fault") ? last.substring(6, 9) : "200";
    }

    @Test
    void faultInAHeadLeavesNothingOfTheHead() {
        for (String text : requests()) {
            List<String> verdict = Decoded.of(REQUESTS.get(), List.of(bytes(text)));
            String last = verdict.isEmpty() ? "" : verdict.get(verdict.size() - 1);
            if (last.startsWith("fault") && !last.contains("chunk") && !last.contains("in the body")) {
                assertThat(verdict.size() == 1
                                || verdict.get(verdict.size() - 2).contains("end"))
                        .as("%s: %s", text, verdict)
                        .isTrue();
            }
        }
    }

    @Test
    void nothingIsReadBehindAFault() {
        List<String> verdict = Decoded.of(
                REQUESTS.get(),
                List.of(bytes("GET / HTTP/1.1|Host : a||"), bytes("GET /2 HTTP/1.1|Host: a||"), bytes("||||")));

        assertThat(verdict).hasSize(1);
    }

    // What chunks may cost.

    @ParameterizedTest
    @CsvSource({"1,0,true", "1,200,true", "3,200,true", "16,0,false", "1024,0,false", "1024,1000,false"})
    void chunksThatAreMoreFramingThanContentAreRefusedInTheLongRun(int chunk, int extension, boolean refused) {
        String one = Integer.toHexString(chunk)
                + (extension == 0 ? "" : ";x=" + "y".repeat(extension))
                + "\r\n"
                + "a".repeat(chunk)
                + "\r\n";
        String many = one.repeat(Math.max(1, 64 * 1024 / one.length()));
        List<byte[]> pieces = new ArrayList<>();
        pieces.add(bytes("POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked||"));
        for (int sent = 0; sent < 2_500_000; sent += many.length()) {
            pieces.add(many.getBytes(StandardCharsets.ISO_8859_1));
        }
        pieces.add(bytes("0||"));

        List<String> verdict = Decoded.of(REQUESTS.get(), pieces);
        assertThat(verdict.get(verdict.size() - 1).startsWith("fault 400")).isEqualTo(refused);
    }

    @Test
    void smallBodyInTinyChunksIsServed() {
        String text = "POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked||" + "1|a|".repeat(10_000) + "0||";

        assertThat(status(REQUESTS.get(), text)).isEqualTo("200");
    }

    @Test
    void costIsCountedForEachMessageAlone() {
        String one = "POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked||" + "1|a|".repeat(50_000) + "0||";

        assertThat(Decoded.of(REQUESTS.get(), List.of(bytes(one), bytes(one), bytes(one), bytes(one), bytes(one))))
                .hasSize(10)
                .noneMatch(part -> part.startsWith("fault"));
    }

    // Responses.

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 5", "Transfer-Encoding: chunked", "X: y"})
    void responseToHeadHasNoBody(String framing) {
        StrictResponseDecoder decoder = new StrictResponseDecoder(Limits.DEFAULT);
        decoder.answering(true);

        assertThat(Decoded.of(decoder, List.of(bytes("HTTP/1.1 200 OK|" + framing + "||"))))
                .hasSize(2)
                .last()
                .isEqualTo("body '' end");
    }

    private static byte[] bytes(String text) {
        return text.replace("|", "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }
}
