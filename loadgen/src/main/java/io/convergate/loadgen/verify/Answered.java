package io.convergate.loadgen.verify;

import io.convergate.loadgen.load.LoadResult;
import io.convergate.loadgen.load.Outcome;
import java.util.List;

/**
 * A load got right answers: without this, a run in which nothing was sent would keep every promise.
 *
 * @param load whose; empty for all loads together
 * @param least how many right answers at least
 */
public record Answered(String load, long least) implements Promise {
    @Override
    public String words() {
        return "at least %,d requests%s are answered right".formatted(least, load.isEmpty() ? "" : " of " + load);
    }

    @Override
    public Finding judge(History history) {
        long right = history.loads(load).stream()
                .mapToLong((LoadResult result) -> result.count(Outcome.OK))
                .sum();
        return Finding.of(right >= least, words(), "%,d were".formatted(right), List.of());
    }
}
