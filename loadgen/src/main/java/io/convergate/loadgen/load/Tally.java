package io.convergate.loadgen.load;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The counts of all workers, added up at one moment. */
final class Tally {
    private static final Outcome[] OUTCOMES = Outcome.values();

    long planned;
    long started;
    long opened;
    long failed;
    long retried;
    long moved;
    long bytes;
    long unasked;
    final long[] byRequest;
    final long[] byTarget;
    final Map<Integer, Long> statuses = new TreeMap<>();
    final Map<String, Long> upstreams = new TreeMap<>();

    Tally(int requests, int targets) {
        byRequest = new long[requests * Meter.OUTCOMES];
        byTarget = new long[targets * Meter.OUTCOMES];
    }

    long[] outcomes() {
        long[] all = new long[Meter.OUTCOMES];
        for (int i = 0; i < byRequest.length; i++) {
            all[i % Meter.OUTCOMES] += byRequest[i];
        }
        all[Outcome.UNASKED.ordinal()] += unasked;
        return all;
    }

    static Map<Outcome, Long> byOutcome(long[] counts, int from) {
        Map<Outcome, Long> map = new EnumMap<>(Outcome.class);
        for (int i = 0; i < Meter.OUTCOMES; i++) {
            if (counts[from + i] > 0) {
                map.put(OUTCOMES[i], counts[from + i]);
            }
        }
        return map;
    }

    /** The counts under each name; those of one name are added up. */
    static Map<String, Map<Outcome, Long>> byName(List<String> names, long[] counts) {
        Map<String, Map<Outcome, Long>> map = new LinkedHashMap<>();
        for (int i = 0; i < names.size(); i++) {
            Map<Outcome, Long> there = map.computeIfAbsent(names.get(i), name -> new EnumMap<>(Outcome.class));
            byOutcome(counts, i * Meter.OUTCOMES).forEach((outcome, count) -> there.merge(outcome, count, Long::sum));
        }
        return map;
    }
}
