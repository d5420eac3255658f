package io.convergate.node.edge.traffic;

import static io.convergate.node.edge.fixture.ConfiguredEdge.nobody;
import static io.convergate.node.edge.fixture.ConfiguredEdge.route;
import static io.convergate.node.edge.fixture.ConfiguredEdge.routeTo;
import static io.convergate.node.edge.fixture.ConfiguredEdge.service;
import static io.convergate.node.edge.fixture.TraceCollector.attributes;
import static io.convergate.node.edge.fixture.TraceCollector.hex;
import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.node.edge.fixture.ConfiguredEdge;
import io.convergate.node.edge.fixture.HttpMessage;
import io.convergate.node.edge.fixture.RecordingOrigin;
import io.convergate.node.edge.fixture.TraceCollector;
import io.convergate.node.telemetry.LogFilter;
import io.convergate.node.telemetry.TelemetrySettings;
import io.convergate.node.telemetry.trace.TraceSettings;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests through an edge whose spans go to a collector; none is sampled unless its sender says so. */
class TracesTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e47";
    private static final String PARENT = "00f067aa0ba902b7";
    private static final AtomicInteger traces = new AtomicInteger(16);
    private static final TraceCollector collector = started();

    @RegisterExtension
    static final ConfiguredEdge edge = ConfiguredEdge.withDefaults()
            .withTelemetry(() -> new TelemetrySettings(
                    Map.of("app", "shop-edge", "version", "v7"),
                    TelemetrySettings.Counting.ON,
                    TelemetrySettings.Format.OFF,
                    LogFilter.ALL,
                    Optional.empty(),
                    "node-1",
                    TraceSettings.to(Optional.of(collector.endpoint()), 0)));

    private static TraceCollector started() {
        try {
            return TraceCollector.start();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @AfterAll
    static void stop() {
        collector.close();
    }

    @BeforeAll
    static void listen() {
        assertThat(collector.endpoint().getPort()).isPositive();
    }

    /** A trace of its own for each request that is sampled. */
    private static String newTrace() {
        return TRACE + Integer.toHexString(traces.incrementAndGet());
    }

    private static HttpMessage get(String target, String... fields) throws IOException {
        String lines = fields.length == 0 ? "" : String.join("\r\n", fields) + "\r\n";
        return edge.connect().exchange("GET " + target + " HTTP/1.1\r\nHost: shop.example:8443\r\n" + lines + "\r\n");
    }

    private static String only(RecordingOrigin origin, String field) throws IOException {
        List<HttpMessage> requests = origin.requests();
        assertThat(requests).hasSize(1);
        List<String> values = requests.get(0).values(field);
        assertThat(values).hasSizeLessThan(2);
        return values.isEmpty() ? "" : values.get(0);
    }

    private static RecordingOrigin served(RecordingOrigin.Script script) throws IOException {
        RecordingOrigin origin = edge.origin(script);
        edge.serve(service("a", origin.address()), routeTo("a", ""));
        return origin;
    }

    @Test
    void sampledRequestHasASpanOfItsOwnAndOneForItsTry() throws Exception {
        RecordingOrigin origin = edge.origin(RecordingOrigin.ECHO_TARGET);
        edge.serve(
                service("a", origin.address()),
                route("name: items\nmatch: [{uri: {prefix: /items}}]\nroute: [{destination: {host: a.test}}]"));
        String trace = newTrace();

        get(
                "/items/7?token=secret",
                "traceparent: 00-" + trace + "-" + PARENT + "-01",
                "tracestate: foo=1,bar=2",
                "baggage: user=alice",
                "User-Agent: tester");

        List<Span> spans = collector.await(trace, 2);
        Span server = spans.get(0);
        Span client = spans.get(1);
        assertThat(server.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_SERVER);
        assertThat(server.getName()).isEqualTo("GET /items*");
        assertThat(hex(server.getParentSpanId().toByteArray())).isEqualTo(PARENT);
        assertThat(server.getTraceState()).isEqualTo("foo=1,bar=2");
        assertThat(server.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_UNSET);
        assertThat(attributes(server))
                .containsEntry("http.request.method", "GET")
                .containsEntry("url.scheme", "http")
                .containsEntry("url.path", "/items/7")
                .containsEntry("http.route", "/items*")
                .containsEntry("convergate.route", "items")
                .containsEntry("convergate.virtual_service", "default/vs")
                .containsEntry("convergate.upstream", "outbound|80||a.test")
                .containsEntry("server.address", "shop.example")
                .containsEntry("server.port", "8443")
                .containsEntry("client.address", "127.0.0.1")
                .containsEntry("network.protocol.version", "1.1")
                .containsEntry("user_agent.original", "tester")
                .containsEntry("http.response.status_code", "200")
                .doesNotContainKeys("url.query", "error.type", "convergate.response_flags");
        assertThat(client.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_CLIENT);
        assertThat(client.getName()).isEqualTo("GET");
        assertThat(client.getParentSpanId()).isEqualTo(server.getSpanId());
        assertThat(attributes(client))
                .containsEntry("url.full", "http://shop.example:8443/items/7")
                .containsEntry("server.address", "shop.example")
                .containsEntry("network.peer.address", "127.0.0.1")
                .containsEntry(
                        "network.peer.port", Integer.toString(origin.address().getPort()))
                .containsEntry("http.response.status_code", "200")
                .doesNotContainKeys("http.request.resend_count", "error.type");
        assertThat(client.getStartTimeUnixNano()).isGreaterThanOrEqualTo(server.getStartTimeUnixNano());
        assertThat(client.getEndTimeUnixNano()).isLessThanOrEqualTo(server.getEndTimeUnixNano());
        assertThat(only(origin, "traceparent"))
                .isEqualTo("00-" + trace + '-' + hex(client.getSpanId().toByteArray()) + "-01");
        assertThat(only(origin, "tracestate")).isEqualTo("foo=1,bar=2");
        assertThat(only(origin, "baggage")).isEqualTo("user=alice");
        assertThat(collector.resource())
                .containsEntry("service.name", "shop-edge")
                .containsEntry("service.version", "v7")
                .containsEntry("service.instance.id", "node-1");
        assertThat(spans.toString()).doesNotContain("secret");
    }

    @Test
    void eachTryIsASpan() throws Exception {
        AtomicInteger seen = new AtomicInteger();
        RecordingOrigin origin = edge.origin(connection -> {
            connection.request();
            connection.send(
                    seen.incrementAndGet() == 1
                            ? "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"
                            : "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        });
        edge.serve(
                service("a", origin.address()), routeTo("a", "retries: {attempts: 2, retryOn: '503', backoff: 1ms}"));
        String trace = newTrace();

        assertThat(get("/x", "traceparent: 00-" + trace + "-" + PARENT + "-01").status())
                .isEqualTo(200);

        List<Span> spans = collector.await(trace, 3);
        assertThat(attributes(spans.get(1)))
                .containsEntry("http.response.status_code", "503")
                .containsEntry("error.type", "503")
                .doesNotContainKey("http.request.resend_count");
        assertThat(spans.get(1).getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_ERROR);
        assertThat(attributes(spans.get(2)))
                .containsEntry("http.response.status_code", "200")
                .containsEntry("http.request.resend_count", "1");
        assertThat(spans.get(1).getEndTimeUnixNano())
                .isLessThanOrEqualTo(spans.get(2).getStartTimeUnixNano());
        assertThat(origin.requests().stream()
                        .map(request -> request.values("traceparent").get(0).substring(36, 52)))
                .containsExactly(
                        hex(spans.get(1).getSpanId().toByteArray()),
                        hex(spans.get(2).getSpanId().toByteArray()));
    }

    @Test
    void failureIsAnErrorWithItsReason() throws Exception {
        edge.serve(service("a", nobody()), routeTo("a", "retries: {attempts: 0}"));
        String trace = newTrace();

        assertThat(get("/x", "traceparent: 00-" + trace + "-" + PARENT + "-01").status())
                .isEqualTo(503);

        List<Span> spans = collector.await(trace, 2);
        assertThat(spans).allMatch(span -> span.getStatus().getCode() == Status.StatusCode.STATUS_CODE_ERROR);
        assertThat(attributes(spans.get(0)))
                .containsEntry("error.type", "503")
                .containsEntry("convergate.response_flags", "UF");
        assertThat(attributes(spans.get(1))).containsEntry("error.type", "connect");
    }

    @Test
    void requestThatGoesNowhereHasOneSpan() throws Exception {
        edge.serve(route("match: [{uri: {exact: /other}}]\ndirectResponse: {status: 204}"));
        String trace = newTrace();

        assertThat(get("/x", "traceparent: 00-" + trace + "-" + PARENT + "-01").status())
                .isEqualTo(404);

        Span server = collector.await(trace, 1).get(0);
        assertThat(server.getName()).isEqualTo("GET");
        assertThat(server.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_UNSET);
        assertThat(attributes(server)).containsEntry("convergate.response_flags", "NR");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "00-4bf92f3577b34da6a3ce929d0e0e4711-00f067aa0ba902b7-00|a=1|a=1",
                "00-4bf92f3577b34da6a3ce929d0e0e4711-00f067aa0ba902b7-02|a=1,|a=1,",
                "00-4bf92f3577b34da6a3ce929d0e0e4711-00f067aa0ba902b7-00|A=1|''",
                "00-4bf92f3577b34da6a3ce929d0e0e4711-00f067aa0ba902b7-00|''|''"
            })
    void unsampledRequestPassesAsItCame(String traceparent, String tracestate, String expected) throws IOException {
        RecordingOrigin origin = served(RecordingOrigin.ECHO_TARGET);

        get("/x", "traceparent: " + traceparent, "tracestate: " + tracestate);

        assertThat(only(origin, "traceparent")).isEqualTo(traceparent);
        assertThat(only(origin, "tracestate")).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4711-00f067aa0ba902b7-01-x|tracestate: a=1",
                "traceparent: 00-00000000000000000000000000000000-00f067aa0ba902b7-01|tracestate: a=1",
                "x-other: 1|tracestate: a=1",
                "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4711-00f067aa0ba902b7-01"
                        + "|traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4712-00f067aa0ba902b7-01"
            })
    void whereThereIsNoValidTraceOneBegins(String first, String second) throws IOException {
        RecordingOrigin origin = served(RecordingOrigin.ECHO_TARGET);

        get("/x", first, second);

        assertThat(only(origin, "traceparent"))
                .matches("00-[0-9a-f]{32}-[0-9a-f]{16}-02")
                .doesNotContain("4bf92f3577b34da6a3ce929d0e0e47");
        assertThat(only(origin, "tracestate")).isEmpty();
    }

    @Test
    void b3PassesAsItCameUnlessItIsAskedFor() throws IOException {
        RecordingOrigin origin = served(RecordingOrigin.ECHO_TARGET);

        get("/x", "b3: 80f198ee56343ba864fe8b2a57d3eff7-e457b5a2e4d86bd1-1", "X-B3-Sampled: 1");

        assertThat(only(origin, "b3")).isEqualTo("80f198ee56343ba864fe8b2a57d3eff7-e457b5a2e4d86bd1-1");
        assertThat(only(origin, "x-b3-sampled")).isEqualTo("1");
        assertThat(only(origin, "x-b3-traceid")).isEmpty();
        assertThat(only(origin, "traceparent")).endsWith("-02").doesNotContain("80f198ee56343ba864fe8b2a57d3eff7");
    }

    @Test
    void spansThatCannotBeSentAreCountedAndTheNextOnesAreSent() throws Exception {
        served(RecordingOrigin.ECHO_TARGET);
        double failed = edge.metric("convergate_trace_spans_total", "result=\"failed\"");
        collector.answer(400);
        get("/x", "traceparent: 00-" + newTrace() + "-" + PARENT + "-01");
        edge.awaitMetric("convergate_trace_spans_total", "result=\"failed\"", failed + 2);
        collector.answer(200);
        String trace = newTrace();

        get("/x", "traceparent: 00-" + trace + "-" + PARENT + "-01");

        assertThat(collector.await(trace, 2)).hasSize(2);
    }
}
