package io.convergate.node.telemetry.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rows follow the examples and the rules of openzipkin/b3-propagation. */
class B3ContextTest {
    private static final String TRACE = "80f198ee56343ba864fe8b2a57d3eff7";
    private static final String SPAN = "e457b5a2e4d86bd1";
    private static final String PARENT = "05e3ac9a4f6e3b90";

    @ParameterizedTest
    @CsvSource({
        TRACE + "-" + SPAN + ", " + TRACE + ", DEFERRED",
        TRACE + "-" + SPAN + "-1, " + TRACE + ", YES",
        TRACE + "-" + SPAN + "-0, " + TRACE + ", NO",
        TRACE + "-" + SPAN + "-d, " + TRACE + ", YES",
        TRACE + "-" + SPAN + "-1-" + PARENT + ", " + TRACE + ", YES",
        "64fe8b2a57d3eff7-" + SPAN + "-1, 000000000000000064fe8b2a57d3eff7, YES",
        "0, '', NO",
        "1, '', YES",
        "d, '', YES",
    })
    void oneFieldIsATraceOrADecisionOrBoth(String b3, String trace, B3Context.Decision decision) {
        B3Context read = B3Context.ofOne(b3);

        assertThat(read).isNotNull();
        assertThat(read.decision()).isEqualTo(decision);
        assertThat(traceId(read)).isEqualTo(trace);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-",
                "2",
                "true-",
                TRACE,
                TRACE + "-",
                TRACE + "-" + SPAN + "-",
                TRACE + "-" + SPAN + "-2",
                TRACE + "-" + SPAN + "-1-",
                TRACE + "-" + SPAN + "-1-0000000000000000",
                TRACE + "-" + SPAN + "-1-" + PARENT + "-1",
                "00000000000000000000000000000000-" + SPAN + "-1",
                TRACE + "-0000000000000000-1",
                "80F198EE56343BA864FE8B2A57D3EFF7-" + SPAN + "-1",
                "f198ee56343ba864fe8b2a57d3eff7-" + SPAN + "-1",
                TRACE + "-" + SPAN + "1-1",
                TRACE + "-.457b5a2e4d86bd1-1",
            })
    void whatIsMalformedIsNone(String b3) {
        assertThat(Optional.ofNullable(B3Context.ofOne(b3))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        TRACE + ", " + SPAN + ", 1, , " + TRACE + ", YES",
        TRACE + ", " + SPAN + ", true, , " + TRACE + ", YES",
        TRACE + ", " + SPAN + ", 0, , " + TRACE + ", NO",
        TRACE + ", " + SPAN + ", false, , " + TRACE + ", NO",
        TRACE + ", " + SPAN + ", , , " + TRACE + ", DEFERRED",
        TRACE + ", " + SPAN + ", , 1, " + TRACE + ", YES",
        TRACE + ", " + SPAN + ", 0, 1, " + TRACE + ", YES",
        TRACE + ", " + SPAN + ", , 0, " + TRACE + ", DEFERRED",
        ", , 0, , '', NO",
        ", , , 1, '', YES",
    })
    void severalFieldsAreATraceOrADecisionOrBoth(
            @Nullable String traceId,
            @Nullable String spanId,
            @Nullable String sampled,
            @Nullable String flags,
            String trace,
            B3Context.Decision decision) {
        B3Context read = B3Context.ofSeveral(traceId, spanId, sampled, flags);

        assertThat(read).isNotNull();
        assertThat(read.decision()).isEqualTo(decision);
        assertThat(traceId(read)).isEqualTo(trace);
    }

    @ParameterizedTest
    @CsvSource({
        ", , , ",
        TRACE + ", , 1, ",
        ", " + SPAN + ", 1, ",
        TRACE + ", " + SPAN + ", yes, ",
        "x, " + SPAN + ", 1, ",
    })
    void severalFieldsThatDoNotFitAreNone(
            @Nullable String traceId, @Nullable String spanId, @Nullable String sampled, @Nullable String flags) {
        assertThat(Optional.ofNullable(B3Context.ofSeveral(traceId, spanId, sampled, flags)))
                .isEmpty();
    }

    @Test
    void whatTheSenderLeavesOpenIsDecidedByTheShare() {
        TraceContext sender = TraceContext.of(TRACE, SPAN);
        TraceSampling all = new TraceSampling(TraceSettings.to(Optional.empty(), 1));
        TraceSampling none = new TraceSampling(TraceSettings.to(Optional.empty(), 0));

        assertThat(all.decided(sender, B3Context.Decision.DEFERRED).isSampled()).isTrue();
        assertThat(all.decided(sender, B3Context.Decision.NO).isSampled()).isFalse();
        assertThat(none.decided(sender, B3Context.Decision.DEFERRED).isSampled())
                .isFalse();
        assertThat(none.decided(sender, B3Context.Decision.YES).traceparent())
                .isEqualTo("00-" + TRACE + "-" + SPAN + "-01");
    }

    private static String traceId(B3Context read) {
        TraceContext trace = read.trace();
        return trace == null ? "" : trace.traceId();
    }
}
