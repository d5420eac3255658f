package io.convergate.node.telemetry;

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
    public String routeName = "";
    public @Nullable String upstreamName;
    /** The endpoint that answered, or the last one tried, as {@code address:port}. */
    public @Nullable String upstreamHost;

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

    /** Keeps the first reason: what follows from it is no reason. */
    public void flag(ResponseFlag reason, @Nullable String detail) {
        if (flag == null) {
            flag = reason;
            details = detail;
        }
    }
}
