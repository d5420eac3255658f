package io.convergate.node.telemetry;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Recorders by what they count: at most so many, and none for longer than {@link #KEPT} after the last table that named it.
 * What comes back sooner goes on counting where it was. Any thread.
 */
final class Recorders<R extends Recorder> {
    /** How long series outlive what they count: several scrapes, and a change that is taken back. */
    static final Duration KEPT = Duration.ofMinutes(10);

    private final ConcurrentHashMap<String, R> byName = new ConcurrentHashMap<>();
    private final R overflow;
    private final LongAdder overflows = new LongAdder();
    private final LongSupplier nanoTime;
    private final int max;

    /**
     * @param max how many; what is beyond shares one
     * @param overflow that one
     */
    Recorders(LongSupplier nanoTime, int max, R overflow) {
        this.nanoTime = nanoTime;
        this.max = max;
        this.overflow = overflow;
    }

    /** The recorder of what is about to be served; made unless it is known. */
    R of(String name, Supplier<R> made) {
        long now = nanoTime.getAsLong();
        R recorder = byName.compute(name, (key, known) -> {
            R found = known != null ? known : byName.size() < max ? made.get() : null;
            if (found != null) {
                found.seen(now);
            }
            return found;
        });
        if (recorder == null) {
            overflows.increment();
            return overflow;
        }
        return recorder;
    }

    /** All that there are, and the one for the rest. */
    Collection<R> all() {
        List<R> all = new ArrayList<>(byName.values());
        all.add(overflow);
        return all;
    }

    /** How often there was no room, since the last call. */
    long takeOverflows() {
        return overflows.sumThenReset();
    }

    /**
     * Drops those that no table has named for too long.
     *
     * @param served those that the table names which is served now
     * @return the dropped ones
     */
    List<R> sweep(Stream<R> served) {
        long now = nanoTime.getAsLong();
        served.forEach(recorder -> recorder.seen(now));
        List<R> dropped = new ArrayList<>();
        for (String name : byName.keySet()) {
            byName.computeIfPresent(name, (key, recorder) -> {
                if (now - recorder.seen() <= KEPT.toNanos()) {
                    return recorder;
                }
                dropped.add(recorder);
                return null;
            });
        }
        return dropped;
    }
}
