package io.convergate.node.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergate.node.breakers.NodeBreakers;
import io.convergate.node.edge.fixture.HttpMessage;
import io.convergate.node.edge.fixture.HttpMessage.Framing;
import io.convergate.node.edge.fixture.RawClient;
import io.convergate.node.edge.fixture.RecordingOrigin;
import io.convergate.node.edge.http.ContentTypes;
import io.convergate.node.edge.proxy.ForwardingTrust;
import io.convergate.node.edge.proxy.Mirroring;
import io.convergate.node.edge.proxy.Proxy;
import io.convergate.node.edge.upstream.UpstreamClient;
import io.convergate.node.edge.upstream.Upstreams;
import io.convergate.node.edge.wire.EdgeHandler;
import io.convergate.node.edge.wire.EdgeLoops;
import io.convergate.node.edge.wire.Wire;
import io.convergate.node.telemetry.RequestRecord;
import io.convergate.node.telemetry.Telemetry;
import io.convergate.node.telemetry.TelemetrySettings;
import io.convergate.node.telemetry.trace.TraceSampling;
import io.convergate.node.telemetry.trace.TraceSettings;
import io.convergate.routing.match.ListenerId;
import io.convergate.routing.match.RouteInfo;
import io.convergate.routing.upstream.UpstreamInfo;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.RequestEntity;
import org.apache.pekko.http.javadsl.model.ResponseEntity;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A handler between the wire and the proxy that changes bodies, on every path: it sees them, what it makes of them is what
 * goes on, and a stream of it runs on the connection's own thread. What it leaves alone goes from channel to channel.
 */
@Timeout(30)
class BodyFilterTest {
    private static final int PORT = 80;
    private static final String CHUNKED_POST =
            "POST /x HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n";
    private static final String GET = "GET /x HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final int LARGE = 3_000_000;

    private static ActorSystem system;
    private static Telemetry telemetry;
    private static EdgeLoops loops;
    private static Upstreams upstreams;
    private static RecordingOrigin origin;
    private static Wire wire;
    private static InetSocketAddress address;

    private static volatile UnaryOperator<HttpRequest> onRequest;
    private static volatile UnaryOperator<HttpResponse> onResponse;
    private static final Set<String> handlerThreads = ConcurrentHashMap.newKeySet();
    private static final Set<String> streamThreads = ConcurrentHashMap.newKeySet();
    private static final Queue<String> seen = new ConcurrentLinkedQueue<>();
    private static final BlockingQueue<RequestRecord> finished = new LinkedBlockingQueue<>();

    @BeforeAll
    static void start() throws IOException {
        system = ActorSystem.create("body-filter");
        telemetry = Telemetry.start(new TelemetrySettings(Map.of(), TelemetrySettings.Format.OFF, Optional.empty()));
        loops = new EdgeLoops(System.getProperty("edge.transport", "auto"), 2, system);
        upstreams = new Upstreams(loops, telemetry, new NodeBreakers(telemetry));
        origin = RecordingOrigin.start();
        EdgeSettings settings = EdgeSettings.of("n", "127.0.0.1");
        List<UpstreamClient> clients = loops.loops().stream()
                .map(loop -> new UpstreamClient(loop, settings.limits(), settings.deadlines()))
                .toList();
        Proxy proxy = new Proxy(
                "n",
                clients,
                ForwardingTrust.NOBODY,
                UnsafeRetries.AS_CONFIGURED,
                new Mirroring(clients, telemetry),
                new TraceSampling(TraceSettings.OFF),
                0);
        proxy.serve(FixedRoute.to(
                new FixedRoute.Attachments() {
                    @Override
                    public Object of(RouteInfo route) {
                        return telemetry.route(route);
                    }

                    @Override
                    public Object of(UpstreamInfo upstream) {
                        return upstreams.runtime(upstream);
                    }
                },
                PORT,
                0,
                origin.address()));
        EdgeHandler filtered = request -> {
            handlerThreads.add(Thread.currentThread().getName());
            CompletionStage<HttpResponse> reply = proxy.apply(onRequest.apply(request));
            return reply.thenApply(onResponse);
        };
        wire = Wire.of(settings, loops, filtered, finished::add, system);
        ListenerState listener = wire.open(ListenerId.of(PORT), new InetSocketAddress("127.0.0.1", 0))
                .toCompletableFuture()
                .join();
        address = listener.address();
    }

    @AfterAll
    static void stop() throws IOException {
        wire.shutdown();
        upstreams.close();
        loops.close();
        origin.close();
        telemetry.close();
        system.terminate();
    }

    @BeforeEach
    void leaveEverythingAlone() {
        onRequest = UnaryOperator.identity();
        onResponse = UnaryOperator.identity();
        handlerThreads.clear();
        streamThreads.clear();
        seen.clear();
        finished.clear();
        origin.script(RecordingOrigin.ECHO_TARGET).forget();
    }

    @AfterEach
    void streamsRanOnTheConnectionsOwnThread() {
        assertThat(handlerThreads).hasSize(1).allMatch(name -> name.startsWith("edge-loop"));
        assertThat(handlerThreads).containsAll(streamThreads);
    }

    // Filters.

    /** Notes what comes by and where, and turns it into capital letters. */
    private static Flow<ByteString, ByteString, NotUsed> capitals() {
        return Flow.of(ByteString.class).map(bytes -> {
            streamThreads.add(Thread.currentThread().getName());
            seen.add(bytes.utf8String());
            return ByteString.fromString(bytes.utf8String().toUpperCase(Locale.ROOT));
        });
    }

    private static ResponseEntity changed(HttpEntity entity) {
        if (entity.isStrict()) {
            String text = ((HttpEntity.Strict) entity).getData().utf8String();
            seen.add(text);
            return HttpEntities.create(entity.getContentType(), ByteString.fromString(text.toUpperCase(Locale.ROOT)));
        }
        return HttpEntities.createChunked(
                entity.getContentType(), entity.getDataBytes().via(capitals()));
    }

    /** Another entity of the same chunks, trailers included. */
    private static org.apache.pekko.http.scaladsl.model.HttpEntity.Chunked chunkByChunk(HttpEntity entity) {
        org.apache.pekko.http.scaladsl.model.HttpEntity.Chunked chunked =
                (org.apache.pekko.http.scaladsl.model.HttpEntity.Chunked) entity;
        return new org.apache.pekko.http.scaladsl.model.HttpEntity.Chunked(
                chunked.contentType(),
                chunked.chunks()
                        .asJava()
                        .map(part -> {
                            streamThreads.add(Thread.currentThread().getName());
                            return part;
                        })
                        .asScala());
    }

    private static ResponseEntity streamOf(String... parts) {
        return HttpEntities.createChunked(
                ContentTypes.of("text/plain"), Source.from(List.of(parts)).map(part -> {
                    streamThreads.add(Thread.currentThread().getName());
                    return ByteString.fromString(part);
                }));
    }

    private static HttpMessage exchange(String request) throws IOException {
        try (RawClient client = RawClient.connectTo(address)) {
            return client.exchange(request);
        }
    }

    private static HttpMessage atOrigin() throws IOException {
        assertThat(origin.requests()).hasSize(1);
        return origin.requests().get(0);
    }

    /** The origin saw the end of the connection instead of the end of the body. */
    private static void assertCutOffAtOrigin() throws InterruptedException {
        origin.awaitEnding("/x");
        String all = new String(origin.bytes(), StandardCharsets.US_ASCII);
        assertThat(all.substring(all.indexOf("\r\n\r\n") + 4)).doesNotContain("0\r\n\r\n", "abc");
    }

    private static String wholeText() {
        return String.join("", seen);
    }

    // Requests.

    @Test
    void wholeRequestBodyIsChanged() throws IOException {
        onRequest = request -> request.withEntity((RequestEntity) changed(request.entity()));
        exchange("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");

        assertThat(wholeText()).isEqualTo("hello");
        assertThat(atOrigin().text()).isEqualTo("HELLO");
        assertThat(streamThreads).isEmpty();
    }

    @Test
    void arrivingRequestBodyIsChanged() throws Exception {
        onRequest = request -> request.withEntity((RequestEntity) changed(request.entity()));
        try (RawClient client = RawClient.connectTo(address)) {
            client.send(CHUNKED_POST + "5\r\nhello\r\n");
            origin.awaitText("HELLO");
            client.send("6\r\n world\r\n").send("0\r\n\r\n");
            client.response();
            assertThat(client.exchange(GET).text())
                    .as("the next on the connection")
                    .isEqualTo("/x");
        }

        assertThat(wholeText()).isEqualTo("hello world");
        assertThat(origin.requests().get(0).text()).isEqualTo("HELLO WORLD");
        assertThat(streamThreads).hasSize(1);
    }

    @Test
    void largeRequestBodyOfKnownLengthIsChangedAndKeepsItsLength() throws IOException {
        onRequest = request -> {
            HttpEntity.Default entity = (HttpEntity.Default) request.entity();
            return request.withEntity(HttpEntities.create(
                    entity.getContentType(),
                    entity.getContentLength(),
                    entity.getDataBytes().via(capitals())));
        };
        try (RawClient client = RawClient.connectTo(address)) {
            client.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: " + LARGE + "\r\n\r\n");
            client.send("a".repeat(LARGE).getBytes(StandardCharsets.US_ASCII));
            assertThat(client.response().status()).isEqualTo(200);
        }

        assertThat(atOrigin().framing()).isEqualTo(Framing.CONTENT_LENGTH);
        assertThat(atOrigin().text()).isEqualTo("A".repeat(LARGE));
        assertThat(wholeText()).hasSize(LARGE);
    }

    @Test
    void wholeRequestBodyBecomesAStream() throws IOException {
        onRequest = request -> request.withEntity((RequestEntity) streamOf("one ", "two ", "three"));
        exchange("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");

        assertThat(atOrigin().text()).isEqualTo("one two three");
        assertThat(atOrigin().framing()).isEqualTo(Framing.CHUNKED);
        assertThat(streamThreads).hasSize(1);
    }

    @Test
    void arrivingRequestBodyIsReplacedByAWholeOne() throws IOException {
        onRequest = request -> request.withEntity("instead");
        try (RawClient client = RawClient.connectTo(address)) {
            client.send(CHUNKED_POST + "5\r\nhello\r\n");
            assertThat(client.responseHead().status()).isEqualTo(200);
        }

        assertThat(atOrigin().text()).isEqualTo("instead");
    }

    @Test
    void trailersOfARequestPassThroughAFilterThatKeepsItsChunks() throws IOException {
        onRequest = request -> request.withEntity((RequestEntity) chunkByChunk(request.entity()));
        try (RawClient client = RawClient.connectTo(address)) {
            client.exchange(CHUNKED_POST + "5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n");
        }

        assertThat(atOrigin().text()).isEqualTo("hello");
        assertThat(atOrigin().trailers()).containsExactly(new HttpMessage.Field("X-Sum", "1"));
        assertThat(streamThreads).hasSize(1);
    }

    @Test
    void failingRequestStreamCutsTheRequestOff() throws Exception {
        onRequest = request -> request.withEntity(HttpEntities.createChunked(
                ContentTypes.of("text/plain"),
                Source.from(List.of("a", "b"))
                        .map(ByteString::fromString)
                        .concat(Source.failed(new IllegalStateException("filter broke")))));
        HttpMessage answer = exchange("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");

        assertThat(answer.status()).isGreaterThanOrEqualTo(400);
        assertCutOffAtOrigin();
    }

    @Test
    void requestStreamLongerThanItsLengthIsCutOff() throws Exception {
        onRequest = request -> request.withEntity(
                HttpEntities.create(ContentTypes.of("text/plain"), 3, Source.repeat(ByteString.fromString("abcd"))));
        HttpMessage answer = exchange("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");

        assertThat(answer.status()).isGreaterThanOrEqualTo(400);
        assertCutOffAtOrigin();
    }

    // Responses.

    @Test
    void wholeResponseBodyIsChanged() throws IOException {
        onResponse = response -> response.withEntity(changed(response.entity()));
        origin.answer("HTTP/1.1 200 OK|Content-Length: 5||hello");

        assertThat(exchange(GET).text()).isEqualTo("HELLO");
        assertThat(wholeText()).isEqualTo("hello");
    }

    @Test
    void arrivingResponseBodyIsChanged() throws IOException {
        onResponse = response -> response.withEntity(changed(response.entity()));
        origin.script(connection -> {
            connection.request();
            connection.send("HTTP/1.1 200 OK|Transfer-Encoding: chunked||5|hello|");
            connection.send("6| world|0||");
        });

        try (RawClient client = RawClient.connectTo(address)) {
            assertThat(client.exchange(GET).text()).isEqualTo("HELLO WORLD");
            assertThat(client.exchange(GET).text()).isEqualTo("HELLO WORLD");
        }
        assertThat(wholeText()).isEqualTo("hello worldhello world");
        assertThat(streamThreads).hasSize(1);
    }

    @Test
    void largeResponseBodyIsChanged() throws IOException {
        onResponse = response -> response.withEntity(changed(response.entity()));
        origin.script(connection -> {
            connection.request();
            connection.send("HTTP/1.1 200 OK|Content-Length: " + LARGE + "||");
            connection.send("a".repeat(LARGE).getBytes(StandardCharsets.US_ASCII));
        });

        assertThat(exchange(GET).text()).isEqualTo("A".repeat(LARGE));
    }

    @Test
    void wholeResponseBodyBecomesAStream() throws IOException {
        onResponse = response -> response.withEntity(streamOf("one ", "two ", "three"));

        HttpMessage answer = exchange(GET);
        assertThat(answer.text()).isEqualTo("one two three");
        assertThat(answer.framing()).isEqualTo(Framing.CHUNKED);
        assertThat(streamThreads).hasSize(1);
    }

    @Test
    void arrivingResponseBodyThatAFilterPutsAsideDoesNotHoldItsConnection() throws Exception {
        for (ResponseEntity instead :
                List.of((ResponseEntity) HttpEntities.create("instead"), streamOf("inst", "ead"))) {
            origin.forget();
            handlerThreads.clear();
            streamThreads.clear();
            onResponse = response -> response.withEntity(instead);
            origin.script(connection -> {
                connection.request();
                connection.send("HTTP/1.1 200 OK|Transfer-Encoding: chunked||5|hello|");
                connection.hang();
            });

            assertThat(exchange(GET).text()).isEqualTo("instead");
            origin.awaitEnding("/x");
        }
    }

    @Test
    void trailersOfAResponsePassThroughAFilterThatKeepsItsChunks() throws IOException {
        onResponse = response -> response.withEntity((ResponseEntity) chunkByChunk(response.entity()));
        origin.answer("HTTP/1.1 200 OK|Transfer-Encoding: chunked||5|hello|0|X-Sum: 1||");

        HttpMessage answer = exchange(GET);
        assertThat(answer.text()).isEqualTo("hello");
        assertThat(answer.trailers()).containsExactly(new HttpMessage.Field("X-Sum", "1"));
        assertThat(streamThreads).hasSize(1);
    }

    @Test
    void failingResponseStreamCutsTheResponseOff() throws Exception {
        onResponse = response -> response.withEntity(HttpEntities.createChunked(
                ContentTypes.of("text/plain"),
                Source.from(List.of("a", "b"))
                        .map(ByteString::fromString)
                        .concat(Source.failed(new IllegalStateException("filter broke")))));
        try (RawClient client = RawClient.connectTo(address)) {
            client.send(GET);
            assertThat(new String(client.readToEnd(), StandardCharsets.US_ASCII))
                    .doesNotContain("0\r\n\r\n");
        }
        assertThat(finished.poll(10, TimeUnit.SECONDS)).isNotNull();
    }

    @Test
    void upstreamThatEndsTooSoonFailsTheStreamOfAFilter() throws Exception {
        onResponse = response -> response.withEntity(changed(response.entity()));
        origin.script(connection -> {
            connection.request();
            connection.send("HTTP/1.1 200 OK|Content-Length: 100||hello").close();
        });
        try (RawClient client = RawClient.connectTo(address)) {
            client.send(GET);
            assertThat(new String(client.readToEnd(), StandardCharsets.US_ASCII))
                    .doesNotContain("0\r\n\r\n");
        }
    }

    @Test
    void streamOfAFilterEndsWhenTheClientLeaves() throws Exception {
        LinkedBlockingQueue<String> ended = new LinkedBlockingQueue<>();
        onResponse = response -> response.withEntity(HttpEntities.createChunked(
                ContentTypes.of("text/plain"),
                Source.repeat(ByteString.fromString("a".repeat(10_000)))
                        .watchTermination((before, end) -> end.handle((done, failure) -> ended.add("ended")))));
        try (RawClient client = RawClient.connectTo(address)) {
            client.send(GET);
            assertThat(client.responseHead().status()).isEqualTo(200);
        }

        assertThat(ended.poll(10, TimeUnit.SECONDS)).isEqualTo("ended");
    }

    @Test
    void responseStreamLongerThanItsLengthEndsToo() throws Exception {
        LinkedBlockingQueue<String> ended = new LinkedBlockingQueue<>();
        onResponse = response -> response.withEntity(HttpEntities.create(
                ContentTypes.of("text/plain"),
                3,
                Source.repeat(ByteString.fromString("abcd"))
                        .watchTermination((before, end) -> end.handle((done, failure) -> ended.add("ended")))));
        try (RawClient client = RawClient.connectTo(address)) {
            client.send(GET);
            assertThat(new String(client.readToEnd(), StandardCharsets.US_ASCII))
                    .doesNotContain("abcd");
        }

        assertThat(ended.poll(10, TimeUnit.SECONDS)).isEqualTo("ended");
    }

    // What nothing touches.

    @Test
    void untouchedBodiesGoFromChannelToChannel() throws Exception {
        LinkedBlockingQueue<HttpEntity> passed = new LinkedBlockingQueue<>();
        onRequest = request -> {
            passed.add(request.entity());
            return request.addHeader(org.apache.pekko.http.javadsl.model.headers.RawHeader.create("X-Filter", "1"));
        };
        onResponse = response -> {
            passed.add(response.entity());
            return response.addHeader(org.apache.pekko.http.javadsl.model.headers.RawHeader.create("X-Filter", "2"));
        };
        origin.script(connection -> {
            connection.request();
            connection.send("HTTP/1.1 200 OK|Transfer-Encoding: chunked||5|hello|");
            connection.send("6| world|0||");
        });
        try (RawClient client = RawClient.connectTo(address)) {
            client.send(CHUNKED_POST + "5\r\nhello\r\n");
            origin.awaitText("hello");
            client.send("6\r\n world\r\n").send("0\r\n\r\n");
            assertThat(client.response().text()).isEqualTo("hello world");
        }
        assertThat(atOrigin().text()).isEqualTo("hello world");
        assertThat(atOrigin().values("X-Filter")).containsExactly("1");

        // Had a stream taken them, it could not be told from the wire's own taker: so both must have been taken by now.
        assertThat(passed).hasSize(2);
        for (HttpEntity entity : passed) {
            assertThatThrownBy(() -> entity.getDataBytes()
                            .runWith(Sink.ignore(), system)
                            .toCompletableFuture()
                            .get(10, TimeUnit.SECONDS))
                    .hasMessageContaining("somebody else takes already");
        }
        assertThat(streamThreads).isEmpty();
    }

    @Test
    void failingHandlerIsAnAnswerNotACut() throws IOException {
        onRequest = request -> {
            throw new IllegalStateException("filter broke");
        };
        try (RawClient client = RawClient.connectTo(address)) {
            assertThat(client.exchange(GET).status()).isEqualTo(500);
            onRequest = UnaryOperator.identity();
            assertThat(client.exchange(GET).status())
                    .as("the next on the connection")
                    .isEqualTo(200);
        }
    }
}
