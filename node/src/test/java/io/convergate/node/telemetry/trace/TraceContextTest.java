package io.convergate.node.telemetry.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rows follow the W3C's own test suite (trace-context, test/test.py) and the text of the specification. */
class TraceContextTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String PARENT = "00f067aa0ba902b7";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "00-" + TRACE + "-" + PARENT,
                "00-" + TRACE + "-" + PARENT + "-",
                "00-" + TRACE + "-" + PARENT + "-1",
                "00-" + TRACE + "-" + PARENT + "-001",
                "00-" + TRACE + "-" + PARENT + "-01-",
                "00-" + TRACE + "-" + PARENT + "-01-what-the-future-will-be-like",
                "01-" + TRACE + "-" + PARENT + "-01.what-the-future-will-be-like",
                "ff-" + TRACE + "-" + PARENT + "-01",
                ".0-" + TRACE + "-" + PARENT + "-01",
                "0.-" + TRACE + "-" + PARENT + "-01",
                "0-" + TRACE + "-" + PARENT + "-01",
                "000-" + TRACE + "-" + PARENT + "-01",
                "00-00000000000000000000000000000000-" + PARENT + "-01",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-" + PARENT + "-01",
                "00-.bf92f3577b34da6a3ce929d0e0e4736-" + PARENT + "-01",
                "00-4bf92f3577b34da6a3ce929d0e0e473-" + PARENT + "-01",
                "00-" + TRACE + "-0000000000000000-01",
                "00-" + TRACE + "-00F067AA0BA902B7-01",
                "00-" + TRACE + "-.0f067aa0ba902b7-01",
                "00-" + TRACE + "-00f067aa0ba902b-01",
                "00-" + TRACE + "-" + PARENT + "-.0",
                "00-" + TRACE + "-" + PARENT + "-0A",
                "00_" + TRACE + "_" + PARENT + "_01",
                " 00-" + TRACE + "-" + PARENT + "-01",
                "00-" + TRACE + "-" + PARENT + "-0é"
            })
    void whatIsMalformedIsNoContext(String text) {
        assertThat(Optional.ofNullable(TraceContext.parse(text))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01, 01, true",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00, 00, true",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-03, 03, true",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-ff, 03, false",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-10, 00, false",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-05, 01, false",
        "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01, 01, false",
        "fe-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-the-future, 01, false",
        "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-, 01, false"
    })
    void whatIsKnownOfAContextIsPassedOnInVersion00(String received, String flags, boolean asItCame) {
        TraceContext context = TraceContext.parse(received);

        assertThat(context).isNotNull();
        assertThat(context.traceparent()).isEqualTo("00-" + TRACE + '-' + PARENT + '-' + flags);
        assertThat(context.traceId()).isEqualTo(TRACE);
        assertThat(TraceSampling.passedOn(received, context) == received).isEqualTo(asItCame);
    }

    @Test
    void everyIdSurvivesBeingWrittenAndRead() {
        TraceSampling sampling = new TraceSampling(TraceSettings.to(Optional.empty(), 1));
        for (int i = 0; i < 1_000; i++) {
            TraceContext begun = sampling.begin(B3Context.Decision.DEFERRED);

            assertThat(TraceContext.parse(begun.traceparent())).isEqualTo(begun);
            assertThat(begun.isSampled()).isTrue();
            assertThat(begun.flags() & TraceContext.RANDOM).isNotZero();
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 0", "0.1, 800, 1200", "0.5, 4700, 5300", "1, 10000, 10000"})
    void shareOfTracesIsTheRatio(double ratio, int least, int most) {
        TraceSampling sampling = new TraceSampling(TraceSettings.to(Optional.empty(), ratio));
        int sampled = 0;
        for (int i = 0; i < 10_000; i++) {
            sampled += sampling.begin(B3Context.Decision.DEFERRED).isSampled() ? 1 : 0;
        }

        assertThat(sampled).isBetween(least, most);
    }
}
