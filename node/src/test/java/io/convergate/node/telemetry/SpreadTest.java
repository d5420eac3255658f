package io.convergate.node.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpreadTest {
    private static Spread of(double... millis) {
        Map<Integer, Long> counts = new HashMap<>();
        for (double one : millis) {
            counts.merge(Spread.classOf(one * 1000), 1L, Long::sum);
        }
        return new Spread(counts);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.002, 0.05, 0.3, 1, 1.5, 7, 33, 250, 1_000, 30_000, 3_600_000})
    void percentileIsRightWithinATenth(double millis) {
        Spread same = of(millis, millis, millis, millis, millis);

        assertThat(same.millis(0.5)).isCloseTo(millis, within(millis * 0.1));
    }

    @Test
    void percentileIsInterpolated() {
        double[] millis = new double[1_000];
        for (int i = 0; i < millis.length; i++) {
            millis[i] = i + 1;
        }

        assertThat(of(millis).millis(0.5)).isCloseTo(500, within(50.0));
        assertThat(of(millis).millis(0.9)).isCloseTo(900, within(90.0));
        assertThat(of(millis).millis(0.99)).isCloseTo(990, within(99.0));
    }

    @Test
    void earlierOneIsTakenFromALaterOne() {
        Spread earlier = of(1, 2);
        Spread later = earlier.plus(of(2, 50));

        assertThat(later.since(earlier)).isEqualTo(of(2, 50));
        assertThat(later.since(Spread.NONE)).isEqualTo(later);
    }

    @Test
    void whatAnotherProcessCountedIsNotTakenAway() {
        assertThat(of(1, 2).since(of(1, 1, 1))).isEqualTo(of(1, 2));
        assertThat(of(1).since(of(1, 9))).isEqualTo(of(1));
    }

    @Test
    void thereIsNothingInNone() {
        assertThat(Spread.NONE.count()).isZero();
        assertThat(Spread.NONE.millis(0.99)).isZero();
    }
}
