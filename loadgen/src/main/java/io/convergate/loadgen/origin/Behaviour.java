package io.convergate.loadgen.origin;

import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** How an origin behaves now. Thread-safe. */
final class Behaviour {
    private final Random random;
    private final LongAdder spoiled = new LongAdder();
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

    /** It died, which is no request's fate alone. */
    void died() {
        spoiled.increment();
    }

    /** How often it was bad so far. */
    long spoiled() {
        return spoiled.sum();
    }

    /** What to do to the next request; empty to serve it. */
    Optional<Misbehaviour> draw() {
        Misbehaviour now = misbehaviour;
        if (now == null) {
            return Optional.empty();
        }
        synchronized (random) {
            if (now.share() < 1 && random.nextDouble() >= now.share()) {
                return Optional.empty();
            }
            spoiled.increment();
            return Optional.of(now);
        }
    }

    /** How late an answer shall be, in milliseconds. */
    long delayMs(Misbehaviour.Slow slow) {
        synchronized (random) {
            return slow.delayMs() + (slow.jitterMs() == 0 ? 0 : Math.floorMod(random.nextLong(), slow.jitterMs() + 1));
        }
    }
}
