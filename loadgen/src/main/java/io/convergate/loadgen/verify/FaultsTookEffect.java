package io.convergate.loadgen.verify;

import io.convergate.loadgen.fault.FaultEvent;
import io.convergate.loadgen.fault.Proof;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Whether the faults of a run did what their names say: without it, promises that are kept show nothing. Not a promise of the product's,
 * so no scenario lists it; every run with faults is judged by it.
 */
public final class FaultsTookEffect {
    private static final String WORDS = "every kind of fault took effect, where there was something to break";

    private FaultsTookEffect() {}

    /**
     * Judges a run: broken if a kind of fault was done, and not one of it was seen to take effect although one would have been.
     *
     * <p>Of a kind nobody can tell when all of it met nothing that it could break: a node is cut off that was killed a moment before, and has
     * no connection yet. Whoever wrote such a step wanted to see it, so the run is not judged. What a seed drew may fall so by chance:
     * then the other faults count, and what nobody can tell of is named. If nobody can tell of any fault, nothing is judged.
     *
     * @param drawn kinds that were left to chance
     * @return empty if nothing was done that has an end
     */
    public static Optional<Finding> judge(History history, Set<String> drawn) {
        Map<String, List<FaultEvent>> kinds = new TreeMap<>(history.faults().stream()
                .filter(event -> event.proof().isPresent())
                .collect(Collectors.groupingBy(FaultEvent::kind)));
        if (kinds.isEmpty()) {
            return Optional.empty();
        }
        List<String> missing = new ArrayList<>();
        List<String> unknown = new ArrayList<>();
        kinds.forEach((kind, events) -> {
            if (!has(events, Proof.State.SHOWN)) {
                (has(events, Proof.State.MISSING) ? missing : unknown).add(kind);
            }
        });
        List<String> evidence = kinds.values().stream()
                .flatMap(List::stream)
                .map(event -> history.at(event.atNanos()) + " end of " + event.kind() + " on " + event.target() + ": "
                        + event.proof().orElseThrow().seen())
                .toList();
        if (!missing.isEmpty()) {
            return Optional.of(Finding.broken(WORDS, "nothing was seen of " + String.join(", ", missing), evidence));
        }
        String untold = "nobody can tell of " + String.join(", ", unknown) + ": " + reasons(kinds, unknown);
        if (unknown.size() == kinds.size() || !drawn.containsAll(unknown)) {
            return Optional.of(Finding.notJudged(WORDS, untold));
        }
        String seen = kinds.entrySet().stream()
                .filter(entry -> !unknown.contains(entry.getKey()))
                .map(entry -> entry.getKey() + " (" + firstShown(entry.getValue()) + ")")
                .collect(Collectors.joining(", "));
        return Optional.of(Finding.held(WORDS, unknown.isEmpty() ? seen : seen + "; " + untold, evidence));
    }

    private static String reasons(Map<String, List<FaultEvent>> kinds, List<String> unknown) {
        return unknown.stream()
                .flatMap(kind -> kinds.get(kind).stream())
                .map(event -> event.kind() + " on " + event.target() + ": "
                        + event.proof().orElseThrow().seen())
                .collect(Collectors.joining("; "));
    }

    private static String firstShown(List<FaultEvent> events) {
        return events.stream()
                .map(event -> event.proof().orElseThrow())
                .filter(proof -> proof.state() == Proof.State.SHOWN)
                .findFirst()
                .orElseThrow()
                .seen();
    }

    private static boolean has(List<FaultEvent> events, Proof.State state) {
        return events.stream().anyMatch(event -> event.proof().orElseThrow().state() == state);
    }
}
