package io.convergate.routing.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryPolicyTest {
    /** Envoy, router filter: which resets a condition covers. */
    @ParameterizedTest(name = "[{0}]")
    @CsvSource({
        "5xx, CONNECT REFUSED_STREAM STALE_CONNECTION RESET TIMEOUT",
        "gateway-error, CONNECT REFUSED_STREAM STALE_CONNECTION RESET TIMEOUT",
        "reset, CONNECT REFUSED_STREAM STALE_CONNECTION RESET TIMEOUT",
        "reset-before-request, CONNECT",
        "connect-failure, CONNECT",
        "refused-stream, REFUSED_STREAM",
        "'connect-failure,refused-stream', CONNECT REFUSED_STREAM",
        "503, ''",
        "unavailable, ''",
        "'', ''",
    })
    void conditionsCoverFailures(String retryOn, String covered) {
        RetryConditions conditions = RetryConditions.parse(retryOn);
        for (AttemptFailure failure : AttemptFailure.values()) {
            assertThat(conditions.on(failure))
                    .as("%s", failure)
                    .isEqualTo(Set.of(covered.split(" ")).contains(failure.name()));
        }
    }

    @ParameterizedTest(name = "[{0}]")
    @CsvSource({
        "5xx, 500 501 502 503 504 599",
        "gateway-error, 502 503 504",
        "retriable-4xx, 409",
        "'404, 503', 404 503",
        "retriable-status-codes, ''",
        "'reset,connect-failure', ''",
    })
    void conditionsCoverStatuses(String retryOn, String covered) {
        RetryConditions conditions = RetryConditions.parse(retryOn);
        Set<String> statuses = Set.of(covered.split(" "));
        for (int status : new int[] {200, 204, 301, 400, 404, 409, 429, 500, 501, 502, 503, 504, 599}) {
            assertThat(conditions.onStatus(status))
                    .as("%s", status)
                    .isEqualTo(statuses.contains(Integer.toString(status)));
        }
    }

    @ParameterizedTest(name = "{0} on {1}")
    @CsvSource({
        "cancelled, 1, true",
        "deadline-exceeded, 4, true",
        "resource-exhausted, 8, true",
        "internal, 13, true",
        "unavailable, 14, true",
        "unavailable, 1, false",
        "unavailable, 0, false",
        "unavailable, 014, false",
        "unavailable, 114, false",
        "unavailable, x, false",
        "unavailable, '', false",
        "5xx, 14, false",
    })
    void grpcStatusIsReadAsANumber(String retryOn, String status, boolean covered) {
        RetryConditions conditions = RetryConditions.parse(retryOn);
        assertThat(conditions.onGrpcStatus(status)).isEqualTo(covered);
        assertThat(conditions.onAnyGrpcStatus()).isEqualTo(!retryOn.equals("5xx"));
    }

    @ParameterizedTest
    @CsvSource({"100, true", "599, true", "600, false", "099, false", "50, false", "5xx, false", "+50, false"})
    void bareStatusHasThreeDigits(String word, boolean status) {
        assertThat(RetryConditions.isStatus(word)).isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({
        "'5xx,reset,503,unavailable', CONNECT REFUSED_STREAM",
        "connect-failure, CONNECT",
        "reset-before-request, CONNECT",
        "503, ''"
    })
    void whatWasNotTakenIsLeftOfAnyConditions(String retryOn, String covered) {
        RetryConditions left = new RetryPolicy(1, RetryConditions.parse(retryOn), 0, Backoff.DEFAULT, true, false)
                .conditionsNotTaken();
        for (AttemptFailure failure : AttemptFailure.values()) {
            assertThat(left.on(failure))
                    .as("%s", failure)
                    .isEqualTo(Set.of(covered.split(" ")).contains(failure.name()));
        }
        assertThat(left.onStatus(503)).isFalse();
        assertThat(left.onAnyGrpcStatus()).isFalse();
    }

    /** Envoy: the pause before the n-th retry is spread evenly over 0 to (2^n - 1) times the base, at most the maximum. */
    @ParameterizedTest
    @CsvSource({"1, 25", "2, 75", "3, 175", "4, 250", "5, 250", "40, 250"})
    void pauseGrowsExponentiallyWithFullJitter(int retry, int boundMs) {
        Random random = new Random(4);
        long bound = Duration.ofMillis(boundMs).toNanos();
        long[] pauses = IntStream.range(0, 10_000)
                .mapToLong(i -> Backoff.DEFAULT.nanos(retry, random))
                .sorted()
                .toArray();
        assertThat(pauses[0]).isBetween(0L, bound / 100);
        assertThat(pauses[5_000]).isBetween(bound * 45 / 100, bound * 55 / 100);
        assertThat(pauses[9_999]).isBetween(bound * 99 / 100, bound);
    }

    @Test
    void longestBaseDoesNotOverflow() {
        Backoff backoff = Backoff.of(Duration.ofDays(365));
        assertThat(backoff.nanos(40, new Random(1))).isBetween(0L, backoff.maxNanos());
        assertThatThrownBy(() -> new Backoff(0, 0, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "20, 3, 1, 0, true",
        "20, 3, 1, 2, true",
        "20, 3, 1, 3, false",
        "20, 3, 100, 19, true",
        "20, 3, 100, 20, false",
        "0, 2, 1000, 1, true",
        "0, 2, 1000, 2, false",
        "100, 0, 10, 9, true",
        "100, 0, 10, 10, false",
        "0, 0, 10, 0, false",
    })
    void budgetIsAShareOfWhatIsInFlight(double percent, int minimum, int active, int retrying, boolean allowed) {
        assertThat(new RetryBudget(percent, minimum).allows(active, retrying)).isEqualTo(allowed);
    }

    @Test
    void nonsenseIsRefused() {
        assertThatThrownBy(() -> new RetryBudget(101, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RetryBudget(Double.NaN, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RetryConditions(Set.of(), List.of(600)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RetryPolicy(-1, RetryConditions.DEFAULT, 0, Backoff.DEFAULT, true, false))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
