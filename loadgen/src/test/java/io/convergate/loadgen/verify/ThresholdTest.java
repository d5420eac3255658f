package io.convergate.loadgen.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergate.loadgen.load.LoadResult;
import io.convergate.loadgen.load.LoadResult.Percentiles;
import io.convergate.loadgen.load.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ThresholdTest {
    private static LoadResult result(double lagUs) {
        return result(lagUs, Map.of("v1", 900L, "v2", 100L));
    }

    private static LoadResult result(double lagUs, Map<String, Long> upstreams) {
        return new LoadResult(
                "load",
                "100/s",
                Instant.EPOCH,
                Duration.ofSeconds(10),
                1_000,
                1_000,
                Map.of(Outcome.OK, 989L, Outcome.STATUS_5XX, 10L, Outcome.WRONG_BODY, 1L),
                new Percentiles(1_000, 2_000, 1_000, 2_000, 3_000, 50_000, 60_000, 70_000),
                new Percentiles(1_000, 1_000, 500, 600, 700, 800, 900, 1_000),
                new Percentiles(1_000, lagUs, lagUs, lagUs, lagUs, lagUs, lagUs, lagUs),
                lagUs <= 1_000,
                Map.of(),
                upstreams,
                Map.of(),
                Map.of(200, 990L, 503, 10L),
                List.of(),
                10,
                0,
                0,
                0,
                0,
                List.of());
    }

    @ParameterizedTest
    @CsvSource({
        "p99>50ms, HELD",
        "p99>49.9ms, BROKEN",
        "p99 > 0.05s, HELD",
        "p50>999us, BROKEN",
        "p99.9<60ms, HELD",
        "p999<61ms, BROKEN",
        "max>70ms, HELD",
        "mean>1ms, BROKEN",
        "service.p99>1ms, HELD",
        "errors>10, BROKEN",
        "errors>11, HELD",
        "errors>1.1%, HELD",
        "errors>1%, BROKEN",
        "5xx>1%, HELD",
        "5xx>0.9%, BROKEN",
        "5xx>9, BROKEN",
        "wrong>0, BROKEN",
        "wrong-body>1, HELD",
        "reset>0, HELD",
        "rate<100, HELD",
        "rate<100.1, BROKEN",
        "rate>99/s, BROKEN"
    })
    void aConditionIsJudged(String condition, Finding.State state) {
        assertThat(Threshold.parse(condition).judge(result(10)).state()).isEqualTo(state);
    }

    @Test
    void aLatencyThatIsNotHonestIsNotJudged() {
        assertThat(Threshold.parse("p99>1s").judge(result(1_001)).state()).isEqualTo(Finding.State.NOT_JUDGED);
        assertThat(Threshold.parse("errors>0").judge(result(1_001)).state()).isEqualTo(Finding.State.BROKEN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "p99",
                "p99>",
                "p99>50",
                "p99>50%",
                "p98>5ms",
                "errors>5ms",
                "errors=0",
                "rate<1%",
                "5yy>1",
                "errors>1.1.1"
            })
    void otherConditionsAreRefused(String condition) {
        assertThatThrownBy(() -> Threshold.parse(condition))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(condition + " (expected: FIGURE, < or >, and a bound");
    }

    @Test
    void sharesOfAnswersThatNameNoUpstreamAreNotKept() {
        assertThat(SharesWithin.parse("v1=90,v2=10", 0.01)
                        .judge(result(1, Map.of()))
                        .state())
                .isEqualTo(Finding.State.BROKEN);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            v1=90,v2=10 | 0.1 | HELD
            v1=9,v2=1   | 0.1 | HELD
            v1=91,v2=9  | 0.9 | BROKEN
            v1=91,v2=9  | 1.1 | HELD
            v1=1        | 5   | BROKEN
            """)
    void sharesAreJudgedWithTheirTolerance(String weights, double percent, Finding.State state) {
        assertThat(SharesWithin.parse(weights, percent / 100).judge(result(1)).state())
                .isEqualTo(state);
    }
}
