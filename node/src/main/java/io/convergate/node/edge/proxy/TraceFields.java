package io.convergate.node.edge.proxy;

import io.convergate.node.edge.http.Field;
import io.convergate.node.edge.http.Fields;
import io.convergate.node.edge.http.HeaderName;
import io.convergate.node.edge.http.HeaderRole;
import io.convergate.node.telemetry.trace.B3Context;
import io.convergate.node.telemetry.trace.TraceHeaders;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.pekko.http.scaladsl.model.HttpHeader;
import org.jspecify.annotations.Nullable;
import scala.collection.immutable.Seq;

/** The header fields that a trace is told in: writes them all, and reads those of B3. */
final class TraceFields {
    private static final HeaderName TRACEPARENT = HeaderName.of("traceparent");
    private static final HeaderName B3 = HeaderName.of("b3");
    private static final HeaderName TRACE_ID = HeaderName.of("x-b3-traceid");
    private static final HeaderName SPAN_ID = HeaderName.of("x-b3-spanid");
    private static final HeaderName SAMPLED = HeaderName.of("x-b3-sampled");
    private static final String FLAGS = "x-b3-flags";
    private static final List<HeaderName> ALL_B3 = List.of(B3, TRACE_ID, SPAN_ID, SAMPLED);

    private TraceFields() {}

    /**
     * Adds what tells upstream of a trace to fields that have nothing of it.
     *
     * @param traceparent the trace, the span that sends the request, and whether it is recorded
     */
    static void add(Fields out, String traceparent, TraceHeaders as) {
        if (as.hasW3c()) {
            out.add(TRACEPARENT, traceparent);
        }
        if (as.hasB3()) {
            addB3(out, traceparent, as);
        }
    }

    /** The same in place of what they have of it. */
    static void set(Fields out, String traceparent, TraceHeaders as) {
        if (as.hasW3c()) {
            out.remove(TRACEPARENT.lowerCase());
        }
        if (as.hasB3()) {
            ALL_B3.forEach(name -> out.remove(name.lowerCase()));
        }
        add(out, traceparent, as);
    }

    private static void addB3(Fields out, String traceparent, TraceHeaders as) {
        String traceId = traceparent.substring(3, 35);
        String spanId = traceparent.substring(36, 52);
        String sampled = (traceparent.charAt(54) & 1) == 1 ? "1" : "0"; // flags are 0 to 3
        if (as.hasB3Single()) {
            out.add(B3, traceId + '-' + spanId + '-' + sampled);
        }
        if (as.hasB3Multi()) {
            out.add(TRACE_ID, traceId);
            out.add(SPAN_ID, spanId);
            out.add(SAMPLED, sampled);
        }
    }

    /** What the fields of B3 say, the single one first; null if that is nothing. One that is there twice says nothing. */
    static @Nullable B3Context b3(Seq<HttpHeader> headers) {
        Map<String, String> found = new HashMap<>();
        for (int i = 0, n = headers.length(); i < n; i++) {
            HttpHeader field = headers.apply(i);
            if (Field.roleOf(field) == HeaderRole.B3 && found.put(field.lowercaseName(), field.value()) != null) {
                return null;
            }
        }
        String one = found.get(B3.lowerCase());
        B3Context single = one == null ? null : B3Context.ofOne(one);
        return single != null || found.isEmpty()
                ? single
                : B3Context.ofSeveral(
                        found.get(TRACE_ID.lowerCase()),
                        found.get(SPAN_ID.lowerCase()),
                        found.get(SAMPLED.lowerCase()),
                        found.get(FLAGS));
    }
}
