package io.convergate.node.edge.proxy;

import io.convergate.node.edge.http.Field;
import io.convergate.node.edge.http.HeaderRole;
import io.convergate.node.telemetry.RequestRecord;
import io.convergate.node.telemetry.trace.B3Context;
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
 * <p>Of several forms that a trace may come in the W3C's counts first; B3 where there is no valid {@code traceparent}.
 *
 * @see <a href="https://www.w3.org/TR/trace-context-2/">W3C Trace Context, level 2</a>
 */
final class TraceStart {
    private TraceStart() {}

    /** Fills in what the record says of traces. */
    static void of(Seq<HttpHeader> headers, RequestView view, TraceSampling traces, RequestRecord record) {
        boolean continues = traces.continues(view.isTrusted());
        String received = continues && traces.fields().hasW3c() ? only(headers) : null;
        TraceContext sender = received == null ? null : TraceContext.parse(received);
        if (received == null || sender == null) {
            ofB3(continues && traces.fields().hasB3() ? TraceFields.b3(headers) : null, view, traces, record);
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

    /** Continues a trace that B3 tells of, or begins one. */
    private static void ofB3(@Nullable B3Context b3, RequestView view, TraceSampling traces, RequestRecord record) {
        B3Context.Decision decision = b3 == null ? B3Context.Decision.DEFERRED : b3.decision();
        TraceContext sender = b3 == null ? null : b3.trace();
        TraceContext context = sender == null ? traces.begin(decision) : traces.decided(sender, decision);
        if (context.isSampled()) {
            sampled(sender == null ? SampledTrace.begun(context) : SampledTrace.continued(context), view, record);
        } else {
            record.traceparent = context.traceparent();
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
