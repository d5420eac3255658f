package io.convergate.routing.problem;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Durations are shown as they are written. */
class GoDurationTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0s",
        "500us, 0.5ms",
        "100ns, 0.0001ms",
        "250ms, 250ms",
        "999.5ms, 999.5ms",
        "1000ms, 1s",
        "1500ms, 1.5s",
        "90s, 1m30s",
        "60m, 1h",
        "24h0m1s, 24h1s",
        "-3ms, -3ms",
        "-90s, -1m30s",
    })
    void aDurationIsShownInItsLargestUnits(String written, String shown) {
        Duration duration = GoDuration.parse(written).orElseThrow();

        assertThat(GoDuration.text(duration)).isEqualTo(shown);
        assertThat(GoDuration.parse(shown)).contains(duration);
        assertThat(Problem.expected(duration, "more")).isEqualTo(shown + " (expected: more)");
    }
}
