package io.convergate.node.telemetry;

import io.convergate.node.telemetry.trace.SampledTrace;
import io.convergate.node.telemetry.trace.SpanExport;
import io.convergate.node.telemetry.trace.TraceSampling;
import io.convergate.node.telemetry.trace.TraceSettings;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which requests are recorded in traces, and what becomes of their spans. Any thread. */
final class Tracing implements AutoCloseable {
    private final TraceSampling sampling;
    private final @Nullable SpanExport<RequestRecord> export;

    /** @param node its name */
    Tracing(Telemetry telemetry, TraceSettings settings, String node, Map<String, String> labels) {
        sampling = new TraceSampling(settings);
        RequestSpans spans = new RequestSpans(node, labels);
        export = settings.endpoint()
                .map(endpoint -> SpanExport.start(
                        endpoint,
                        settings,
                        Tracing::spans,
                        spans::addTo,
                        new SpanExport.Outcomes(
                                telemetry.counter(NAME, DESCRIPTION, "result", "sent"),
                                telemetry.counter(NAME, DESCRIPTION, "result", "failed"),
                                telemetry.counter(NAME, DESCRIPTION, "result", "dropped"))))
                .orElse(null);
    }

    private static final String NAME = "convergate_trace_spans";
    private static final String DESCRIPTION =
            "Spans of sampled requests: sent, failed to be sent in time, or dropped for want of room in the queue";

    private static int spans(RequestRecord request) {
        SampledTrace trace = request.trace;
        return trace == null ? 0 : trace.spans();
    }

    TraceSampling sampling() {
        return sampling;
    }

    /** A request is over. */
    void finished(RequestRecord request) {
        if (request.trace != null && export != null) {
            export.offer(request);
        }
    }

    @Override
    public void close() {
        if (export != null) {
            export.close();
        }
    }
}
