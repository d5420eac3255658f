package io.convergate.loadgen.origin;

import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** How an origin behaves now. Thread-safe. */
final class Behaviour {
    private final Random random;
    private volatile @Nullable Misbehaviour misbehaviour;

    Behaviour(long seed) {
        this.random = new Random(seed);
    }

    void set(@Nullable Misbehaviour next) {
        misbehaviour = next;
    }

    Optional<Misbehaviour> current() {
        return Optional.ofNullable(misbehaviour);
    }

    /** What to do to the next request; empty to serve it. */
    Optional<Misbehaviour> draw() {
        Misbehaviour now = misbehaviour;
        if (now == null) {
            return Optional.empty();
        }
        synchronized (random) {
            return now.share() >= 1 || random.nextDouble() < now.share() ? Optional.of(now) : Optional.empty();
        }
    }

    /** How late an answer shall be, in milliseconds. */
    long delayMs(Misbehaviour.Slow slow) {
        synchronized (random) {
            return slow.delayMs() + (slow.jitterMs() == 0 ? 0 : Math.floorMod(random.nextLong(), slow.jitterMs() + 1));
        }
    }
}
