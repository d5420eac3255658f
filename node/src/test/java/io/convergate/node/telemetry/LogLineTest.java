package io.convergate.node.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogLineTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long SEED = 99;

    private final LogLine line = new LogLine();

    private static RequestRecord ordinary() {
        RequestRecord record = new RequestRecord();
        record.startEpochMillis = Instant.parse("2026-11-23T09:08:07.006Z").toEpochMilli();
        record.startNanos = 1_000_000_000L;
        record.endNanos = 1_012_900_000L;
        record.method = "GET";
        record.target = "/reviews/1?x=y";
        record.authority = "reviews.example:8080";
        record.userAgent = "curl/8.0";
        record.forwardedFor = "10.0.0.7";
        record.requestId = "b0e5f1c2";
        record.status = 200;
        record.attempts = 1;
        record.bytesReceived = 5;
        record.bytesSent = 1234567890123L;
        record.upstreamName = "outbound|9080||reviews";
        record.upstreamHost = "10.1.1.1:9080";
        record.upstreamStartNanos = 1_000_500_000L;
        record.upstreamHeadNanos = 1_011_500_000L;
        record.routeName = "all";
        record.downstream = new InetSocketAddress("10.0.0.7", 55555);
        record.listener = new InetSocketAddress("10.0.0.1", 80);
        return record;
    }

    /** The example of Envoy's page on access logging, whose upstream host newer versions write without {@code tcp://}. */
    @Test
    void exampleOfEnvoysDocumentationIsWrittenTheSame() {
        RequestRecord record = new RequestRecord();
        record.startEpochMillis = Instant.parse("2016-04-15T20:17:00.310Z").toEpochMilli();
        record.endNanos = 226_000_000L;
        record.upstreamStartNanos = 1L;
        record.upstreamHeadNanos = 100_000_001L;
        record.method = "POST";
        record.target = "/api/v1/locations";
        record.protocol = "HTTP/2";
        record.status = 204;
        record.bytesReceived = 154;
        record.forwardedFor = "10.0.35.28";
        record.userAgent = "nsq2http";
        record.requestId = "cc21d9b0-cf5c-432b-8c7e-98aeb7988cd2";
        record.authority = "locations";
        record.upstreamHost = "10.0.2.1:80";

        assertThat(text(record))
                .isEqualTo("[2016-04-15T20:17:00.310Z] \"POST /api/v1/locations HTTP/2\" 204 - 154 0 226 100"
                        + " \"10.0.35.28\" \"nsq2http\" \"cc21d9b0-cf5c-432b-8c7e-98aeb7988cd2\" \"locations\""
                        + " \"10.0.2.1:80\"\n");
    }

    @Test
    void traceIsTheLastFieldOfTextAndAMemberOfJson() throws JsonProcessingException {
        RequestRecord record = new RequestRecord();
        record.traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

        assertThat(text(record)).endsWith(" \"4bf92f3577b34da6a3ce929d0e0e4736\"\n");
        assertThat(json(record).get("trace_id").asText()).isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
        assertThat(json(new RequestRecord()).has("trace_id")).isFalse();
    }

    @Test
    void textIsEnvoysDefaultFormat() {
        assertThat(text(ordinary()))
                .isEqualTo("[2026-11-23T09:08:07.006Z] \"GET /reviews/1?x=y HTTP/1.1\" 200 - 5 1234567890123 12 11"
                        + " \"10.0.0.7\" \"curl/8.0\" \"b0e5f1c2\" \"reviews.example:8080\" \"10.1.1.1:9080\"\n");
    }

    @Test
    void whatIsNotKnownIsADashInText() {
        RequestRecord record = new RequestRecord();
        record.method = "GET";
        record.target = "/";

        assertThat(text(record))
                .isEqualTo("[1970-01-01T00:00:00.000Z] \"GET / HTTP/1.1\" 0 - 0 0 0 - \"-\" \"-\" \"-\" \"-\" \"-\"\n");
    }

    /** A head that never came whole is a line of as many words as any other. */
    @Test
    void whatNobodyCouldReadOfARequestIsADashInText() {
        RequestRecord record = new RequestRecord();
        record.status = 408;
        record.flag(ResponseFlag.DPE, "the head took too long");

        assertThat(text(record)).contains("\"- - HTTP/1.1\" 408 DPE ");
    }

    @Test
    void flagIsShownAndAReplyOfTheRouteItselfIsNone() {
        RequestRecord refused = ordinary();
        refused.flag(ResponseFlag.NR, "no route");
        RequestRecord redirect = ordinary();
        redirect.flag(ResponseFlag.DR, null);

        RequestRecord exhausted = ordinary();
        exhausted.mark(ResponseFlag.URX);
        exhausted.flag(ResponseFlag.UF, "no connection");
        RequestRecord marked = ordinary();
        marked.mark(ResponseFlag.URX);

        assertThat(text(refused)).contains("\" 200 NR 5 ");
        assertThat(text(exhausted)).contains("\" 200 UF,URX 5 ");
        assertThat(text(marked)).contains("\" 200 URX 5 ");
        assertThat(text(redirect)).contains("\" 200 - 5 ");
    }

    @Test
    void jsonHasIstiosNames() throws JsonProcessingException {
        RequestRecord record = ordinary();
        record.flag(ResponseFlag.UT, "no response within the route's timeout");

        JsonNode json = json(record);

        assertThat(json.get("start_time").asText()).isEqualTo("2026-11-23T09:08:07.006Z");
        assertThat(json.get("method").asText()).isEqualTo("GET");
        assertThat(json.get("path").asText()).isEqualTo("/reviews/1?x=y");
        assertThat(json.get("protocol").asText()).isEqualTo("HTTP/1.1");
        assertThat(json.get("response_code").asInt()).isEqualTo(200);
        assertThat(json.get("response_flags").asText()).isEqualTo("UT");
        assertThat(json.get("response_code_details").asText()).isEqualTo("no response within the route's timeout");
        assertThat(json.get("bytes_received").asLong()).isEqualTo(5);
        assertThat(json.get("bytes_sent").asLong()).isEqualTo(1234567890123L);
        assertThat(json.get("duration").asLong()).isEqualTo(12);
        assertThat(json.get("upstream_service_time").asLong()).isEqualTo(11);
        assertThat(json.get("upstream_cluster").asText()).isEqualTo("outbound|9080||reviews");
        assertThat(json.get("upstream_host").asText()).isEqualTo("10.1.1.1:9080");
        assertThat(json.get("route_name").asText()).isEqualTo("all");
        assertThat(json.get("downstream_remote_address").asText()).isEqualTo("10.0.0.7:55555");
        assertThat(json.get("downstream_local_address").asText()).isEqualTo("10.0.0.1:80");
    }

    @Test
    void whatIsNotKnownIsNullInJson() throws JsonProcessingException {
        JsonNode json = json(new RequestRecord());

        assertThat(json.get("upstream_host").isNull()).isTrue();
        assertThat(json.get("route_name").isNull()).isTrue();
        assertThat(json.has("upstream_service_time")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"",
                "\\",
                "\\\"",
                "a\"} {\"b",
                "\r\nGET /forged",
                "\n[2026-11-23] \"GET /",
                "\t",
                "\0",
                "\u001b[2J",
                "\u007f",
                "\u0080",
                "\u00ff",
                "\u2028",
                "\u4f60",
                "\ud83d\ude00",
                "\ud800"
            })
    void hostileTextEndsNeitherItsFieldNorTheLine(String hostile) throws JsonProcessingException {
        RequestRecord record = ordinary();
        record.method = hostile;
        record.target = "/" + hostile;
        record.userAgent = hostile;
        record.forwardedFor = hostile;
        record.requestId = hostile;
        record.authority = hostile;

        String text = text(record);
        assertThat(text.indexOf('\n')).as(text).isEqualTo(text.length() - 1);
        assertThat(text.chars().limit(text.length() - 1)).allMatch(c -> c >= ' ' && c <= '~');
        assertThat(quotesThatAreNotEscaped(text)).as(text).isEqualTo(12);
        JsonNode json = json(record);
        assertThat(json.get("method").asText()).isEqualTo(hostile);
        assertThat(json.get("path").asText()).isEqualTo("/" + hostile);
        assertThat(json.get("user_agent").asText()).isEqualTo(hostile);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "café",
                "Ã",
                "\u0080",
                "\u07ff\u0800\uffff",
                "你好, \"world\"",
                "\ud83d\ude00 and \ud834\udd1e",
                "\u2028"
            })
    void utf8IsReadAsSuch(String value) throws JsonProcessingException {
        RequestRecord record = ordinary();
        record.userAgent = asReceived(value.getBytes(StandardCharsets.UTF_8));

        assertThat(json(record).get("user_agent").asText()).isEqualTo(value);
        assertThat(text(record).chars().limit(line.length() - 1L)).allMatch(c -> c >= ' ' && c <= '~');
    }

    /** Latin-1, cut-off sequences, what is longer than it must be, surrogates, and more than Unicode has. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "caf\u00e9",
                "\u00c3",
                "\u00e4\u00bd",
                "\u00c0\u00af",
                "\u00c1\u00bf",
                "\u00e0\u0080\u00af",
                "\u00f0\u0080\u0080\u00af",
                "\u00ed\u00a0\u0080",
                "\u00f4\u0090\u0080\u0080",
                "\u00f8\u0088\u0080\u0080\u0080",
                "\u00a0\u00bf",
                "\u00e4a\u00bd"
            })
    void whatIsNoUtf8IsEscapedByteByByte(String value) throws JsonProcessingException {
        RequestRecord record = ordinary();
        record.userAgent = value;

        assertThat(json(record).get("user_agent").asText()).isEqualTo(value);
    }

    @Test
    void utf8IsCutBetweenCharacters() throws JsonProcessingException {
        for (int ascii = 0; ascii < 13; ascii++) {
            String value = "a".repeat(ascii) + "\ud83d\ude00".repeat(500);
            RequestRecord record = ordinary();
            record.userAgent = asReceived(value.getBytes(StandardCharsets.UTF_8));

            String logged = json(record).get("user_agent").asText();

            assertThat(value).startsWith(logged);
            assertThat(Character.isHighSurrogate(logged.charAt(logged.length() - 1)))
                    .isFalse();
        }
    }

    /** A character for each byte. */
    private static String asReceived(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    @Test
    void anyTextComesBackFromJson() throws JsonProcessingException {
        Random random = new Random(SEED);
        for (int i = 0; i < 2_000; i++) {
            StringBuilder value = new StringBuilder();
            for (int c = random.nextInt(40); c >= 0; c--) {
                char any = (char) random.nextInt(random.nextBoolean() ? 0x180 : 0x10000);
                value.append(any >= 0x80 && any <= 0xbf ? '?' : any); // nothing that ends a character of UTF-8
            }
            RequestRecord record = ordinary();
            record.userAgent = value.toString();
            assertThat(json(record).get("user_agent").asText())
                    .as("text %d of seed %d", i, SEED)
                    .isEqualTo(value.toString());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "\"", "\u0001", "%41"})
    void hundredKilobytesInEveryFieldAreCutAndStillOneWholeLine(String piece) throws JsonProcessingException {
        String huge = piece.repeat(100_000 / piece.length());
        RequestRecord record = ordinary();
        record.method = huge;
        record.target = "/" + huge;
        record.userAgent = huge;
        record.forwardedFor = huge;
        record.requestId = huge;
        record.authority = huge;
        record.upstreamHost = huge;
        record.upstreamName = huge;
        record.routeName = huge;
        record.details = huge;

        String text = text(record);
        assertThat(text).hasSizeLessThanOrEqualTo(LogLine.BYTES_MAX + 1).endsWith("\"\n");
        assertThat(quotesThatAreNotEscaped(text)).isEqualTo(12);
        assertThat(text.indexOf('\n')).isEqualTo(text.length() - 1);
        JsonNode json = json(record);
        assertThat("/" + huge).startsWith(json.get("path").asText());
        assertThat(huge).startsWith(json.get("user_agent").asText());
        assertThat(json.get("response_code").asInt()).isEqualTo(200);
    }

    @Test
    void longestTargetThatIsServedIsLoggedWhole() throws JsonProcessingException {
        RequestRecord record = ordinary();
        record.target = "/" + "a".repeat(8_100);

        assertThat(json(record).get("path").asText()).isEqualTo(record.target);
        assertThat(text(record)).contains(record.target + " HTTP/1.1");
    }

    @Test
    void lineLeavesNothingBehindForTheNext() throws JsonProcessingException {
        RequestRecord huge = ordinary();
        huge.target = "/" + "a".repeat(100_000);
        text(huge);

        assertThat(text(ordinary()))
                .contains("\"GET /reviews/1?x=y HTTP/1.1\" 200 - 5 ")
                .endsWith("9080\"\n");
        assertThat(json(ordinary()).get("path").asText()).isEqualTo("/reviews/1?x=y");
    }

    private static long quotesThatAreNotEscaped(String text) {
        return text.replace("\\\\", "")
                .replace("\\\"", "")
                .chars()
                .filter(c -> c == '"')
                .count();
    }

    private String text(RequestRecord record) {
        line.text(record);
        return written();
    }

    private JsonNode json(RequestRecord record) throws JsonProcessingException {
        line.json(record);
        String written = written();
        assertThat(written.indexOf('\n')).isEqualTo(written.length() - 1);
        return JSON.readTree(written);
    }

    private String written() {
        return new String(line.bytes(), 0, line.length(), StandardCharsets.ISO_8859_1);
    }
}
