package io.convergate.routing.limit;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

/**
 * The windows of a quota. They begin where the clock says, in UTC: an hour at minute 0, a week on
 * Monday, a month on the first.
 */
public enum Window {
    MINUTE(60_000),
    HOUR(3_600_000),
    DAY(86_400_000),
    MONTH(0),
    WEEK(604_800_000),
    YEAR(0);

    private static final int MONTHS = 12;

    /** The first day of the epoch was a Thursday, the fourth day of a week. */
    private static final long BEFORE_THE_EPOCH = 3 * 86_400_000;

    private final long millis;

    Window(long millis) {
        this.millis = millis;
    }

    /** The number of the window that a moment lies in; later windows have greater numbers. */
    public long id(long epochMillis) {
        if (millis == 0) {
            LocalDate date = LocalDate.ofInstant(Instant.ofEpochMilli(epochMillis), ZoneOffset.UTC);
            return this == YEAR ? date.getYear() : (long) date.getYear() * MONTHS + date.getMonthValue() - 1;
        }
        return Math.floorDiv(this == WEEK ? epochMillis + BEFORE_THE_EPOCH : epochMillis, millis);
    }

    /** The first millisecond of the epoch after a window. */
    public long endMillis(long id) {
        if (millis == 0) {
            long next = this == YEAR ? (id + 1) * MONTHS : id + 1;
            return LocalDate.of((int) Math.floorDiv(next, MONTHS), (int) Math.floorMod(next, MONTHS) + 1, 1)
                    .atStartOfDay()
                    .toInstant(ZoneOffset.UTC)
                    .toEpochMilli();
        }
        return (id + 1) * millis - (this == WEEK ? BEFORE_THE_EPOCH : 0);
    }

    /** Its length in seconds; of a month, that of one of 30 days, of a year, that of one of 365. */
    public long seconds() {
        return this == MONTH ? 30 * 86_400 : this == YEAR ? 365 * 86_400 : millis / 1_000;
    }
}
