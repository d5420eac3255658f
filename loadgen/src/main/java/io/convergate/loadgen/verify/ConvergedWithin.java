package io.convergate.loadgen.verify;

import java.time.Duration;
import java.util.List;

/**
 * Once healed, all nodes are one cluster again, ready, and serve the same revision within a bound: liveness.
 *
 * @param bound counted from the end of the last fault
 */
public record ConvergedWithin(Duration bound) implements Promise {
    @Override
    public String words() {
        return "one cluster again, all serving the same, within " + Lengths.of(bound) + " of healing";
    }

    @Override
    public Finding judge(History history) {
        return history.healing()
                .took()
                .map(took -> Finding.of(took.compareTo(bound) <= 0, words(), "after " + Lengths.of(took), List.of()))
                .orElseGet(() -> Finding.broken(
                        words(), "they did not", history.healing().lacking()));
    }
}
