package io.convergate.routing.limit;

import java.time.Duration;

/**
 * How leases are made; the same on all nodes.
 *
 * @param horizonNanos for how much of its demand a node asks ahead
 * @param fewMax how many a node asks for at least, where there is plenty: a key that is seldom used costs fewer messages
 * @param fewShare the same as a part of what may pass at once: one in so many
 * @param rateTtlNanos how long leased tokens of a rate are good without word from the owner
 * @param quotaTtlNanos the same for a quota, and for permits of requests in flight: it is when those of a dead node come back
 * @param pauseNanos the longest time between two asks of one node for one key while there is too little
 * @param exhaustedPauseNanos the same while there is nothing
 * @param reservedNanos how long what is set aside for a request waits for its end
 */
public record LeaseTerms(
        long horizonNanos,
        long fewMax,
        long fewShare,
        long rateTtlNanos,
        long quotaTtlNanos,
        long pauseNanos,
        long exhaustedPauseNanos,
        long reservedNanos) {
    /**
     * Ahead 200 ms, or 16 and a sixteenth; good for 10 s, quotas and permits 5 s; asks 20 ms apart, a second if there is nothing; reserves
     * for 5 s.
     */
    public static final LeaseTerms DEFAULT = new LeaseTerms(
            Duration.ofMillis(200).toNanos(),
            16,
            16,
            Duration.ofSeconds(10).toNanos(),
            Duration.ofSeconds(5).toNanos(),
            Duration.ofMillis(20).toNanos(),
            Duration.ofSeconds(1).toNanos(),
            Duration.ofSeconds(5).toNanos());

    /** What a node asks for at least, if there is plenty. */
    long few(LimitSpec spec) {
        return spec instanceof LimitSpec.InFlight ? 0 : Math.min(fewMax, spec.capacity() / fewShare);
    }

    /** Whether so much that is left is plenty. */
    static boolean isPlenty(LimitSpec spec, long remaining) {
        return remaining >= spec.capacity() / 2;
    }

    /** How long a lease of a limit is good. */
    long ttlNanos(LimitSpec spec) {
        return spec instanceof LimitSpec.Rate ? rateTtlNanos : quotaTtlNanos;
    }
}
