package io.convergate.loadgen.verify;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a node serves never goes back: each revision it tells covers the one it told before, over restarts too. */
public record ReadsMonotonic() implements Promise {
    @Override
    public String words() {
        return "no node goes back to an older configuration";
    }

    @Override
    public Finding judge(History history) {
        if (history.reads().size() < 2) {
            return Finding.notJudged(words(), "the nodes were not asked");
        }
        Map<String, NodeRead> last = new HashMap<>();
        List<String> back = new ArrayList<>();
        long changes = 0;
        for (NodeRead read : history.reads()) {
            NodeRead before = last.put(read.node(), read);
            if (before != null && !before.revision().equals(read.revision())) {
                changes++;
                if (!Revision.parse(read.revision()).covers(Revision.parse(before.revision()))) {
                    back.add("%s %s went from %s to %s"
                            .formatted(history.at(read.atNanos()), read.node(), before.revision(), read.revision()));
                }
            }
        }
        return Finding.of(
                back.isEmpty(),
                words(),
                "%,d reads of %d nodes, %,d steps, %d of them back"
                        .formatted(history.reads().size(), last.size(), changes, back.size()),
                back);
    }
}
