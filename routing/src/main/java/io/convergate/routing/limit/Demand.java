package io.convergate.routing.limit;

/**
 * What a node's clients ask for of one key in a second. It is measured over some requests, or over some time, whichever comes first: two
 * that come at once are no thousand in a second. It goes up at once and down by halves: a lease that is too small costs requests, one that
 * is too large a message. Not thread-safe.
 */
final class Demand {
    private static final long COUNT_MIN = 8;
    private static final long NANOS_MIN = 5_000_000;

    private final long horizonNanos;
    private long since;
    private long countThen;
    private double perSecond;

    /** @param horizonNanos over which it is measured if requests are few */
    Demand(long horizonNanos, long nowNanos) {
        this.horizonNanos = horizonNanos;
        this.since = nowNanos;
    }

    /**
     * What it is now.
     *
     * @param count how many there have been since it was made, or {@link #restart}
     */
    double perSecond(long count, long nowNanos) {
        long more = Math.max(0, count - countThen);
        long elapsed = nowNanos - since;
        if (more < COUNT_MIN && elapsed < horizonNanos) {
            perSecond = Math.max(perSecond, more * 1e9 / horizonNanos);
            return perSecond;
        }
        double measured = more * 1e9 / Math.max(NANOS_MIN, elapsed);
        perSecond = measured >= perSecond ? measured : (perSecond + measured) / 2;
        countThen = count;
        since = nowNanos;
        return perSecond;
    }

    /** Goes on with another count. */
    void restart(long count) {
        countThen = count;
    }

    /** Nothing was asked for lately. */
    void halve() {
        perSecond /= 2;
    }
}
