package io.convergate.loadgen.verify;

import io.convergate.loadgen.verify.ConfigWrite.Result;
import java.util.ArrayList;
import java.util.List;

/**
 * Every acknowledged write is found on every node after healing, or its place was taken by one that knew of it, or by one that did not:
 * {@link Fates}. The last are counted apart, and so are deletions that a concurrent write outlived.
 */
public record NothingAcknowledgedLost() implements Promise {
    @Override
    public String words() {
        return "no acknowledged configuration is lost";
    }

    @Override
    public Finding judge(History history) {
        List<ConfigWrite> acknowledged = history.writes().stream()
                .filter(write -> write.result() == Result.ACKNOWLEDGED)
                .toList();
        if (acknowledged.isEmpty()) {
            return Finding.notJudged(words(), "no write was acknowledged");
        }
        List<String> lost = new ArrayList<>();
        long conflicts = 0;
        long outlived = 0;
        for (NodeState state : history.states()) {
            Fates fates = Fates.of(history, state);
            fates.lost().forEach(write -> lost.add(line(write, state, history)));
            conflicts = Math.max(conflicts, fates.gaveWay().size());
            outlived = Math.max(outlived, fates.outlived().size());
        }
        if (history.states().isEmpty()) {
            return Finding.broken(words(), "no node answered after healing", List.of());
        }
        history.silent().forEach(node -> lost.add(node + " did not answer after healing"));
        String seen = "%,d acknowledged, %,d of them deletions, of %,d writes to %d resources, %s lost"
                .formatted(
                        acknowledged.size(),
                        acknowledged.stream().filter(ConfigWrite::isDeletion).count(),
                        history.writes().size(),
                        history.writes().stream()
                                .map(ConfigWrite::resource)
                                .distinct()
                                .count(),
                        lost.isEmpty() ? "none" : lost.size() - history.silent().size());
        if (!history.silent().isEmpty()) {
            seen += "; " + String.join(" and ", history.silent()) + " did not answer";
        }
        if (conflicts > 0) {
            seen += "; %d gave way to a concurrent write of the same resource".formatted(conflicts);
        }
        if (outlived > 0) {
            seen += "; %d deletions were outlived by a concurrent write".formatted(outlived);
        }
        return Finding.of(lost.isEmpty(), words(), seen, lost)
                .lacking(history.dropped().writes(), "writes");
    }

    private static String line(ConfigWrite write, NodeState state, History history) {
        return "%s #%d of %s, acknowledged by %s after %s and held by %d, is %s on %s"
                .formatted(
                        history.at(write.sentNanos()),
                        write.number(),
                        write.resource(),
                        write.node(),
                        history.at(write.answeredNanos()),
                        write.heldBy(),
                        state.resources().getOrDefault(write.resource(), "missing"),
                        state.node());
    }
}
