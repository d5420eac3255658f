package io.convergate.node.telemetry;

import io.convergate.node.telemetry.trace.SampledTrace;
import io.convergate.routing.match.RouteInfo;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one request, filled in on its way through the edge and read once, when it is over. Mutable and
 * confined to the loop of its connection.
 *
 * <p>Times are nanoseconds of {@link System#nanoTime()}, sizes are bytes of bodies without their framing.
 */
public final class RequestRecord {
    public long startNanos;
    public long startEpochMillis;
    public String method = "";
    /** The target as the client sent it, query included. */
    public String target = "";

    public String protocol = "HTTP/1.1";
    public String authority = "";
    public @Nullable String userAgent;
    public @Nullable String forwardedFor;
    public @Nullable String requestId;
    public @Nullable SocketAddress downstream;
    public @Nullable SocketAddress listener;

    public @Nullable RouteRecorder route;
    public @Nullable DestinationRecorder destination;
    public @Nullable RouteInfo matched;
    public String routeName = "";
    public @Nullable String upstreamName;
    /** The endpoint that answered, or the last one tried, as {@code address:port}. */
    public @Nullable String upstreamHost;

    /** The header fields that came, where they can be asked for. */
    public @Nullable ReceivedHeaders received;

    /** What goes upstream as {@code traceparent}, if there are traces; begins with the version and the trace's id. */
    public @Nullable String traceparent;

    /** Whether a {@code tracestate} goes with it. */
    public boolean keepsTraceState;

    /** What is recorded of it in its trace; null if it is not sampled. */
    public @Nullable SampledTrace trace;

    public int attempts;
    public long upstreamStartNanos;
    public long upstreamHeadNanos;

    /** The status sent; 0 if the client never got one. */
    public int status;

    public @Nullable ResponseFlag flag;
    /** A short reason to go with the flag; no bytes of the client's. */
    public @Nullable String details;

    public long bytesReceived;
    public long bytesSent;
    public long endNanos;

    /** One bit for each flag that says what else happened on the way, by its ordinal. */
    private int marks;

    /** Notes what happened on the way without being the reason for the reply: it stands beside the reason. */
    public void mark(ResponseFlag happened) {
        marks |= 1 << happened.ordinal();
    }

    boolean isFlagged() {
        return flag != null || marks != 0;
    }

    /** Whether the flag is the reason, or was noted. */
    public boolean has(ResponseFlag wanted) {
        return flag == wanted || (marks & 1 << wanted.ordinal()) != 0;
    }

    /** The reason and what else happened, as Envoy writes it: {@code UF,URX}; {@code -} for nothing. */
    public String flags() {
        ResponseFlag reason = flag;
        if (marks == 0) {
            return reason == null ? "-" : reason.name();
        }
        StringBuilder all = new StringBuilder(reason == null ? "" : reason.name());
        for (ResponseFlag marked : ResponseFlag.ALL) {
            if (marked != reason && has(marked)) {
                all.append(all.length() == 0 ? "" : ",").append(marked.name());
            }
        }
        return all.toString();
    }

    /** Keeps the first reason: what follows from it is no reason. */
    public void flag(ResponseFlag reason, @Nullable String detail) {
        if (flag == null) {
            flag = reason;
            details = detail;
        }
    }
}
