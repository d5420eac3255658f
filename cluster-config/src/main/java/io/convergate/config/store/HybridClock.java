package io.convergate.config.store;

import io.convergate.config.block.HybridTime;
import java.time.Duration;
import java.time.InstantSource;

/**
 * The hybrid logical clock of a store: each time it gives is later than all it gave or saw. A time from elsewhere that is
 * further in the future than {@link #AHEAD_MAX} is not followed, so that one wrong clock does not spread; it still wins
 * its ties. Confined to the store's thread.
 */
final class HybridClock {
    /** How far another node's clock is followed into the future. */
    static final Duration AHEAD_MAX = Duration.ofMinutes(1);

    private final InstantSource wall;
    private HybridTime last = HybridTime.ZERO;

    HybridClock(InstantSource wall) {
        this.wall = wall;
    }

    /** A time for a change of our own. */
    HybridTime tick() {
        HybridTime now = HybridTime.ofMillis(wall.millis());
        last = now.compareTo(last) > 0 ? now : last.next();
        return last;
    }

    /** Takes note of the time of a change from elsewhere, or from the disk. */
    void observe(HybridTime time) {
        boolean credible = time.millis() <= wall.millis() + AHEAD_MAX.toMillis();
        if (credible && time.compareTo(last) > 0) {
            last = time;
        }
    }
}
