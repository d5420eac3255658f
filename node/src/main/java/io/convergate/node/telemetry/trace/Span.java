package io.convergate.node.telemetry.trace;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceStateBuilder;
import io.opentelemetry.sdk.common.InstrumentationLibraryInfo;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A span that is over, as OpenTelemetry's exporter takes it.
 *
 * @param name of low cardinality
 * @param context the trace, the span, and what goes on as {@code tracestate}
 * @param parent whose span it is part of; invalid for none
 * @param failed whether it is an error
 * @param startNanos since 1970
 * @param endNanos since 1970
 * @param resource the node
 */
public record Span(
        String name,
        SpanKind kind,
        SpanContext context,
        SpanContext parent,
        boolean failed,
        long startNanos,
        long endNanos,
        Attributes attributes,
        Resource resource)
        implements SpanData {
    private static final InstrumentationScopeInfo SCOPE = InstrumentationScopeInfo.create("io.convergate");
    private static final StatusData FAILED = StatusData.error();

    /** A span of this node's. */
    public static SpanContext local(TraceContext trace, long spanId, @Nullable String state) {
        return SpanContext.create(trace.traceId(), TraceContext.spanId(spanId), flags(trace), state(state));
    }

    /** The span that a sampled request says it is part of; none if the trace begins here. */
    public static SpanContext parent(SampledTrace trace) {
        TraceContext sender = trace.context();
        return trace.hasRemoteParent()
                ? SpanContext.createFromRemoteParent(
                        sender.traceId(), TraceContext.spanId(sender.parentId()), flags(sender), state(trace.state()))
                : SpanContext.getInvalid();
    }

    private static TraceFlags flags(TraceContext trace) {
        return TraceFlags.fromByte((byte) trace.flags());
    }

    private static io.opentelemetry.api.trace.TraceState state(@Nullable String received) {
        if (received == null) {
            return io.opentelemetry.api.trace.TraceState.getDefault();
        }
        TraceStateBuilder state = io.opentelemetry.api.trace.TraceState.builder();
        String[] members = received.split(",", -1);
        for (int i = members.length - 1; i >= 0; i--) { // what is put last stands first
            int equals = members[i].indexOf('=');
            if (equals > 0) {
                state.put(
                        members[i].substring(0, equals).strip(),
                        members[i].substring(equals + 1).strip());
            }
        }
        return state.build();
    }

    @Override
    public String getName() {
        return name;
    }

    @Override
    public SpanKind getKind() {
        return kind;
    }

    @Override
    public SpanContext getSpanContext() {
        return context;
    }

    @Override
    public SpanContext getParentSpanContext() {
        return parent;
    }

    @Override
    public StatusData getStatus() {
        return failed ? FAILED : StatusData.unset();
    }

    @Override
    public long getStartEpochNanos() {
        return startNanos;
    }

    @Override
    public Attributes getAttributes() {
        return attributes;
    }

    @Override
    public List<EventData> getEvents() {
        return List.of();
    }

    @Override
    public List<LinkData> getLinks() {
        return List.of();
    }

    @Override
    public long getEndEpochNanos() {
        return endNanos;
    }

    @Override
    public boolean hasEnded() {
        return true;
    }

    @Override
    public int getTotalRecordedEvents() {
        return 0;
    }

    @Override
    public int getTotalRecordedLinks() {
        return 0;
    }

    @Override
    public int getTotalAttributeCount() {
        return attributes.size();
    }

    @Override
    @SuppressWarnings("deprecation") // the interface asks for it still
    public InstrumentationLibraryInfo getInstrumentationLibraryInfo() {
        return InstrumentationLibraryInfo.create("io.convergate", null);
    }

    @Override
    public InstrumentationScopeInfo getInstrumentationScopeInfo() {
        return SCOPE;
    }

    @Override
    public Resource getResource() {
        return resource;
    }
}
