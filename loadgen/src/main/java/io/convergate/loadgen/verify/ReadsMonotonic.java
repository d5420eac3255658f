package io.convergate.loadgen.verify;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a node says it serves never goes back: each revision it tells while it is ready covers the one it told before, over restarts too. What
 * it really routes by is judged by {@link AnswersNeverOlder}.
 */
public record ReadsMonotonic() implements Promise {
    @Override
    public String words() {
        return "no node says that it went back to an older configuration";
    }

    @Override
    public Finding judge(History history) {
        List<NodeRead> reads =
                history.reads().stream().filter(NodeRead::isReady).toList();
        long asked = reads.stream().mapToLong(NodeRead::count).sum();
        if (asked < 2) {
            return Finding.notJudged(words(), "the nodes were not asked");
        }
        Map<String, NodeRead> last = new HashMap<>();
        List<String> back = new ArrayList<>();
        long changes = 0;
        for (NodeRead read : reads) {
            NodeRead before = last.put(read.node(), read);
            if (before != null && !before.revision().equals(read.revision())) {
                changes++;
                if (!Revision.parse(read.revision()).covers(Revision.parse(before.revision()))) {
                    back.add("%s %s went from %s to %s"
                            .formatted(
                                    history.at(read.firstAskedNanos()),
                                    read.node(),
                                    before.revision(),
                                    read.revision()));
                }
            }
        }
        String seen =
                "%,d reads of %d nodes, %,d steps, %d of them back".formatted(asked, last.size(), changes, back.size());
        return Finding.of(back.isEmpty(), words(), seen, back)
                .lacking(history.dropped().reads(), "reads");
    }
}
