package io.convergate.node.limits.cluster;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Since when this node has which shards. For a while after a shard came, nodes may hold what an owner elsewhere let them have, and the
 * record may not say yet what they have used. Any thread.
 */
final class Arrivals {
    /** Longer than leases of quotas and permits are good (5 s) and the record takes to reach a node (2 s). */
    static final long RECENT_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** Shards that are remembered, those that have gone again among them. */
    private static final int SHARDS_MAX = 1_000;

    private final LongSupplier nanoTime;
    private final Map<Integer, Long> since = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Long> eldest) {
            return size() > SHARDS_MAX;
        }
    };

    Arrivals(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /**
     * An entity of a shard has been made here.
     *
     * @param shard the number that the shard's actor does not share with those before it
     */
    synchronized void seen(int shard) {
        since.putIfAbsent(shard, nanoTime.getAsLong());
    }

    /** Whether a shard came a short while ago. */
    synchronized boolean isRecent(int shard) {
        Long came = since.get(shard);
        return came == null || nanoTime.getAsLong() - came < RECENT_NANOS;
    }
}
