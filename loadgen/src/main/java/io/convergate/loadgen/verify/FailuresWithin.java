package io.convergate.loadgen.verify;

import io.convergate.loadgen.load.Exchange;
import io.convergate.loadgen.load.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * No request fails but those that are allowed to, each kind in its window and no more of them than was said beforehand.
 *
 * @param load whose requests; empty for all loads
 * @param outcomes which failures are looked at; empty for all
 * @param allowed what may fail; nothing may if it is empty
 */
public record FailuresWithin(String load, Set<Outcome> outcomes, List<Allowance> allowed) implements Promise {
    public FailuresWithin {
        outcomes = Set.copyOf(outcomes);
        allowed = List.copyOf(allowed);
    }

    /**
     * Failures that are accepted.
     *
     * @param outcomes of these kinds
     * @param around and only then
     * @param most and no more than that
     */
    public record Allowance(Set<Outcome> outcomes, Around around, long most) {
        public Allowance {
            outcomes = Set.copyOf(outcomes);
        }

        private String words() {
            return "at most " + most + " " + names(outcomes) + " " + around.words();
        }
    }

    @Override
    public List<Around> around() {
        return allowed.stream().map(Allowance::around).toList();
    }

    @Override
    public String words() {
        String whose = load.isEmpty() ? "no request" : "no request of " + load;
        String how = outcomes.isEmpty() ? " fails" : " ends with " + names(outcomes);
        return whose
                + how
                + (allowed.isEmpty()
                        ? ""
                        : ", but for " + allowed.stream().map(Allowance::words).collect(Collectors.joining(" and ")));
    }

    @Override
    public Finding judge(History history) {
        if (history.loads(load).stream().mapToLong(result -> result.completed()).sum() == 0) {
            return Finding.notJudged(words(), "no request was sent");
        }
        List<Exchange> considered = history.failures().stream()
                .filter(exchange -> load.isEmpty() || exchange.load().equals(load))
                .filter(exchange -> outcomes.isEmpty() || outcomes.contains(exchange.outcome()))
                .toList();
        List<Exchange> rest = new ArrayList<>(considered);
        int all = rest.size();
        List<String> seen = new ArrayList<>();
        boolean isHeld = history.dropped().failures() == 0;
        for (Allowance allowance : allowed) {
            List<Window> windows = allowance.around().windows(history);
            List<Exchange> fitting = rest.stream()
                    .filter(exchange -> allowance.outcomes().contains(exchange.outcome()))
                    .filter(exchange -> windows.stream().anyMatch(window -> window.contains(exchange.endedNanos())))
                    .toList();
            seen.add(fitting.size() + " of at most " + allowance.most() + " "
                    + allowance.around().words());
            isHeld &= fitting.size() <= allowance.most();
            if (fitting.size() <= allowance.most()) {
                rest.removeAll(fitting);
            }
        }
        isHeld &= rest.isEmpty();
        List<Exchange> shown = rest.isEmpty() ? considered : rest;
        String more =
                seen.isEmpty() || all == 0 ? "" : ": " + String.join(", ", seen) + ", " + rest.size() + " besides";
        String dropped = history.dropped().failures() == 0
                ? ""
                : " (and " + history.dropped().failures() + " not kept)";
        return Finding.of(
                isHeld,
                words(),
                all + (all == 1 ? " failure" : " failures") + dropped + more,
                Evidence.of(shown, history));
    }

    private static String names(Set<Outcome> outcomes) {
        return outcomes.stream().sorted().map(Outcome::text).collect(Collectors.joining(" or "));
    }
}
