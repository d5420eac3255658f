package io.convergate.node.telemetry.trace;

import org.jspecify.annotations.Nullable;

/**
 * What a request says of its trace in the header fields of B3, in one field or in several. Either has ids, or a decision about
 * sampling, or both. A trace's id may have 16 digits; they are the last ones of 32. Immutable; any thread.
 *
 * @param trace the trace and who sent it, not sampled yet; null if only a decision came, and a trace is to begin with it
 * @param decision whether the sender records it
 * @see <a href="https://github.com/openzipkin/b3-propagation">B3 propagation</a>
 */
public record B3Context(@Nullable TraceContext trace, Decision decision) {
    private static final int LONG_ID = 32;
    private static final int SHORT_ID = 16;
    private static final int LONGEST = LONG_ID + 1 + SHORT_ID + 1 + 1 + 1 + SHORT_ID;

    /** What was decided about recording a trace. */
    public enum Decision {
        YES,
        NO,
        /** Left to whoever receives it. */
        DEFERRED
    }

    /**
     * Reads the one field {@code b3}: {@code traceId-spanId}, {@code traceId-spanId-sampled}, {@code
     * traceId-spanId-sampled-parentSpanId}, or the decision alone.
     *
     * @return null if it is none
     */
    public static @Nullable B3Context ofOne(String b3) {
        if (b3.length() > LONGEST) {
            return null;
        }
        String[] parts = b3.split("-", -1);
        return switch (parts.length) {
            case 1 -> of(null, null, parts[0]);
            case 2 -> of(parts[0], parts[1], null);
            case 3 -> of(parts[0], parts[1], parts[2]);
            case 4 -> TraceContext.isId(parts[3], SHORT_ID) ? of(parts[0], parts[1], parts[2]) : null;
            default -> null;
        };
    }

    /**
     * Reads the several fields.
     *
     * @param traceId {@code X-B3-TraceId}
     * @param spanId {@code X-B3-SpanId}
     * @param sampled {@code X-B3-Sampled}; some send {@code true} and {@code false}
     * @param flags {@code X-B3-Flags}: 1 is for debugging, and that is sampled
     * @return null if they are none
     */
    public static @Nullable B3Context ofSeveral(
            @Nullable String traceId, @Nullable String spanId, @Nullable String sampled, @Nullable String flags) {
        return of(traceId, spanId, "1".equals(flags) ? "d" : sampled);
    }

    private static @Nullable B3Context of(@Nullable String traceId, @Nullable String spanId, @Nullable String sampled) {
        Decision decision = decision(sampled);
        if (decision == null) {
            return null;
        }
        if (traceId == null && spanId == null) {
            return decision == Decision.DEFERRED ? null : new B3Context(null, decision);
        }
        boolean ids = traceId != null
                && spanId != null
                && (TraceContext.isId(traceId, LONG_ID) || TraceContext.isId(traceId, SHORT_ID))
                && TraceContext.isId(spanId, SHORT_ID);
        return ids ? new B3Context(TraceContext.of(traceId, spanId), decision) : null;
    }

    private static @Nullable Decision decision(@Nullable String sampled) {
        if (sampled == null) {
            return Decision.DEFERRED;
        }
        return switch (sampled) {
            case "1", "d", "true" -> Decision.YES;
            case "0", "false" -> Decision.NO;
            default -> null;
        };
    }
}
