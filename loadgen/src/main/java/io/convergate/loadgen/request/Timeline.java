package io.convergate.loadgen.request;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The times of a recording, put in order. A log is written when requests end, so its lines need not be in the order of their starts;
 * and where it knows whole seconds only, the requests of a second are spread evenly over it.
 */
record Timeline(long[] times, int[] order, boolean[] isWholeSecond) {
    Recording recording(List<RequestSet.Entry> entries, int skipped, double speed) {
        int[] sorted = IntStream.range(0, times.length)
                .boxed()
                .sorted(Comparator.comparingLong(i -> times[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        long[] spread = new long[sorted.length];
        int from = 0;
        while (from < sorted.length) {
            int to = from;
            while (to < sorted.length && times[sorted[to]] == times[sorted[from]]) {
                to++;
            }
            for (int i = from; i < to; i++) {
                long within = isWholeSecond[sorted[i]] ? 1_000_000_000L * (i - from) / (to - from) : 0;
                spread[i] = times[sorted[i]] + within;
            }
            from = to;
        }
        long first = spread[0];
        long[] offsets = Arrays.stream(spread)
                .map(time -> Math.round((time - first) / speed))
                .toArray();
        int[] inOrder = Arrays.stream(sorted).map(i -> order[i]).toArray();
        return new Recording(new RequestSet(entries, inOrder), offsets, skipped);
    }
}
