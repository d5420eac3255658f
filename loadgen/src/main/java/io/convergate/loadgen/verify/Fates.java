package io.convergate.loadgen.verify;

import io.convergate.loadgen.verify.ConfigWrite.Result;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What became of the acknowledged writes, on one node. A write that is not there was either replaced by one whose revision covers it,
 * or it gave way to one that did not know of it (concurrent, or of unknown fate and not answered before it was sent), or it is lost.
 *
 * @param lost what nothing accounts for
 * @param gaveWay what a concurrent write took the place of, and nobody wrote again since
 */
record Fates(List<ConfigWrite> lost, List<ConfigWrite> gaveWay) {
    static Fates of(History history, NodeState state) {
        Map<String, List<ConfigWrite>> byResource = new LinkedHashMap<>();
        history.writes().forEach(write -> byResource
                .computeIfAbsent(write.resource(), key -> new ArrayList<>())
                .add(write));
        Fates fates = new Fates(new ArrayList<>(), new ArrayList<>());
        byResource.values().forEach(writes -> fates.judge(writes, state));
        return fates;
    }

    private void judge(List<ConfigWrite> writes, NodeState state) {
        String found = state.resources().getOrDefault(writes.get(0).resource(), "");
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
            if (!isFollowed) {
                (isContested ? gaveWay : lost).add(write);
            }
        }
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
}
