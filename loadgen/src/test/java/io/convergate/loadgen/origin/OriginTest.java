package io.convergate.loadgen.origin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.convergate.loadgen.fleet.Command;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** An origin as its clients see it. */
class OriginTest {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final InetSocketAddress ANY = new InetSocketAddress("127.0.0.1", 0);

    @TempDir
    private Path directory;

    private Origin origin;

    @BeforeEach
    void start() {
        origin = Origin.start(
                new OriginPlan("v1", ANY, Optional.of(ANY), 1, 7, 10, Optional.of(directory.resolve("seen.jsonl"))));
    }

    @AfterEach
    void stop() {
        origin.close();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + origin.port() + path))
                .timeout(Duration.ofSeconds(5));
    }

    private HttpResponse<String> get(String path) throws Exception {
        return HTTP.send(request(path).build(), BodyHandlers.ofString());
    }

    @ParameterizedTest
    @CsvSource({
        "/anything?a=b, 200, 'v1 /anything?a=b\n'",
        "/, 200, 'v1 /\n'",
        "/status/503, 503, 'v1 503\n'",
        "/status/204, 204, ''",
        "/status/700, 400, '''700'' (expected: 0 to 599)\n'",
        "/delay/x, 400, '''x'' (expected: 0 to 600000)\n'",
        "/stream/3/1, 200, 'v1 0\nv1 1\nv1 2\n'",
        "/sse/1/1, 200, 'id: 0\nevent: tick\ndata: v1 0\n\n'",
        "/size/0, 200, ''",
    })
    void everyEndpointAnswers(String path, int status, String body) throws Exception {
        HttpResponse<String> answer = get(path);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).isEqualTo(body);
        assertThat(answer.headers().firstValue("x-origin")).contains("v1");
        assertThat(answer.headers().firstValue("x-origin-seq")).contains("1");
    }

    @ParameterizedTest
    @CsvSource({"1", "65536", "65537", "5000000"})
    void aSizedBodyHasTheHashThatAClientComputes(int bytes) throws Exception {
        byte[] body = HTTP.send(request("/size/" + bytes).build(), BodyHandlers.ofByteArray())
                .body();
        assertThat(body).hasSize(bytes);
        String hash =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
        assertThat(hash).isEqualTo(SizedContent.sha256(bytes));
    }

    @Test
    void anEchoTellsTheRequestAndCarriesItsId() throws Exception {
        HttpResponse<String> answer = HTTP.send(
                request("/echo?x=1")
                        .header("x-request-id", "abc")
                        .POST(BodyPublishers.ofString("hello"))
                        .build(),
                BodyHandlers.ofString());
        var echo = JsonMapper.builder().build().readTree(answer.body());
        assertThat(echo.path("method").asText()).isEqualTo("POST");
        assertThat(echo.path("path").asText()).isEqualTo("/echo?x=1");
        assertThat(echo.path("body").asText()).isEqualTo("hello");
        assertThat(echo.at("/headers/x-request-id/0").asText()).isEqualTo("abc");
        assertThat(answer.headers().firstValue("x-request-id")).contains("abc");
        HttpResponse<String> body = HTTP.send(
                request("/echo/body").POST(BodyPublishers.ofString("hello")).build(), BodyHandlers.ofString());
        assertThat(body.body()).isEqualTo("hello");
    }

    @Test
    void aDelayIsKept() throws Exception {
        long begun = System.nanoTime();
        assertThat(get("/delay/200").statusCode()).isEqualTo(200);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThanOrEqualTo(Duration.ofMillis(200));
    }

    @Test
    void aHeldRequestIsAnsweredWhenItIsReleased() throws Exception {
        CompletableFuture<HttpResponse<String>> held =
                HTTP.sendAsync(request("/held").build(), BodyHandlers.ofString());
        assertThat(origin.awaitHeld(Duration.ofSeconds(5))).isTrue();
        assertThat(held).isNotDone();
        origin.release();
        assertThat(held.get().body()).isEqualTo("v1 /held\n");
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder() throws Exception {
        String two =
                "GET /delay/50 HTTP/1.1\r\nhost: a\r\n\r\nGET /second HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
        String answers = exchange(two);
        assertThat(answers.indexOf("v1 /delay/50")).isPositive().isLessThan(answers.indexOf("v1 /second"));
    }

    @Test
    void httpTwoWithPriorKnowledgeIsSpokenToo() {
        assumeTrue(Command.run("curl", "--version").isGood(), "no curl");
        Command.Ended ended = Command.run(
                "curl",
                "--silent",
                "--include",
                "--http2-prior-knowledge",
                "http://127.0.0.1:" + origin.port() + "/stream/2/1");
        assertThat(ended.output())
                .contains("HTTP/2 200")
                .contains("x-origin: v1")
                .endsWith("v1 0\nv1 1");
    }

    @Test
    void whatItSawIsInItsLogAndInTheFileAndTheLogIsBounded() throws Exception {
        for (int i = 0; i < 12; i++) {
            HTTP.send(
                    request("/n")
                            .header("x-request-id", "id-" + i)
                            .POST(BodyPublishers.noBody())
                            .build(),
                    BodyHandlers.ofString());
        }
        List<SeenRequest> seen = RemoteOrigin.at(origin.control().orElseThrow()).seen();
        assertThat(seen)
                .hasSize(10)
                .extracting(SeenRequest::requestId)
                .startsWith("id-2")
                .endsWith("id-11");
        assertThat(seen).allMatch(SeenRequest::isUnsafe).allMatch(request -> request.treatment()
                .equals("served"));
        assertThat(origin.seenCount()).isEqualTo(12);
        origin.close();
        assertThat(Files.readAllLines(directory.resolve("seen.jsonl")))
                .hasSize(12)
                .first()
                .asString()
                .contains("\"requestId\":\"id-0\"")
                .contains("\"method\":\"POST\"");
    }

    @Test
    void aDeadOneResetsRefusesAndComesBackOnItsPort() throws Exception {
        try (Socket open = new Socket("127.0.0.1", origin.port())) {
            open.setSoTimeout(5_000);
            get("/");
            origin.misbehave(new Misbehaviour.Die());
            assertThatThrownBy(() -> get("/")).isInstanceOf(ConnectException.class);
            assertThatThrownBy(() -> open.getInputStream().read()).hasMessageContaining("reset");
        }
        origin.heal();
        assertThat(get("/").statusCode()).isEqualTo(200);
    }

    @Test
    void aHungOneTakesRequestsAndNeverAnswers() throws Exception {
        origin.misbehave(new Misbehaviour.Hang(1));
        HttpRequest impatient = request("/").timeout(Duration.ofMillis(300)).build();
        assertThatThrownBy(() -> HTTP.send(impatient, BodyHandlers.ofString()))
                .isInstanceOf(HttpTimeoutException.class);
        assertThat(origin.seen()).extracting(SeenRequest::treatment).containsExactly("hang");
        origin.heal();
        assertThat(get("/").statusCode()).isEqualTo(200);
    }

    @Test
    void aSlowOneIsLateByAtLeastItsDelay() throws Exception {
        origin.misbehave(new Misbehaviour.Slow(150, 50, 1));
        long begun = System.nanoTime();
        assertThat(get("/").statusCode()).isEqualTo(200);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThanOrEqualTo(Duration.ofMillis(150));
    }

    @Test
    void errorsComeAtTheirRateAndTheSameWithTheSameSeed() throws Exception {
        String first = pattern(origin);
        try (Origin twin = Origin.start(new OriginPlan("v1", ANY, Optional.empty(), 1, 7, 10, Optional.empty()))) {
            assertThat(pattern(twin)).isEqualTo(first);
        }
        assertThat(first.chars().filter(status -> status == 'x').count()).isBetween(30L, 70L);
    }

    private static String pattern(Origin one) throws Exception {
        one.misbehave(new Misbehaviour.Errors(503, 0.25));
        StringBuilder pattern = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + one.port() + "/"))
                    .build();
            int status = HTTP.send(request, BodyHandlers.ofString()).statusCode();
            pattern.append(status == 503 ? 'x' : '.');
        }
        return pattern.toString();
    }

    @ParameterizedTest
    @EnumSource
    void aMalformedAnswerIsOnTheWireAsItIs(Malformation malformation) throws Exception {
        RemoteOrigin.at(origin.control().orElseThrow()).misbehave(new Misbehaviour.Malformed(malformation, 1));
        assertThat(exchange("GET / HTTP/1.1\r\nhost: a\r\n\r\n"))
                .isEqualTo(new String(malformation.bytes(), StandardCharsets.US_ASCII));
    }

    @Test
    void aBodyThatBreaksOffIsHalfThere() throws Exception {
        origin.misbehave(new Misbehaviour.CloseMidBody(1));
        assertThat(exchange("GET / HTTP/1.1\r\nhost: a\r\n\r\n"))
                .contains("content-length: 64")
                .endsWith(new String(SizedContent.piece(0, 32), StandardCharsets.US_ASCII));
    }

    @Test
    void aResetIsOne() {
        origin.misbehave(new Misbehaviour.Reset(1));
        assertThatThrownBy(() -> exchange("GET / HTTP/1.1\r\nhost: a\r\n\r\n")).hasMessageContaining("reset");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'kind':'errors','status':200,'share':1} | status: 200 (expected: 400 to 599)",
                "{'kind':'errors','share':1}         | status: nothing (expected: a whole number)",
                "{'kind':'hang','share':2}           | share: 2.0 (expected: above 0, to 1)",
                "{'kind':'hang','share':'half'}      | share: half (expected: a number)",
                "{'kind':'slow','delayMs':1.5,'share':'x'} | delayMs: 1.5 (expected: a whole number); share: x (expected: a number)",
                "{'kind':'slow','delay':5}           | delayMs: nothing (expected: a whole number); delay: a field without meaning here (expected: one of delayMs, jitterMs, kind, share)",
                "{'kind':'slow','delayMs':900000}    | delayMs: 900000 (expected: 0 to 600000)",
                "{'kind':'malformed'}                | malformation: nothing (expected: one of status-line, two-lengths, bad-length, short-body, bad-chunk, no-last-chunk, bad-header, garbage)",
                "{'kind':'nonsense'}                 | kind: nonsense (expected: one of die, hang, slow, errors, malformed, close-mid-body, reset)",
                "{}                                  | kind: nothing (expected: one of die, hang, slow, errors, malformed, close-mid-body, reset)",
                "[1]                                 | [1] (expected: an object of JSON)",
                "no json                             | no json (expected: JSON)",
            },
            quoteCharacter = '\0')
    void theControlApiSaysWhatIsWrong(String body, String message) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(
                        "http://127.0.0.1:" + origin.control().orElseThrow().getPort() + "/misbehave"))
                .POST(BodyPublishers.ofString(body.replace('\'', '"')))
                .build();
        HttpResponse<String> answer = HTTP.send(request, BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(JsonMapper.builder()
                        .build()
                        .readTree(answer.body())
                        .path("error")
                        .asText())
                .isEqualTo(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'kind':'die'}                       | Die[]",
                "{'kind':'hang'}                      | Hang[share=1.0]",
                "{'kind':'slow','delayMs':5}          | Slow[delayMs=5, jitterMs=0, share=1.0]",
                "{'kind':'slow','delayMs':5,'jitterMs':3,'share':0.5} | Slow[delayMs=5, jitterMs=3, share=0.5]",
                "{'kind':'errors','status':500}       | Errors[status=500, share=1.0]",
                "{'kind':'malformed','malformation':'bad-chunk'} | Malformed[malformation=BAD_CHUNK, share=1.0]",
                "{'kind':'close-mid-body','share':1}  | CloseMidBody[share=1.0]",
                "{'kind':'reset'}                     | Reset[share=1.0]",
            },
            quoteCharacter = '\0')
    void everyKindCanBeToldWithNoMoreThanItNeeds(String body, String misbehaviour) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(
                        "http://127.0.0.1:" + origin.control().orElseThrow().getPort() + "/misbehave"))
                .POST(BodyPublishers.ofString(body.replace('\'', '"')))
                .build();
        assertThat(HTTP.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
        assertThat(origin.misbehaviour()).map(Object::toString).contains(misbehaviour);
    }

    @Test
    void theFileIsThereWhileItRunsAndNotOnlyAtItsEnd() throws Exception {
        get("/now");
        Path file = directory.resolve("seen.jsonl");
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (Files.size(file) == 0 && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertThat(Files.readString(file)).contains("\"path\":\"/now\"").endsWith("}\n");
    }

    @Test
    void whatTheFileMissesIsCountedAndSaidInIt() throws Exception {
        Path file = directory.resolve("full.jsonl");
        LogFile log = LogFile.open(file);
        SeenRequest seen = new SeenRequest("v1", 1, 0, "", "GET", "/", "served");
        int added = 0;
        while (log.dropped() == 0 && added < 100_000_000) {
            log.add(seen);
            added++;
        }
        log.close();
        List<String> lines = Files.readAllLines(file);
        assertThat(log.dropped()).isPositive();
        assertThat(lines).contains("{\"dropped\":" + log.dropped() + "}");
        assertThat(lines).hasSize((int) (added - log.dropped() + 1));
    }

    @Test
    void theControlApiTellsHowItStandsInTheFormThatItTakes() throws Exception {
        URI control =
                URI.create("http://127.0.0.1:" + origin.control().orElseThrow().getPort() + "/");
        origin.misbehave(new Misbehaviour.Slow(5, 0, 0.5));
        String body = HTTP.send(HttpRequest.newBuilder(control).build(), BodyHandlers.ofString())
                .body();
        assertThat(body)
                .contains("\"label\":\"v1\"")
                .contains("\"misbehaviour\":{\"kind\":\"slow\",\"delayMs\":5,\"jitterMs\":0,\"share\":0.5}");
        origin.heal();
        assertThat(HTTP.send(HttpRequest.newBuilder(control).build(), BodyHandlers.ofString())
                        .body())
                .doesNotContain("misbehaviour");
    }

    /** Sends bytes and returns everything until the connection ends. */
    private String exchange(String bytes) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", origin.port())) {
            socket.setSoTimeout(5_000);
            socket.getOutputStream().write(bytes.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }
}
