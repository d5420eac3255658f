package io.convergate.node.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.node.telemetry.Telemetry;
import io.convergate.node.telemetry.TelemetrySettings;
import io.convergate.routing.action.RateLimit;
import io.convergate.routing.limit.KeyHash;
import io.convergate.routing.limit.LimitSpec;
import io.convergate.routing.model.ResourceKey;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a flood of keys does to a node. */
class LimitTableTest {
    private static final int KEYS_MAX = 1_000;
    private static Telemetry telemetry;

    private final AtomicLong nanos = new AtomicLong(1_000_000_000_000L);
    private final NodeLimits limits = new NodeLimits(
            telemetry, new LimitSettings(KEYS_MAX, Duration.ofSeconds(1)), nanos::get, () -> nanos.get() / 1_000_000);
    private final KeyHash hash = new KeyHash();

    @BeforeAll
    static void start() {
        telemetry = Telemetry.start(new TelemetrySettings(Map.of(), TelemetrySettings.Format.OFF, Optional.empty()));
    }

    @AfterAll
    static void stop() {
        telemetry.close();
    }

    private LimitRuntime limit(String name, LimitSpec spec) {
        return limits.attach(new RateLimit.Info(
                new ResourceKey("convergate.io", "RateLimitPolicy", "default", name),
                1,
                "r",
                spec,
                RateLimit.Mode.NODE,
                RateLimit.OnUnavailable.LOCAL_SHARE,
                false));
    }

    private KeyedLimit key(LimitRuntime limit, String name) {
        return limit.key(hash.begin(1, 2).addPart(name).end(), nanos.get());
    }

    @Test
    void aMillionKeysStayWithinTheBoundAndKeysInUseKeepTheirCount() {
        LimitRuntime limit = limit("flood", LimitSpec.Rate.of(50, Duration.ofHours(1), 50));
        int passed = 0;
        for (int i = 0; i < 1_000_000; i++) {
            key(limit, "flood" + i).take(1, nanos.get());
            if (i % 100 == 0) {
                passed += key(limit, "honest").take(1, nanos.get()) == KeyedLimit.Answer.PASSED ? 1 : 0;
            }
            assertThat(i % 10_000 != 0 || limits.table().size() <= KEYS_MAX).isTrue();
        }
        assertThat(limits.table().size()).isLessThanOrEqualTo(KEYS_MAX);
        assertThat(passed).isEqualTo(50);
    }

    /** A new key had the hand go round as often as it took, with the table locked and a request waiting. */
    @Test
    void aNewKeyWaitsForFewStepsOfTheHandAndTheNextOnesMakeUpForIt() {
        NodeLimits large = new NodeLimits(
                telemetry, new LimitSettings(LimitTable.STEPS_MAX, Duration.ofSeconds(1)), nanos::get, () -> 0);
        LimitRuntime limit = large.attach(
                limit("hand", LimitSpec.Rate.of(5, Duration.ofHours(1), 5)).info());
        for (int use = 0; use < 1 + KeyedLimit.MARKS_MAX; use++) {
            for (int i = 0; i < LimitTable.STEPS_MAX; i++) {
                key(limit, "used" + i);
            }
        }
        key(limit, "new");
        assertThat(large.table().evicted()).isZero();
        for (int i = 0; i < 10; i++) {
            key(limit, "newer" + i);
        }
        assertThat(large.table().size()).isEqualTo(LimitTable.STEPS_MAX);
    }

    @Test
    void requestsInFlightAreNotForgotten() {
        LimitRuntime limit = limit("flight", new LimitSpec.InFlight(1));
        KeyedLimit busy = key(limit, "busy");
        assertThat(busy.take(1, nanos.get())).isEqualTo(KeyedLimit.Answer.PASSED);
        for (int i = 0; i < 100_000; i++) {
            key(limit, "flood" + i);
        }
        assertThat(key(limit, "busy").take(1, nanos.get())).isEqualTo(KeyedLimit.Answer.REFUSED);
        busy.giveBack(1, false, nanos.get());
        assertThat(key(limit, "busy").take(1, nanos.get())).isEqualTo(KeyedLimit.Answer.PASSED);
    }

    @Test
    void keysThatNobodyUsesAreDroppedOnceTheyAreFullAgain() {
        LimitRuntime limit = limit("idle", LimitSpec.Rate.of(1, Duration.ofMinutes(2), 1));
        key(limit, "a").take(1, nanos.get());
        nanos.addAndGet(Duration.ofSeconds(90).toNanos());
        limits.tend();
        assertThat(key(limit, "a").take(1, nanos.get())).isEqualTo(KeyedLimit.Answer.REFUSED);
        nanos.addAndGet(Duration.ofSeconds(151).toNanos());
        limits.tend();
        assertThat(limits.table().size()).isZero();
    }

    @Test
    void aNewVersionOfAPolicyGoesOnWithTheSameKeysAndAnOlderOneChangesNothing() {
        LimitRuntime one = limit("version", new LimitSpec.InFlight(1));
        assertThat(limit("version", new LimitSpec.InFlight(1))).isSameAs(one);
        KeyedLimit entry = key(one, "k");
        LimitRuntime two = limit("version", new LimitSpec.InFlight(2));
        assertThat(key(two, "k")).isSameAs(entry);
        assertThat(entry.limit()).isSameAs(two);
    }
}
