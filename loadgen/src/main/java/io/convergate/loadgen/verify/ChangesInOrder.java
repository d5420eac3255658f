package io.convergate.loadgen.verify;

import io.convergate.loadgen.verify.ConfigWrite.Result;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An acknowledged change knows of every change of its resource that all nodes served before it was sent: whoever waits until a change is served
 * everywhere, and then makes the next one on whichever node, replaces it and is never in conflict with it. A node that took changes before it had
 * caught up would break that.
 */
public record ChangesInOrder() implements Promise {
    @Override
    public String words() {
        return "a change knows of every change of its resource that all nodes served before it was sent";
    }

    @Override
    public Finding judge(History history) {
        Map<String, List<ConfigWrite>> earlier = new LinkedHashMap<>();
        Map<String, Revision> revisions = new HashMap<>();
        List<String> unaware = new ArrayList<>();
        long judged = 0;
        for (ConfigWrite write : history.writes()) {
            if (write.result() != Result.ACKNOWLEDGED) {
                continue;
            }
            List<ConfigWrite> before = earlier.computeIfAbsent(write.resource(), key -> new ArrayList<>());
            Revision knows = revisions.computeIfAbsent(write.revision(), Revision::parse);
            List<ConfigWrite> known = before.stream()
                    .filter(other -> other.isEverywhere() && write.sentNanos() - other.answeredNanos() > 0)
                    .toList();
            judged += known.isEmpty() ? 0 : 1;
            known.stream()
                    .filter(other -> !knows.covers(revisions.computeIfAbsent(other.revision(), Revision::parse)))
                    .reduce((one, later) -> later)
                    .ifPresent(newest -> unaware.add(line(write, newest, history)));
            before.add(write);
        }
        if (judged == 0) {
            return Finding.notJudged(words(), "no change followed one that all nodes served");
        }
        return Finding.of(
                        unaware.isEmpty(),
                        words(),
                        "%,d changes followed others, %,d did not know of one".formatted(judged, unaware.size()),
                        unaware)
                .lacking(history.dropped().writes(), "writes");
    }

    private static String line(ConfigWrite write, ConfigWrite other, History history) {
        return "%s #%d of %s, acknowledged by %s as %s, does not know #%d, which all served at %s as %s"
                .formatted(
                        history.at(write.sentNanos()),
                        write.number(),
                        write.resource(),
                        write.node(),
                        write.revision(),
                        other.number(),
                        history.at(other.answeredNanos()),
                        other.revision());
    }
}
