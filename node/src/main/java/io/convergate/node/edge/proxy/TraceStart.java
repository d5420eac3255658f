package io.convergate.node.edge.proxy;

import io.convergate.node.edge.http.Field;
import io.convergate.node.edge.http.HeaderName;
import io.convergate.node.edge.http.HeaderRole;
import io.convergate.node.telemetry.RequestRecord;
import io.convergate.node.telemetry.trace.SampledTrace;
import io.convergate.node.telemetry.trace.TraceContext;
import io.convergate.node.telemetry.trace.TraceSampling;
import io.convergate.node.telemetry.trace.TraceState;
import org.apache.pekko.http.scaladsl.model.HttpHeader;
import org.jspecify.annotations.Nullable;
import scala.collection.immutable.Seq;

/**
 * Finds out which trace a request belongs to, or begins one. A request that is not sampled costs nothing beyond a look at its
 * headers if it has a trace, and two random numbers and a string if it has none.
 *
 * @see <a href="https://www.w3.org/TR/trace-context-2/">W3C Trace Context, level 2</a>
 */
final class TraceStart {
    static final HeaderName TRACEPARENT = HeaderName.of("traceparent");

    private TraceStart() {}

    /** Fills in what the record says of traces. */
    static void of(Seq<HttpHeader> headers, RequestView view, TraceSampling traces, RequestRecord record) {
        String received = traces.continues(view.isTrusted()) ? only(headers) : null;
        TraceContext sender = received == null ? null : TraceContext.parse(received);
        if (received == null || sender == null) {
            TraceContext fresh = traces.begin();
            if (fresh.isSampled()) {
                sampled(SampledTrace.begun(fresh), view, record);
            } else {
                record.traceparent = fresh.traceparent();
            }
            return;
        }
        String state = state(headers);
        record.keepsTraceState = state != null;
        if (sender.isSampled()) {
            SampledTrace trace = SampledTrace.continued(sender);
            trace.state(state);
            sampled(trace, view, record);
        } else {
            record.traceparent = TraceSampling.passedOn(received, sender);
        }
    }

    private static void sampled(SampledTrace trace, RequestView view, RequestRecord record) {
        trace.received(view.scheme(), view.client());
        record.trace = trace;
        record.traceparent = trace.traceparent();
    }

    /** The one {@code traceparent} there is; null if there is none, or more than one, which counts as none. */
    private static @Nullable String only(Seq<HttpHeader> headers) {
        String found = null;
        for (int i = 0, n = headers.length(); i < n; i++) {
            HttpHeader field = headers.apply(i);
            if (Field.roleOf(field) == HeaderRole.TRACEPARENT) {
                if (found != null) {
                    return null;
                }
                found = field.value();
            }
        }
        return found;
    }

    /** The {@code tracestate} if there is a valid one. */
    private static @Nullable String state(Seq<HttpHeader> headers) {
        String all = null;
        TraceState state = null;
        for (int i = 0, n = headers.length(); i < n; i++) {
            HttpHeader field = headers.apply(i);
            if (Field.roleOf(field) == HeaderRole.TRACESTATE) {
                state = state == null ? new TraceState() : state;
                if (!state.take(field.value())) {
                    return null;
                }
                all = all == null ? field.value() : all + ',' + field.value();
            }
        }
        return all;
    }
}
