package io.convergate.node.limits.cluster;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * Since when this node has which shards. For a while after a shard came, nodes may hold what an owner elsewhere let them have, and the
 * record may not say yet what they have used. A bucket that fills slowly may for longer be what an owner elsewhere has left; only so many
 * are asked about then. Any thread.
 */
final class Arrivals {
    /** Longer than leases of quotas and permits are good (5 s) and the record takes to reach a node (2 s). */
    static final long RECENT_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** Shards that are remembered, those that have gone again among them. */
    private static final int SHARDS_MAX = 1_000;

    /** Late questions of a second: a flood of keys that nobody knows must cost few messages. */
    static final int LATE_MAX = 1_000;

    private final LongSupplier nanoTime;
    private long secondBegan;
    private int askedLate;
    private final Map<Integer, Long> since = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Long> eldest) {
            return size() > SHARDS_MAX;
        }
    };

    Arrivals(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.secondBegan = nanoTime.getAsLong();
    }

    /**
     * An entity of a shard has been made here.
     *
     * @param shard the number that the shard's actor does not share with those before it
     */
    synchronized void seen(int shard) {
        since.putIfAbsent(shard, nanoTime.getAsLong());
    }

    /**
     * Whether a shard came a short while ago.
     *
     * @param nanos how long that is
     */
    synchronized boolean isWithin(int shard, long nanos) {
        Long came = since.get(shard);
        return came == null || nanoTime.getAsLong() - came < nanos;
    }

    /**
     * Whether there is room for questions to nodes about a shard that has been here for longer; they are sent then.
     *
     * @param questions how many; looked at only if there is room for any
     */
    synchronized boolean mayAskLate(IntSupplier questions) {
        long now = nanoTime.getAsLong();
        if (now - secondBegan >= TimeUnit.SECONDS.toNanos(1)) {
            secondBegan = now;
            askedLate = 0;
        }
        if (askedLate >= LATE_MAX) {
            return false;
        }
        askedLate += questions.getAsInt();
        return true;
    }
}
