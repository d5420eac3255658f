package io.convergate.node.telemetry.trace;

import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;

/**
 * In which header fields a request's trace is told: they are read from what comes and written to what goes upstream; others pass as
 * they came. Immutable; any thread.
 */
public final class TraceHeaders {
    /** Those of the W3C alone. */
    public static final TraceHeaders W3C = new TraceHeaders(Set.of(Form.TRACECONTEXT));

    private final boolean w3c;
    private final boolean b3Single;
    private final boolean b3Multi;

    /** A way to write a trace down, by the names that OpenTelemetry has for its propagators. */
    public enum Form {
        /** {@code traceparent} and {@code tracestate}. */
        TRACECONTEXT,
        /** {@code b3}. Read is what {@link #B3MULTI} writes, too. */
        B3,
        /** {@code X-B3-TraceId} and its like. Read is what {@link #B3} writes, too. */
        B3MULTI
    }

    private TraceHeaders(Set<Form> forms) {
        w3c = forms.contains(Form.TRACECONTEXT);
        b3Single = forms.contains(Form.B3);
        b3Multi = forms.contains(Form.B3MULTI);
    }

    /**
     * Of these forms.
     *
     * @param forms at least one
     */
    public static TraceHeaders of(Collection<Form> forms) {
        return new TraceHeaders(EnumSet.copyOf(forms));
    }

    /** Whether {@code traceparent} and {@code tracestate} are read and written. */
    public boolean hasW3c() {
        return w3c;
    }

    /** Whether fields of B3 are read, and one of its two forms is written in their place. */
    public boolean hasB3() {
        return b3Single || b3Multi;
    }

    /** Whether {@code b3} is written. */
    public boolean hasB3Single() {
        return b3Single;
    }

    /** Whether {@code X-B3-TraceId} and its like are written. */
    public boolean hasB3Multi() {
        return b3Multi;
    }
}
