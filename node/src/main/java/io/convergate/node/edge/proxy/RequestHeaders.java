package io.convergate.node.edge.proxy;

import io.convergate.node.edge.http.Exchange;
import io.convergate.node.edge.http.Field;
import io.convergate.node.edge.http.Fields;
import io.convergate.node.edge.http.HeaderName;
import io.convergate.node.edge.http.HopByHop;
import io.convergate.node.telemetry.RequestRecord;
import io.convergate.node.telemetry.trace.TraceHeaders;
import java.util.List;
import org.apache.pekko.http.scaladsl.model.HttpHeader;
import scala.collection.immutable.Seq;

/**
 * What becomes of a request's headers on their way through, in one pass: hop-by-hop fields go, what a client says about
 * itself is kept only from a trusted hop, and the gateway adds what it knows. The rules are Envoy's defaults at an edge:
 *
 * <ul>
 *   <li>{@code Host} goes on as received unless the route rewrites it; then {@code X-Forwarded-Host} has the old one.
 *   <li>{@code X-Forwarded-For} gets the peer's address appended; {@code X-Forwarded-Proto} is ours, unless a trusted hop
 *       sent one.
 *   <li>{@code X-Request-Id} is kept if there is an acceptable one, else made.
 *   <li>{@code traceparent}, or B3, is that of the request's own span, of a try's if it is sampled ({@link TraceStart}).
 *   <li>{@code x-envoy-*}, {@code Forwarded}, {@code X-Real-IP} and their like pass from trusted hops only.
 *   <li>{@code Via} is not added, as Envoy adds none.
 * </ul>
 */
final class RequestHeaders {
    private static final HeaderName HOST = HeaderName.of("host");
    private static final HeaderName FORWARDED_FOR = HeaderName.of("x-forwarded-for");
    private static final HeaderName FORWARDED_PROTO = HeaderName.of("x-forwarded-proto");
    private static final HeaderName FORWARDED_HOST = HeaderName.of("x-forwarded-host");
    private static final HeaderName REQUEST_ID = HeaderName.of("x-request-id");
    private static final int ADDED_FIELDS = 7;

    private RequestHeaders() {}

    /**
     * The fields to send upstream.
     *
     * @param authority what goes into Host
     * @param trusted whether the peer's word about the client counts
     * @param bodyArriving whether the client may still be waiting to be asked for the body
     * @param traces in which fields the trace goes on, if there are traces
     */
    static Fields forUpstream(
            Seq<HttpHeader> received,
            Exchange exchange,
            String authority,
            String scheme,
            boolean trusted,
            boolean bodyArriving,
            TraceHeaders traces) {
        int count = received.length();
        Fields out = new Fields(count + ADDED_FIELDS);
        out.add(HOST, authority);
        List<String> named = null;
        String forwardedFor = null;
        String requestId = null;
        RequestRecord record = exchange.record();
        for (int i = 0; i < count; i++) {
            HttpHeader field = received.apply(i);
            switch (Field.roleOf(field)) {
                case HOST, CONTENT_LENGTH, TRANSFER_ENCODING, HOP_BY_HOP, TE, CONFIG_AT_LEAST:
                    break;
                case CONNECTION:
                    named = HopByHop.addNames(named, field.value());
                    break;
                case EXPECT:
                    if (bodyArriving) {
                        out.add(field);
                    }
                    break;
                case X_FORWARDED_FOR:
                    forwardedFor = forwardedFor == null ? field.value() : forwardedFor + ',' + field.value();
                    break;
                case X_FORWARDED_PROTO:
                    break;
                case X_REQUEST_ID:
                    requestId = field.value();
                    break;
                case TRACEPARENT:
                    if (record.traceparent == null || !traces.hasW3c()) {
                        out.add(field);
                    }
                    break;
                case TRACESTATE:
                    if (record.traceparent == null || !traces.hasW3c() || record.keepsTraceState) {
                        out.add(field);
                    }
                    break;
                case B3:
                    if (record.traceparent == null || !traces.hasB3()) {
                        out.add(field);
                    }
                    break;
                case X_FORWARDED_HOST, CLIENT_IDENTITY, ENVOY_INTERNAL:
                    if (trusted) {
                        out.add(field);
                    }
                    break;
                case USER_AGENT:
                    record.userAgent = field.value();
                    out.add(field);
                    break;
                default:
                    out.add(field);
                    break;
            }
        }
        HopByHop.removeNamed(out, named);
        String peer = exchange.peer().getAddress().getHostAddress();
        String hops = forwardedFor == null || forwardedFor.isBlank() ? peer : forwardedFor + ',' + peer;
        String id = requestId != null && RequestIds.isAcceptable(requestId) ? requestId : RequestIds.next();
        record.forwardedFor = hops;
        record.requestId = id;
        out.add(FORWARDED_FOR, hops);
        out.add(FORWARDED_PROTO, scheme);
        out.add(REQUEST_ID, id);
        if (record.traceparent != null) {
            TraceFields.add(out, record.traceparent, traces);
        }
        String original = exchange.target().authority();
        if (!authority.equals(original) && !original.isEmpty()) {
            out.set(FORWARDED_HOST, original);
        }
        return out;
    }
}
