package io.convergate.node.telemetry.trace;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The part of a trace that is recorded of one request: its span, and one for each try at it. Confined to the request's loop until
 * the request is over, then to the thread that sends it; nobody writes to it any more.
 *
 * <p>Times are nanoseconds of {@link System#nanoTime()}.
 */
public final class SampledTrace {
    private final TraceContext context;
    private final boolean remoteParent;
    private final long spanId = TraceSampling.spanId();
    private final List<Try> tries = new ArrayList<>(1);
    private @Nullable String state;
    private String scheme = "http";
    private String client = "";
    private String authority = "";
    private String path = "";

    /** One try at the upstream. */
    public static final class Try {
        private final long spanId = TraceSampling.spanId();
        private final String endpoint;
        private final long startNanos;
        private long endNanos;
        private int status;
        private @Nullable String error;

        Try(String endpoint, long startNanos) {
            this.endpoint = endpoint;
            this.startNanos = startNanos;
        }

        public long spanId() {
            return spanId;
        }

        /** Where it went, as {@code address:port}. */
        public String endpoint() {
            return endpoint;
        }

        public long startNanos() {
            return startNanos;
        }

        /** 0 if it lasted as long as the request. */
        public long endNanos() {
            return endNanos;
        }

        /** The status of its response; 0 if there was none. */
        public int status() {
            return status;
        }

        /** Why it got no response. */
        public @Nullable String error() {
            return error;
        }
    }

    private SampledTrace(TraceContext context, boolean remoteParent) {
        this.context = context;
        this.remoteParent = remoteParent;
    }

    /** The part of a trace that somebody else began. */
    public static SampledTrace continued(TraceContext sender) {
        return new SampledTrace(sender, true);
    }

    /** A trace that begins here. */
    public static SampledTrace begun(TraceContext fresh) {
        return new SampledTrace(fresh, false);
    }

    /** The {@code tracestate} that came with it. */
    public void state(@Nullable String received) {
        state = received;
    }

    /** How the client came, and its address, as far as that is known. */
    public void received(String withScheme, String clientAddress) {
        scheme = withScheme;
        client = clientAddress;
    }

    /** What is being asked for, and of whom, upstream. */
    public void forwarding(String toAuthority, String toPath) {
        authority = toAuthority;
        path = toPath;
    }

    /** The {@code traceparent} of the request's own span. */
    public String traceparent() {
        return context.with(spanId, context.flags()).traceparent();
    }

    /**
     * A try begins.
     *
     * @param endpoint where, as {@code address:port}
     * @return its {@code traceparent}
     */
    public String tryBegins(String endpoint, long nowNanos) {
        Try begun = new Try(endpoint, nowNanos);
        tries.add(begun);
        return context.with(begun.spanId, context.flags()).traceparent();
    }

    /** The head of a response is here; its body may follow. */
    public void answered(int status) {
        if (!tries.isEmpty()) {
            last().status = status;
        }
    }

    /**
     * The last try is over, before the request is.
     *
     * @param error why it failed, a constant; null if that is its status
     */
    public void tryEnds(@Nullable String error, long nowNanos) {
        if (!tries.isEmpty()) {
            last().endNanos = nowNanos;
            last().error = error;
        }
    }

    private Try last() {
        return tries.get(tries.size() - 1);
    }

    /** How many spans it has. */
    public int spans() {
        return 1 + tries.size();
    }

    /** The trace, and who sent the request. */
    public TraceContext context() {
        return context;
    }

    /** Whether somebody else began it. */
    public boolean hasRemoteParent() {
        return remoteParent;
    }

    /** The request's own span. */
    public long spanId() {
        return spanId;
    }

    /** All tries, in their order. */
    public List<Try> tries() {
        return tries;
    }

    /** What came as {@code tracestate}; null if nothing valid did. */
    public @Nullable String state() {
        return state;
    }

    /** {@code http} or {@code https}. */
    public String scheme() {
        return scheme;
    }

    /** The client's address. */
    public String client() {
        return client;
    }

    /** The authority upstream; empty if it went nowhere. */
    public String authority() {
        return authority;
    }

    /** The path upstream, without a query. */
    public String path() {
        return path;
    }
}
