package io.convergate.routing.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenBucketTest {
    private static final long S = 1_000_000_000L;

    @ParameterizedTest(name = "{0} in {1} s, burst {2}: emptied, after {3} ms there are {4}")
    @CsvSource({
        "10, 1, 10, 0, 0",
        "10, 1, 10, 99, 0",
        "10, 1, 10, 100, 1",
        "10, 1, 10, 999, 9",
        "10, 1, 10, 1000, 10",
        "10, 1, 10, 5000, 10",
        "10, 1, 3, 5000, 3",
        "3, 1, 100, 1000, 3",
        "3, 1, 100, 333, 0",
        "3, 1, 100, 334, 1",
        "7, 60, 7, 8571, 0",
        "7, 60, 7, 8572, 1",
        "1, 2592000, 5, 2592000000, 1",
        "1000000000, 2592000, 1000000000, 1296000000, 500000000",
        "1000000000, 1, 1000000000, 500, 500000000",
    })
    void fillsEvenlyUpToItsBurst(long amount, long seconds, long burst, long afterMs, long expected) {
        TokenBucket bucket = new TokenBucket(new LimitSpec.Rate(amount, seconds * S, burst), 5);
        assertThat(bucket.take(burst, 5)).isTrue();
        assertThat(bucket.available(5 + afterMs * 1_000_000)).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0} in {1} s, burst {2}, {3} taken: {4} more in {5} ns")
    @CsvSource({
        "10, 1, 10, 10, 1, 100000000",
        "10, 1, 10, 9, 1, 0",
        "10, 1, 10, 10, 10, 1000000000",
        "3, 1, 3, 3, 1, 333333334",
        "10, 1, 10, 0, 11, 9223372036854775807",
        "1, 2592000, 5, 5, 5, 12960000000000000",
    })
    void tellsWhenThereWillBeEnough(long amount, long seconds, long burst, long taken, long wanted, long nanos) {
        TokenBucket bucket = new TokenBucket(new LimitSpec.Rate(amount, seconds * S, burst), 0);
        bucket.charge(taken, 0);
        assertThat(bucket.nanosUntil(wanted, 0)).isEqualTo(nanos);
        if (nanos > 0 && nanos < Long.MAX_VALUE) {
            assertThat(bucket.available(nanos - 1)).isLessThan(wanted);
            assertThat(bucket.available(nanos)).isGreaterThanOrEqualTo(wanted);
        }
    }

    @Test
    void aDebtIsPaidBeforeAnythingPasses() {
        TokenBucket bucket = new TokenBucket(LimitSpec.Rate.of(10, Duration.ofSeconds(1), 10), 0);
        bucket.charge(15, 0);
        assertThat(bucket.take(1, S / 2)).isFalse();
        assertThat(bucket.take(1, S / 2 + S / 10)).isTrue();
    }

    @Test
    void aClockThatStandsOrGoesBackMakesNothing() {
        TokenBucket bucket = new TokenBucket(LimitSpec.Rate.of(10, Duration.ofSeconds(1), 10), S);
        bucket.charge(10, S);
        assertThat(bucket.available(0)).isZero();
        assertThat(bucket.available(S + S / 10)).isEqualTo(1);
    }

    @Test
    void whatIsGivenBackDoesNotGoOverTheBurst() {
        TokenBucket bucket = new TokenBucket(LimitSpec.Rate.of(10, Duration.ofSeconds(1), 10), 0);
        bucket.charge(3, 0);
        bucket.giveBack(5, 0);
        assertThat(bucket.available(0)).isEqualTo(10);
    }

    @Test
    void anotherRateHoldsFromThatMomentOn() {
        TokenBucket bucket = new TokenBucket(LimitSpec.Rate.of(10, Duration.ofSeconds(1), 10), 0);
        bucket.charge(10, 0);
        bucket.become(LimitSpec.Rate.of(100, Duration.ofSeconds(1), 5), S / 2);
        assertThat(bucket.available(S / 2)).isEqualTo(5);
        bucket.charge(5, S / 2);
        assertThat(bucket.available(S / 2 + S / 100)).isEqualTo(1);
    }

    @ParameterizedTest(name = "seed {0}")
    @CsvSource({"1", "2", "3", "4", "5", "6", "7", "8"})
    void overNoTimeMoreThanRateAndBurstPassesAndUnderPressureNotLess(long seed) {
        Random random = new Random(seed);
        long amount = 1 + random.nextInt(5000);
        long period = (1 + random.nextInt(100)) * S / 10;
        long burst = 1 + random.nextInt(200);
        TokenBucket bucket = new TokenBucket(new LimitSpec.Rate(amount, period, burst), 0);
        long now = 0;
        long[] times = new long[20_000];
        int passed = 0;
        for (int i = 0; i < 200_000 && passed < times.length; i++) {
            now += random.nextInt((int) Math.max(2, period / amount));
            if (bucket.take(1, now)) {
                times[passed++] = now;
            }
        }
        for (int i = 0; i < 2_000; i++) {
            int from = random.nextInt(passed);
            int to = from + random.nextInt(passed - from);
            double most = (double) (times[to] - times[from]) * amount / period + burst;
            assertThat((double) to - from + 1).as("seed %d", seed).isLessThanOrEqualTo(most + 1e-6);
        }
        double least = (double) now * amount / period - 1;
        assertThat((double) passed).as("seed %d", seed).isGreaterThan(Math.min(times.length - 1, least));
    }
}
