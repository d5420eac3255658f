package io.convergate.loadgen.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Whoever's acknowledged write or deletion gave way to one that did not know of it can see that, on every node, until somebody writes
 * again.
 */
public record ConflictsReported() implements Promise {
    @Override
    public String words() {
        return "a change that gave way to one that did not know of it is reported";
    }

    @Override
    public Finding judge(History history) {
        List<String> unreported = new ArrayList<>();
        TreeSet<String> contested = new TreeSet<>();
        for (NodeState state : history.states()) {
            for (ConfigWrite write : Fates.of(history, state).toReport()) {
                contested.add(write.resource());
                if (!state.conflicts().contains(write.resource())) {
                    unreported.add(write.resource() + " #" + write.number() + ", acknowledged by " + write.node()
                            + ", gave way, and " + state.node() + " reports no conflict");
                }
            }
        }
        if (contested.isEmpty()) {
            return Finding.notJudged(words(), "no change gave way");
        }
        history.silent().forEach(node -> unreported.add(node + " did not answer after healing"));
        return Finding.of(
                        unreported.isEmpty(),
                        words(),
                        contested.size() + " resources, "
                                + (unreported.isEmpty() ? "each reported by every node" : "not all reported"),
                        unreported.isEmpty() ? List.copyOf(contested) : unreported)
                .lacking(history.dropped().writes(), "writes");
    }
}
