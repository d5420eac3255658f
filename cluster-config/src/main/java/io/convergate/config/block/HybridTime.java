package io.convergate.config.block;

import java.time.Instant;

/**
 * The time of a change by a hybrid logical clock (Kulkarni et al., "Logical Physical Clocks", 2014): milliseconds since
 * 1970 in the upper 48 bits, a count of changes within one millisecond in the lower 16. It orders concurrent changes
 * only, so a wrong clock can win a tie and no more.
 *
 * @param value never negative
 */
public record HybridTime(long value) implements Comparable<HybridTime> {
    private static final int COUNT_BITS = 16;

    /** Before all changes. */
    public static final HybridTime ZERO = new HybridTime(0);

    /** The first time within a millisecond. */
    public static HybridTime ofMillis(long millis) {
        return new HybridTime(millis << COUNT_BITS);
    }

    /** The time right after this one. */
    public HybridTime next() {
        return new HybridTime(value + 1);
    }

    /** Milliseconds since 1970. */
    public long millis() {
        return value >>> COUNT_BITS;
    }

    @Override
    public int compareTo(HybridTime other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Instant.ofEpochMilli(millis()) + "+" + (value & 0xffff);
    }
}
