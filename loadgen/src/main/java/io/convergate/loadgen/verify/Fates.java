package io.convergate.loadgen.verify;

import io.convergate.loadgen.verify.ConfigWrite.Result;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What became of the acknowledged writes, on one node. One that is not there was replaced by one that knew of it, or may have been by one of
 * unknown fate, or gave way to one that did not know of it, or is lost. A deletion takes away only what it knew: it gives way to a concurrent
 * write, and no write ever gives way to a concurrent deletion.
 *
 * @param lost what nothing accounts for
 * @param gaveWay what a concurrent write took the place of, and nobody can have written again since
 * @param outlived deletions that a concurrent write outlived
 * @param toReport those of these and of {@code gaveWay} of which it is certain that nobody wrote again since
 */
record Fates(
        List<ConfigWrite> lost, List<ConfigWrite> gaveWay, List<ConfigWrite> outlived, List<ConfigWrite> toReport) {
    static Fates of(History history, NodeState state) {
        Map<String, List<ConfigWrite>> byResource = new LinkedHashMap<>();
        history.writes().forEach(write -> byResource
                .computeIfAbsent(write.resource(), key -> new ArrayList<>())
                .add(write));
        Fates fates = new Fates(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        Causality causality = new Causality();
        byResource.values().forEach(writes -> fates.judge(writes, state, causality));
        return fates;
    }

    private void judge(List<ConfigWrite> writes, NodeState state, Causality causality) {
        String found = state.resources().getOrDefault(writes.get(0).resource(), "");
        for (ConfigWrite write : writes) {
            if (write.result() == Result.ACKNOWLEDGED
                    && !write.value().equals(found)
                    && writes.stream().noneMatch(other -> causality.isAfter(other, write))) {
                judge(write, found, writes, causality);
            }
        }
    }

    /** One that is not there, and that no acknowledged one replaced. */
    private void judge(ConfigWrite write, String found, List<ConfigWrite> writes, Causality causality) {
        // Whoever is found in its place did not know of it, or else would have replaced it.
        boolean isContested = !found.isEmpty()
                && writes.stream()
                        .anyMatch(other -> other.value().equals(found) && causality.isConcurrent(other, write));
        List<ConfigWrite> perhapsAfter = writes.stream()
                .filter(other -> causality.mayBeAfter(other, write))
                .toList();
        if (isContested && perhapsAfter.isEmpty()) {
            toReport.add(write);
        }
        if (write.isDeletion()) {
            boolean isOutlived = isContested
                    || writes.stream()
                            .anyMatch(other -> other.value().equals(found) && causality.mayBeUnknownTo(other, write));
            (isOutlived ? outlived : lost).add(write);
            return;
        }
        if (isContested) {
            // Whoever may have replaced it knew of it: then there is no conflict.
            if (perhapsAfter.isEmpty()) {
                gaveWay.add(write);
            }
        } else if (perhapsAfter.stream().noneMatch(other -> other.value().equals(found))) {
            lost.add(write);
        }
    }
}
