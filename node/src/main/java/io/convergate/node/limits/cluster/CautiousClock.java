package io.convergate.node.limits.cluster;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * A clock for throwing things away by: when the node's clock jumps ahead it goes on as before, and believes the jump if the clock has
 * not come back after a while. Any thread.
 */
final class CautiousClock {
    /** A clock that is put right bit by bit is ahead by less. */
    private static final long JUMP_MILLIS = 60_000;

    private final LongSupplier epochMillis;
    private final LongSupplier nanoTime;
    private final long doubtNanos;
    private long believedMillis;
    private long believedNanos;

    /** @param doubtMillis how long a jump is not believed, if the time is asked for that often */
    CautiousClock(LongSupplier epochMillis, LongSupplier nanoTime, long doubtMillis) {
        this.epochMillis = epochMillis;
        this.nanoTime = nanoTime;
        this.doubtNanos = TimeUnit.MILLISECONDS.toNanos(doubtMillis);
        believe(epochMillis.getAsLong(), nanoTime.getAsLong());
    }

    private long believe(long millis, long nanos) {
        believedMillis = millis;
        believedNanos = nanos;
        return millis;
    }

    /** Milliseconds of the epoch. */
    synchronized long millis() {
        long now = epochMillis.getAsLong();
        long nanos = nanoTime.getAsLong();
        long elapsed = nanos - believedNanos;
        long expected = believedMillis + TimeUnit.NANOSECONDS.toMillis(elapsed);
        return now - expected <= JUMP_MILLIS || elapsed > doubtNanos ? believe(now, nanos) : expected;
    }
}
