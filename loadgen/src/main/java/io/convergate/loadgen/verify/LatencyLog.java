package io.convergate.loadgen.verify;

import io.convergate.loadgen.load.PackedHistogram;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/**
 * The latencies of one load over its time, in slices. The newest {@value #OPEN_MAX} are open for more, the others packed; when there are
 * {@value #SLICES_MAX}, every two become one, twice as long. So a run of days takes no more memory than one of half an hour: about 2 MB. Thread-safe.
 */
final class LatencyLog {
    /** 1,000 s in slices of 250 ms. */
    static final int SLICES_MAX = 4_000;

    private static final int OPEN_MAX = 8;
    private static final long MICROS_MAX = 120_000_000L;
    private static final int DIGITS = 2;

    private final String load;
    private final long beginNanos;
    private final Map<Long, Histogram> open = new TreeMap<>();
    private final Deque<Long> openOrder = new ArrayDeque<>();
    private TreeMap<Long, PackedHistogram> packed = new TreeMap<>();
    private long sliceNanos;

    LatencyLog(String load, long beginNanos, long sliceNanos) {
        this.load = load;
        this.beginNanos = beginNanos;
        this.sliceNanos = sliceNanos;
    }

    /** A request ended then and had taken so long. */
    synchronized void record(long endedNanos, long micros) {
        if (packed.size() >= SLICES_MAX) {
            join();
        }
        long index = Math.floorDiv(endedNanos - beginNanos, sliceNanos);
        Histogram slice = open.get(index);
        if (slice == null) {
            slice = open(index);
        }
        slice.recordValue(Math.max(0, Math.min(MICROS_MAX, micros)));
    }

    private Histogram open(long index) {
        PackedHistogram before = packed.remove(index);
        Histogram slice = before == null ? new Histogram(MICROS_MAX, DIGITS) : before.unpacked();
        open.put(index, slice);
        openOrder.addLast(index);
        if (openOrder.size() > OPEN_MAX) {
            long oldest = openOrder.removeFirst();
            packed.put(oldest, PackedHistogram.of(open.remove(oldest)));
        }
        return slice;
    }

    private void join() {
        TreeMap<Long, PackedHistogram> joined = new TreeMap<>();
        packed.forEach((index, slice) -> joined.merge(Math.floorDiv(index, 2L), slice, LatencyLog::sum));
        List<Long> stillOpen = new ArrayList<>(openOrder);
        openOrder.clear();
        for (long index : stillOpen) {
            joined.merge(Math.floorDiv(index, 2L), PackedHistogram.of(open.remove(index)), LatencyLog::sum);
        }
        packed = joined;
        sliceNanos *= 2;
    }

    private static PackedHistogram sum(PackedHistogram one, PackedHistogram two) {
        Histogram sum = one.unpacked();
        sum.add(two.unpacked());
        return PackedHistogram.of(sum);
    }

    /** Everything so far, in the order of time. */
    synchronized List<LatencySlice> slices() {
        TreeMap<Long, PackedHistogram> all = new TreeMap<>(packed);
        open.forEach((index, slice) -> all.put(index, PackedHistogram.of(slice)));
        List<LatencySlice> slices = new ArrayList<>();
        all.forEach((index, slice) -> slices.add(new LatencySlice(
                load, new Window(beginNanos + index * sliceNanos, beginNanos + (index + 1) * sliceNanos - 1), slice)));
        return slices;
    }
}
