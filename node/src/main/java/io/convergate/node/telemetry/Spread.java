package io.convergate.node.telemetry;

import java.util.Map;
import java.util.TreeMap;

/**
 * How durations are spread: counts by size, four classes to a doubling, so that a percentile read from it is right within a
 * tenth. Two of different nodes can be added, and an earlier one be taken from a later one. Immutable.
 *
 * @param counts by class; class {@code i} has what is longer than 2^((i-1)/4) and at most 2^(i/4) microseconds
 */
public record Spread(Map<Integer, Long> counts) {
    /** Nothing. */
    public static final Spread NONE = new Spread(Map.of());

    /** Longer than a day, in which there is everything beyond. */
    private static final int CLASS_MAX = 147;

    private static final int CLASSES_A_DOUBLING = 4;

    public Spread {
        counts = counts == null ? Map.of() : Map.copyOf(counts);
    }

    /** The class of a duration in microseconds. */
    static int classOf(double micros) {
        if (micros <= 1) {
            return 0;
        }
        return Math.min(CLASS_MAX, (int) Math.ceil(CLASSES_A_DOUBLING * Math.log(micros) / Math.log(2) - 1e-9));
    }

    /** How many there are. */
    public long count() {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Both together. */
    public Spread plus(Spread other) {
        Map<Integer, Long> sum = new TreeMap<>(counts);
        other.counts.forEach((size, count) -> sum.merge(size, count, Long::sum));
        return new Spread(sum);
    }

    /** What has come since an earlier one; all of this if that one is no earlier one of the same process. */
    public Spread since(Spread earlier) {
        Map<Integer, Long> left = new TreeMap<>();
        for (Map.Entry<Integer, Long> entry : counts.entrySet()) {
            long count = entry.getValue() - earlier.counts.getOrDefault(entry.getKey(), 0L);
            if (count < 0) {
                return this;
            }
            if (count > 0) {
                left.put(entry.getKey(), count);
            }
        }
        return counts.keySet().containsAll(earlier.counts.keySet()) ? new Spread(left) : this;
    }

    /**
     * The duration that this share of them does not exceed, in milliseconds; 0 if there are none.
     *
     * @param share 0 to 1
     */
    public double millis(double share) {
        double wanted = share * count();
        double below = 0;
        for (Map.Entry<Integer, Long> entry : new TreeMap<>(counts).entrySet()) {
            if (below + entry.getValue() >= wanted) {
                double part = (wanted - below) / entry.getValue();
                return Math.pow(2, (entry.getKey() - 1 + part) / CLASSES_A_DOUBLING) / 1000;
            }
            below += entry.getValue();
        }
        return 0;
    }
}
