package io.convergate.node.edge.proxy;

import io.convergate.node.edge.SampledTraffic;
import io.convergate.routing.explain.SampledRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A sample of the requests that one loop served lately. Time is cut into slices; of the requests of a slice so many are kept,
 * every one with the same chance, and stands for so many others. A slice ends when its time is over and it is full: of little
 * traffic every request is kept, and the sample reaches further back. A new slice takes the place of the oldest; as long as there
 * are fewer, they share the room.
 *
 * <p>Whether a request is kept costs a comparison: which one will be the next is drawn in advance ([1], algorithm L). Slices
 * are written by the loop alone and without locks; any thread may read them.
 *
 * <p>[1] Li, Reservoir-Sampling Algorithms of Time Complexity O(n(1+log(N/n))), ACM TOMS 20(4), 1994.
 */
final class SampleRing {
    /** Under steady traffic the sample covers ten minutes. */
    static final int SLICES = 20;

    static final long SLICE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final int size;
    private final RandomGenerator random;
    private final List<Slice> slices = new ArrayList<>();
    private volatile List<Slice> readable = List.of();
    private @Nullable Slice open;
    private long seen;
    private long next;
    private double chance;

    /** What is kept of a slice. */
    private static final class Slice {
        private final long endNanos;
        private final AtomicLong seen = new AtomicLong();
        private final AtomicReferenceArray<@Nullable Kept> kept;

        Slice(long endNanos, int size) {
            this.endNanos = endNanos;
            this.kept = new AtomicReferenceArray<>(size);
        }

        int size() {
            return kept.length();
        }

        /** The same with fewer requests kept, any of them with the same chance. */
        Slice shrunk(int places, RandomGenerator random) {
            List<@Nullable Kept> all = new ArrayList<>();
            for (int place = 0; place < size(); place++) {
                all.add(kept.get(place));
            }
            Slice smaller = new Slice(endNanos, places);
            smaller.seen.lazySet(seen.get());
            for (int place = 0; place < places; place++) {
                Collections.swap(all, place, random.nextInt(place, all.size()));
                smaller.kept.set(place, all.get(place));
            }
            return smaller;
        }
    }

    private record Kept(SampledRequest request, long atNanos) {}

    /**
     * @param size how many requests it holds, at least 1
     * @param random draws; used on the loop alone
     */
    SampleRing(int size, RandomGenerator random) {
        this.size = size;
        this.random = random;
    }

    /** Counts a request that came at this time of the system's nanosecond clock; whether it is to be {@linkplain #keep kept}. */
    boolean counts(long nowNanos) {
        Slice slice = open;
        if (slice == null || (nowNanos - slice.endNanos >= 0 && seen >= slice.size())) {
            slice = begin(nowNanos);
        }
        slice.seen.lazySet(++seen);
        return seen >= next;
    }

    /** All slices have the same share of the room. */
    private Slice begin(long nowNanos) {
        if (slices.size() == SLICES) {
            slices.remove(0);
        }
        int places = Math.max(1, size / (slices.size() + 1));
        slices.replaceAll(older -> older.size() > places ? older.shrunk(places, random) : older);
        Slice slice = new Slice(nowNanos + SLICE_NANOS, places);
        slices.add(slice);
        readable = List.copyOf(slices);
        open = slice;
        seen = 0;
        next = 1;
        chance = Math.exp(Math.log(drawn()) / places);
        return slice;
    }

    /** Keeps the request that was counted last, or only makes the next draw if nothing is to be kept of it. */
    void keep(@Nullable SampledRequest request, long nowNanos) {
        Slice slice = open;
        if (slice == null) {
            throw new IllegalStateException("nothing was counted");
        }
        int places = slice.size();
        if (request != null) {
            int place = seen <= places ? (int) seen - 1 : random.nextInt(places);
            slice.kept.set(place, new Kept(request, nowNanos));
        }
        if (seen < places) {
            next = seen + 1;
            return;
        }
        if (seen > places) {
            chance *= Math.exp(Math.log(drawn()) / places);
        }
        double gap = Math.floor(Math.log(drawn()) / Math.log1p(-chance)) + 1;
        next = gap < Long.MAX_VALUE - seen ? seen + (long) gap : Long.MAX_VALUE;
    }

    /** Above 0, below 1. */
    private double drawn() {
        return (random.nextInt(Integer.MAX_VALUE) + 0.5) / Integer.MAX_VALUE;
    }

    /** All that it holds. Any thread; what the loop does meanwhile may be seen or not. */
    void read(long nowNanos, Consumer<SampledTraffic> into) {
        for (Slice slice : readable) {
            int held = 0;
            for (int place = 0; place < slice.size(); place++) {
                held += slice.kept.get(place) == null ? 0 : 1;
            }
            double standsFor = Math.max(1, (double) slice.seen.get() / Math.max(1, held));
            for (int place = 0; place < slice.size(); place++) {
                Kept kept = slice.kept.get(place);
                if (kept != null) {
                    into.accept(new SampledTraffic(kept.request(), standsFor, Math.max(0, nowNanos - kept.atNanos())));
                }
            }
        }
    }
}
