package io.convergate.node.edge.traffic;

import static io.convergate.node.edge.fixture.ConfiguredEdge.routeTo;
import static io.convergate.node.edge.fixture.ConfiguredEdge.service;
import static io.convergate.node.edge.fixture.TraceCollector.hex;
import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.node.edge.fixture.ConfiguredEdge;
import io.convergate.node.edge.fixture.HttpMessage;
import io.convergate.node.edge.fixture.RecordingOrigin;
import io.convergate.node.edge.fixture.TraceCollector;
import io.convergate.node.telemetry.LogFilter;
import io.convergate.node.telemetry.TelemetrySettings;
import io.convergate.node.telemetry.trace.TraceHeaders;
import io.convergate.node.telemetry.trace.TraceSettings;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests whose traces are told in B3 through an edge that reads it, and writes it beside the W3C's; none is sampled unless its sender says so. */
class B3TracesTest {
    private static final String SPAN = "e457b5a2e4d86bd1";
    private static final TraceCollector collector = started();

    @RegisterExtension
    static final ConfiguredEdge edge = ConfiguredEdge.withDefaults()
            .withTelemetry(() -> new TelemetrySettings(
                    Map.of(),
                    TelemetrySettings.Counting.ON,
                    TelemetrySettings.Format.OFF,
                    LogFilter.ALL,
                    Optional.empty(),
                    "node-1",
                    TraceSettings.to(Optional.of(collector.endpoint()), 0)
                            .in(TraceHeaders.of(List.of(TraceHeaders.Form.values())))));

    private static TraceCollector started() {
        try {
            return TraceCollector.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterAll
    static void stop() {
        collector.close();
    }

    /** What the origin got of a request with these fields. */
    private static HttpMessage forwarded(String fields) throws IOException {
        RecordingOrigin origin = edge.origin(RecordingOrigin.ECHO_TARGET);
        edge.serve(service("a", origin.address()), routeTo("a", ""));
        edge.connect().exchange("GET /x HTTP/1.1\r\nHost: shop.example\r\n" + fields.replace("|", "\r\n") + "\r\n\r\n");
        assertThat(origin.requests()).hasSize(1);
        return origin.requests().get(0);
    }

    private static void assertTold(HttpMessage request, String trace, String span, String sampled) {
        assertThat(request.values("traceparent")).containsExactly("00-" + trace + '-' + span + "-0" + sampled);
        assertThat(request.values("b3")).containsExactly(trace + '-' + span + '-' + sampled);
        assertThat(request.values("x-b3-traceid")).containsExactly(trace);
        assertThat(request.values("x-b3-spanid")).containsExactly(span);
        assertThat(request.values("x-b3-sampled")).containsExactly(sampled);
        assertThat(request.values("x-b3-parentspanid")).isEmpty();
        assertThat(request.values("x-b3-flags")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "b3: 80f198ee56343ba864fe8b2a57d3ef01-" + SPAN + "-1; 80f198ee56343ba864fe8b2a57d3ef01",
                "b3: 80f198ee56343ba864fe8b2a57d3ef02-" + SPAN
                        + "-d-05e3ac9a4f6e3b90; 80f198ee56343ba864fe8b2a57d3ef02",
                "X-B3-TraceId: 80f198ee56343ba864fe8b2a57d3ef03|X-B3-SpanId: " + SPAN
                        + "|X-B3-ParentSpanId: 05e3ac9a4f6e3b90|X-B3-Sampled: 1; 80f198ee56343ba864fe8b2a57d3ef03",
                "X-B3-TraceId: 64fe8b2a57d3ef04|X-B3-SpanId: " + SPAN
                        + "|X-B3-Flags: 1; 000000000000000064fe8b2a57d3ef04",
                "traceparent: malformed|b3: 80f198ee56343ba864fe8b2a57d3ef05-" + SPAN
                        + "-1; 80f198ee56343ba864fe8b2a57d3ef05",
            })
    void sampledTraceGoesOnWithTheSpanOfTheTry(String fields, String trace) throws Exception {
        HttpMessage request = forwarded(fields);

        List<Span> spans = collector.await(trace, 2);
        assertThat(hex(spans.get(0).getParentSpanId().toByteArray())).isEqualTo(SPAN);
        assertThat(spans.get(1).getParentSpanId()).isEqualTo(spans.get(0).getSpanId());
        assertTold(request, trace, hex(spans.get(1).getSpanId().toByteArray()), "1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "b3: 80f198ee56343ba864fe8b2a57d3eff7-" + SPAN + "-0",
                "b3: 80f198ee56343ba864fe8b2a57d3eff7-" + SPAN,
                "X-B3-TraceId: 80f198ee56343ba864fe8b2a57d3eff7|X-B3-SpanId: " + SPAN + "|X-B3-Sampled: 0"
            })
    void traceThatIsNotSampledGoesOnAsItsSendersSpan(String fields) throws IOException {
        assertTold(forwarded(fields), "80f198ee56343ba864fe8b2a57d3eff7", SPAN, "0");
    }

    @Test
    void theW3CsWordCountsFirst() throws IOException {
        HttpMessage request = forwarded("b3: 80f198ee56343ba864fe8b2a57d3eff7-" + SPAN
                + "-1|traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4711-00f067aa0ba902b7-00");

        assertTold(request, "4bf92f3577b34da6a3ce929d0e0e4711", "00f067aa0ba902b7", "0");
    }

    @ParameterizedTest
    @CsvSource({"b3: 1, 1", "b3: 0, 0", "X-B3-Sampled: 1, 1", "x-other: 1, 0"})
    void traceThatBeginsIsRecordedIfItsSenderWantsIt(String field, String sampled) throws IOException {
        HttpMessage request = forwarded(field);

        String traceparent = request.values("traceparent").get(0);
        assertThat(request.values("b3"))
                .containsExactly(traceparent.substring(3, 35) + '-' + traceparent.substring(36, 52) + '-' + sampled);
        assertThat(request.values("x-b3-sampled")).containsExactly(sampled);
        assertThat(traceparent).endsWith(sampled.equals("1") ? "-03" : "-02");
    }

    @Test
    void whatIsThereTwiceIsNone() throws IOException {
        HttpMessage request = forwarded("b3: 80f198ee56343ba864fe8b2a57d3eff7-" + SPAN
                + "-0|b3: 80f198ee56343ba864fe8b2a57d3eff8-" + SPAN + "-0");

        assertThat(request.values("b3")).hasSize(1);
        assertThat(request.values("b3").get(0)).doesNotStartWith("80f198ee56343ba864fe8b2a57d3ef");
    }
}
