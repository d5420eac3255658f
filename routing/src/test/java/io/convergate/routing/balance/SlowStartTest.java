package io.convergate.routing.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SlowStartTest {
    @ParameterizedTest(name = "at least {0}, aggression {1}: after {2} ms of 10 s {3}")
    @CsvSource({
        "0.1, 1, 0, 0.1",
        "0.1, 1, 500, 0.1",
        "0.1, 1, 5000, 0.5",
        "0.1, 1, 9999, 0.9999",
        "0.1, 1, 10000, 1",
        "0.1, 1, 99999999, 1",
        "0, 1, 0, 0.0001",
        "0, 2, 2500, 0.5",
        "0, 0.5, 5000, 0.25",
        "0.3, 0.5, 5000, 0.3",
        "1, 1, 0, 1",
    })
    void shareGrowsAsEnvoySays(double minimum, double aggression, long ageMs, double expected) {
        SlowStart slowStart = new SlowStart(Duration.ofSeconds(10), minimum, aggression);
        assertThat(slowStart.factor(ageMs * 1_000_000)).isCloseTo(expected, within(1e-9));
    }

    @ParameterizedTest
    @CsvSource({"0, 0.1, 1", "10, -0.1, 1", "10, 1.1, 1", "10, 0.1, 0", "10, NaN, 1", "10, 0.1, NaN"})
    void nonsenseIsRefused(long seconds, double minimum, double aggression) {
        assertThatThrownBy(() -> new SlowStart(Duration.ofSeconds(seconds), minimum, aggression))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
