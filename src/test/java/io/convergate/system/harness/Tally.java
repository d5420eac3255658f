package io.convergate.system.harness;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a {@link Load} saw.
 *
 * @param answers right answers, by the upstream they came from
 * @param wrong answers that were not right: another status, or another upstream than the load expects
 * @param failed requests without an answer
 * @param opened connections that were opened
 * @param slowest the longest time from a request to its right answer
 * @param faults the first few wrong answers and failures
 */
public record Tally(
        Map<String, Long> answers, long wrong, long failed, long opened, Duration slowest, List<String> faults) {
    static final Tally NOTHING = new Tally(Map.of(), 0, 0, 0, Duration.ZERO, List.of());

    public Tally {
        answers = Map.copyOf(answers);
        faults = List.copyOf(faults);
    }

    /** How many right answers there were. */
    public long right() {
        return answers.values().stream().mapToLong(Long::longValue).sum();
    }

    /** The share of right answers that came from an upstream, 0 to 1. */
    public double share(String origin) {
        return right() == 0 ? 0 : (double) answers.getOrDefault(origin, 0L) / right();
    }

    /** Whether every request got a right answer, and there were some. */
    public boolean isFlawless() {
        return right() > 0 && wrong == 0 && failed == 0;
    }

    Tally withOpened(long connections) {
        return new Tally(answers, wrong, failed, connections, slowest, faults);
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%d right %s, %d wrong, %d failed, %d connections opened, slowest %d ms%s",
                right(),
                new TreeMap<>(answers),
                wrong,
                failed,
                opened,
                slowest.toMillis(),
                faults.isEmpty() ? "" : "; " + faults);
    }
}
