package io.convergate.routing.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WindowTest {
    @ParameterizedTest(name = "the {0} of {1} ends at {2}")
    @CsvSource({
        "MINUTE, 2026-11-26T04:30:00Z, 2026-11-26T04:31:00Z",
        "MINUTE, 2026-11-26T04:30:59.999Z, 2026-11-26T04:31:00Z",
        "HOUR, 2026-11-26T04:30:00Z, 2026-11-26T05:00:00Z",
        "DAY, 2026-11-26T04:30:00Z, 2026-11-27T00:00:00Z",
        "DAY, 1969-12-31T23:59:59Z, 1970-01-01T00:00:00Z",
        "MONTH, 2026-11-26T04:30:00Z, 2026-12-01T00:00:00Z",
        "MONTH, 2026-12-01T00:00:00Z, 2027-01-01T00:00:00Z",
        "MONTH, 2028-02-29T12:00:00Z, 2028-03-01T00:00:00Z",
        "WEEK, 2026-11-26T04:30:00Z, 2026-11-30T00:00:00Z",
        "WEEK, 2026-11-29T23:59:59.999Z, 2026-11-30T00:00:00Z",
        "WEEK, 1969-12-31T12:00:00Z, 1970-01-05T00:00:00Z",
        "YEAR, 2026-11-26T04:30:00Z, 2027-01-01T00:00:00Z",
        "YEAR, 2028-01-01T00:00:00Z, 2029-01-01T00:00:00Z",
    })
    void beginsAndEndsInUtc(Window window, Instant at, Instant end) {
        long id = window.id(at.toEpochMilli());
        assertThat(Instant.ofEpochMilli(window.endMillis(id))).isEqualTo(end);
        assertThat(window.id(end.toEpochMilli() - 1)).isEqualTo(id);
        assertThat(window.id(end.toEpochMilli())).isEqualTo(id + 1);
    }

    @Test
    void aLocalQuotaOpensAgainWithItsWindowAndNotByAClockThatGoesBack() {
        LocalLimit limit = LocalLimit.of(new LimitSpec.Quota(2, Window.MINUTE), 0);
        assertThat(limit.take(2, 0, 59_000)).isZero();
        assertThat(limit.take(1, 0, 59_000)).isEqualTo(1_000L * 1_000_000);
        assertThat(limit.take(3, 0, 59_000)).isEqualTo(Long.MAX_VALUE);
        assertThat(limit.take(1, 0, 60_000)).isZero();
        assertThat(limit.take(1, 0, 59_000)).isZero();
        assertThat(limit.take(1, 0, 59_000)).isPositive();
    }

    @Test
    void localPermitsComeBack() {
        LocalLimit limit = LocalLimit.of(new LimitSpec.InFlight(2), 0);
        assertThat(limit.take(2, 0, 0)).isZero();
        assertThat(limit.take(1, 0, 0)).isPositive();
        limit.giveBack(1, 0, 0);
        assertThat(limit.remaining(0, 0)).isEqualTo(1);
        assertThat(limit.take(1, 0, 0)).isZero();
    }
}
