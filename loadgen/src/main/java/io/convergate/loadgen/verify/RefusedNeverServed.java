package io.convergate.loadgen.verify;

import io.convergate.loadgen.verify.ConfigWrite.Result;
import java.util.ArrayList;
import java.util.List;

/** What was refused is on no node: a change is taken whole or not at all. */
public record RefusedNeverServed() implements Promise {
    @Override
    public String words() {
        return "nothing that was refused is served";
    }

    @Override
    public Finding judge(History history) {
        List<ConfigWrite> refused = history.writes().stream()
                .filter(write -> write.result() == Result.REFUSED)
                .toList();
        if (refused.isEmpty()) {
            return Finding.notJudged(words(), "nothing was refused");
        }
        List<String> served = new ArrayList<>();
        for (NodeState state : history.states()) {
            for (ConfigWrite write : refused) {
                if (!write.value().isEmpty()
                        && write.value().equals(state.resources().get(write.resource()))) {
                    served.add(write.resource() + " #" + write.number() + ", refused by " + write.node() + ", is on "
                            + state.node());
                }
            }
        }
        history.silent().forEach(node -> served.add(node + " did not answer after healing"));
        return Finding.of(
                        served.isEmpty() && !history.states().isEmpty(),
                        words(),
                        refused.size() + " refused, "
                                + (served.size() - history.silent().size()) + " of them found on a node",
                        served)
                .lacking(history.dropped().writes(), "writes");
    }
}
