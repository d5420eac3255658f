package io.convergate.loadgen.verify;

import io.convergate.loadgen.fault.FaultEvent;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A node is ready again, not too late and not too early, after a fault on it has ended.
 *
 * @param node its name
 * @param fault the kind of the fault; the last one on that node counts
 * @param earliest it must not be ready before that has passed since
 * @param latest it must be ready before that has
 */
public record ReadyWithin(String node, String fault, Duration earliest, Duration latest) implements Promise {
    @Override
    public String words() {
        return node + " is ready again " + (earliest.isZero() ? "" : "no sooner than " + Lengths.of(earliest) + " and ")
                + "within " + Lengths.of(latest) + " after " + fault + " ends";
    }

    @Override
    public List<Around> around() {
        return List.of(new Around(fault, Around.Edge.END, latest));
    }

    @Override
    public Finding judge(History history) {
        Optional<FaultEvent> end = history.faults().stream()
                .filter(event -> event.kind().equals(fault)
                        && event.target().equals(node)
                        && event.phase() == FaultEvent.Phase.ENDED)
                .reduce((one, later) -> later);
        if (end.isEmpty()) {
            return Finding.notJudged(words(), fault + " did not end");
        }
        long from = end.get().atNanos();
        return history.reads().stream()
                .filter(read -> read.node().equals(node) && read.isReady() && read.lastAnsweredNanos() - from > 0)
                .findFirst()
                .map(read -> {
                    Duration after = Duration.ofNanos(Math.max(0, read.firstAnsweredNanos() - from));
                    return Finding.of(
                            after.compareTo(earliest) >= 0 && after.compareTo(latest) <= 0,
                            words(),
                            "after " + Lengths.of(after),
                            List.of());
                })
                .orElseGet(() -> Finding.broken(words(), "it never was", List.of()));
    }
}
