package io.convergate.routing.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.BitSet;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One node's breaker by itself, as {@link BreakerScript} tells it. */
class BreakerTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                // too few calls, then one more
                "500 500 500 C 500 O no",
                // at the rate, and just below it
                "ok ok 500 C 500 O",
                "ok ok ok 500 C 500 500 O",
                "ok ok ok 500 ok 500 ok 500 ok 500 C",
                // the window is of ten calls: those before do not count
                "ok ok ok ok ok ok ok ok ok ok 500 500 500 500 C 500 O",
                // what counts as failed
                "timeout timeout timeout timeout O",
                "reset reset connect connect O",
                "503 599 500 502 O",
                "404 429 499 400 302 C",
                "unavailable unavailable unavailable unavailable O",
                "not-found not-found not-found not-found C",
                // slow ones: all of them must be
                "slow slow slow ok C slow slow slow slow slow slow slow slow slow C slow O",
                "slow slow slow slow O",
                "gone-late gone-late gone-late gone-late O",
                "gone gone gone gone gone C 500 500 500 C 500 O",
                // open for a second, then two probes, and no more than these
                "500 500 500 500 O +999 no O +1 begin H begin no end-ok H end-ok C",
                "500 500 500 500 O +1000 begin begin end-ok end-500 O no",
                // one failed probe of two is half of them
                "500 500 500 500 O +1000 500 O no +1999 no +1 ok ok C",
                // the time doubles, up to its bound, and begins anew after closing
                "500 500 500 500 +1000 500 +2000 500 +3999 no +1 500 +3999 no +1 ok ok C 500 500 500 500 O +1000 ok",
                // a probe that was given up makes room for another
                "500 500 500 500 +1000 gone gone gone H ok ok C",
                "500 500 500 500 +1000 gone-late gone-late O",
                // probes that do not end are followed by others, and count no more
                "500 500 500 500 +1000 begin begin no +999 no +1 begin begin no end-500 end-500 H end-ok end-ok C",
                // what began before it opened says nothing about probes, nor about what comes after closing
                "begin begin 500 500 500 500 O end-ok end-500 O +1000 ok H ok C",
                "begin 500 500 500 500 O +1000 ok ok C 500 500 500 end-500 C 500 O",
                // a closed breaker has forgotten what opened it
                "500 500 500 500 O +1000 ok ok C 500 500 500 C",
            })
    void byCalls(String script) {
        new BreakerScript(BreakerScript.settings(new WindowSize.Calls(10))).play(script);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "500 500 500 C 500 O",
                // slices of a second: the first is forgotten when the eleventh begins
                "500 500 500 +9000 C 500 O",
                "500 500 500 +10000 500 C +1000 500 500 C 500 O",
                "ok ok ok ok +5000 500 500 500 C +5000 500 O",
                // a long silence forgets everything
                "500 500 500 +3600000 500 C",
                "500 500 500 500 O +3600000 begin H end-ok ok C",
            })
    void byTime(String script) {
        new BreakerScript(BreakerScript.settings(new WindowSize.Time(Duration.ofSeconds(10)))).play(script);
    }

    @ParameterizedTest
    @CsvSource({
        // base, factor, max, jitter, times, random, ms
        "1, 1, 1, 0, 1, 0.9, 1000",
        "1, 1, 1, 0, 50, 0.9, 1000",
        "1, 2, 60, 0, 3, 0, 4000",
        "1, 2, 60, 0, 7, 0, 60000",
        "1, 2, 60, 0, 5000, 0, 60000",
        "1, 2, 60, 20, 1, 1, 1200",
        "1, 2, 60, 20, 1, 0.5, 1100",
        "1, 1.5, 60, 0, 3, 0, 2250",
    })
    void openTimeGrows(int base, double factor, int max, int jitter, int times, double random, long millis) {
        OpenTime time = new OpenTime(Duration.ofSeconds(base), factor, Duration.ofSeconds(max), jitter);
        assertThat(time.nanos(times, random)).isEqualTo(millis * 1_000_000);
    }

    @Test
    void whatIsNoFailureDoesNotCount() {
        BreakerSettings all = BreakerScript.settings(new WindowSize.Calls(10));
        BitSet teapot = new BitSet();
        teapot.set(418);
        BreakerSettings few = new BreakerSettings(
                all.failureRatePercent(),
                all.slowRatePercent(),
                Optional.empty(),
                all.window(),
                all.minimumCalls(),
                all.open(),
                all.halfOpenProbes(),
                new FailureKinds(teapot, new BitSet(), false, false, false),
                all.scope(),
                all.minObservers());
        new BreakerScript(few)
                .play("timeout reset connect 500 503 slow unavailable timeout C 418 418 C 418 418 C 418 O");
    }

    @Test
    void clientsAreToldWhenToComeAgain() {
        BreakerScript script = new BreakerScript(BreakerScript.settings(new WindowSize.Calls(10)));
        assertThat(script.breaker().retryAfterNanos()).isZero();
        script.play("500 500 500 500 +400");
        assertThat(script.breaker().retryAfterNanos()).isEqualTo(600_000_000);
        script.play("+5000");
        assertThat(script.breaker().retryAfterNanos()).isZero();
        script.play("begin");
        assertThat(script.breaker().retryAfterNanos()).isEqualTo(1_000_000_000);
    }

    @Test
    void suspectsWhenItsShareOfCallsFails() {
        BreakerScript script = new BreakerScript(BreakerScript.settings(new WindowSize.Time(Duration.ofSeconds(10))));
        script.breaker().observeFrom(2);
        script.play("500");
        assertThat(script.told).isEmpty();
        script.play("500 C");
        assertThat(script.told).containsExactly("suspicion");
        assertThat(script.breaker().look().suspects()).isTrue();
        script.play("500 C");
        assertThat(script.told).as("it says how many calls it has seen").containsExactly("suspicion", "suspicion");
        script.play("+20000");
        assertThat(script.breaker().look().suspects()).isFalse();
        assertThat(script.told).hasSize(3);
    }
}
