package io.convergate.routing.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ConcurrencyLimitTest {
    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    private long now;
    private final ConcurrencyLimit limit = new ConcurrencyLimit(new ConcurrencySettings(20, 4, 200, 1.5), () -> now);

    /** As many requests as may be in flight, all the time; each takes so long for each that is in flight beyond so many. */
    private void saturate(int seconds, int capacity, long baseMillis) {
        long end = now + TimeUnit.SECONDS.toNanos(seconds);
        while (now - end < 0) {
            int begun = 0;
            while (limit.begun()) {
                begun++;
            }
            long took = baseMillis * MILLI * Math.max(capacity, begun) / capacity;
            now += took;
            for (int i = 0; i < begun; i++) {
                limit.answered(took);
                limit.ended();
            }
        }
    }

    @Test
    void growsAsLongAsNothingBecomesSlower() {
        saturate(60, 1_000, 20);
        assertThat(limit.limit()).isEqualTo(200);
        assertThat(limit.inFlight()).isZero();
    }

    @Test
    void staysNearWhatTheUpstreamCanDoAtATime() {
        saturate(10, 40, 20);
        assertThat(limit.limit()).isBetween(30, 90);
    }

    @Test
    void shrinksWhenTheUpstreamBecomesSlowAndRecovers() {
        saturate(10, 40, 20);
        int before = limit.limit();
        saturate(10, 5, 20);
        assertThat(limit.limit()).isLessThan(before * 3 / 4);
        saturate(60, 40, 20);
        assertThat(limit.limit()).isGreaterThan(30);
    }

    @Test
    void shrinksByATenthInEachWindowWithLostRequests() {
        for (int window = 0; window < 100; window++) {
            now += 100 * MILLI;
            for (int i = 0; i < 10; i++) {
                limit.lost();
            }
            if (window == 0) {
                assertThat(limit.limit()).isEqualTo(18);
            }
        }
        assertThat(limit.limit()).isEqualTo(4);
    }

    @Test
    void doesNotGrowWhileItIsNotUsed() {
        for (int i = 0; i < 10_000; i++) {
            assertThat(limit.begun()).isTrue();
            now += 10 * MILLI;
            limit.answered(10 * MILLI);
            limit.ended();
        }
        assertThat(limit.limit()).isEqualTo(20);
    }

    @Test
    void refusesBeyondAndNeverCountsWrong() {
        for (int i = 0; i < 20; i++) {
            assertThat(limit.begun()).isTrue();
        }
        assertThat(limit.begun()).isFalse();
        limit.ended();
        assertThat(limit.begun()).isTrue();
        assertThat(limit.inFlight()).isEqualTo(20);
    }
}
