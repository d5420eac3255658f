package io.convergate.loadgen.verify;

import io.convergate.loadgen.load.Exchange;
import java.util.List;

/** No answer is ever wrong: another status, upstream, body or session than the right one. No fault excuses it. */
public record NoWrongAnswer() implements Promise {
    @Override
    public String words() {
        return "no wrong answer, ever";
    }

    @Override
    public Finding judge(History history) {
        List<Exchange> wrong = history.failures().stream()
                .filter(exchange -> exchange.outcome().isWrongAnswer())
                .toList();
        long counted = history.loads().stream()
                .flatMap(load -> load.outcomes().entrySet().stream())
                .filter(entry -> entry.getKey().isWrongAnswer())
                .mapToLong(java.util.Map.Entry::getValue)
                .sum();
        long answers =
                history.loads().stream().mapToLong(load -> load.completed()).sum();
        if (answers == 0) {
            return Finding.notJudged(words(), "no request was sent");
        }
        return Finding.of(
                counted == 0 && wrong.isEmpty(),
                words(),
                "%d of %,d answers were wrong".formatted(Math.max(counted, wrong.size()), answers),
                Evidence.of(wrong, history));
    }
}
