package io.convergate.loadgen.verify;

import io.convergate.loadgen.verify.ConfigWrite.Result;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Every acknowledged write is found on every node after healing, unless a write that may have come after it took its place: one whose
 * revision covers it, one that was concurrent with it, or one whose fate is unknown and that was not answered before it was
 * sent. A place that was taken by a concurrent write is counted apart.
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
        Map<String, List<ConfigWrite>> byResource = new LinkedHashMap<>();
        history.writes().forEach(write -> byResource
                .computeIfAbsent(write.resource(), key -> new ArrayList<>())
                .add(write));
        List<String> lost = new ArrayList<>();
        long conflicts = 0;
        for (NodeState state : history.states()) {
            long gaveWay = 0;
            for (List<ConfigWrite> writes : byResource.values()) {
                Verdict verdict = judge(writes, state);
                verdict.lost().forEach(write -> lost.add(line(write, state, history)));
                gaveWay += verdict.gaveWay();
            }
            conflicts = Math.max(conflicts, gaveWay);
        }
        if (history.states().isEmpty()) {
            return Finding.broken(words(), "no node answered after healing", List.of());
        }
        String seen = "%,d acknowledged of %,d writes to %d resources, %s lost"
                .formatted(
                        acknowledged.size(),
                        history.writes().size(),
                        byResource.size(),
                        lost.isEmpty() ? "none" : lost.size());
        if (conflicts > 0) {
            seen += "; %d gave way to a concurrent write of the same resource".formatted(conflicts);
        }
        return Finding.of(lost.isEmpty(), words(), seen, lost);
    }

    private record Verdict(List<ConfigWrite> lost, long gaveWay) {}

    private static Verdict judge(List<ConfigWrite> writes, NodeState state) {
        String key = writes.get(0).resource();
        String found = state.resources().getOrDefault(key, "");
        List<ConfigWrite> lost = new ArrayList<>();
        long gaveWay = 0;
        for (ConfigWrite write : writes) {
            if (write.result() != Result.ACKNOWLEDGED || write.value().equals(found)) {
                continue;
            }
            boolean isFollowed = false;
            boolean isContested = false;
            for (ConfigWrite other : writes) {
                if (other != write && other.result() != Result.REFUSED) {
                    isFollowed |= isAfter(other, write);
                    isContested |= isConcurrent(other, write) && isOrLedTo(other, found, writes);
                }
            }
            if (!isFollowed && isContested) {
                gaveWay++;
            } else if (!isFollowed) {
                lost.add(write);
            }
        }
        return new Verdict(lost, gaveWay);
    }

    /** Whether {@code other} is known to have replaced {@code write}: it was acknowledged, and its revision has it. */
    private static boolean isAfter(ConfigWrite other, ConfigWrite write) {
        return other.result() == Result.ACKNOWLEDGED
                && !other.revision().equals(write.revision())
                && Revision.parse(other.revision()).covers(Revision.parse(write.revision()));
    }

    /** Whether {@code other} may have met {@code write} without knowing it. */
    private static boolean isConcurrent(ConfigWrite other, ConfigWrite write) {
        return other.result() == Result.UNKNOWN
                ? other.answeredNanos() - write.sentNanos() > 0
                : !isAfter(other, write) && !isAfter(write, other);
    }

    /** Whether what was found is that write, or one that replaced it. */
    private static boolean isOrLedTo(ConfigWrite write, String found, List<ConfigWrite> writes) {
        return write.value().equals(found)
                || writes.stream().anyMatch(later -> later.value().equals(found) && isAfter(later, write));
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
