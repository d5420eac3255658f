package io.convergate.loadgen.verify;

import io.convergate.loadgen.verify.ConfigWrite.Result;
import io.convergate.loadgen.verify.StoreRead.Held;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the stores of the nodes show while resources are deleted and made again, read by read:
 *
 * <ol>
 *   <li>a revision shows a write that is in it and that nothing in it replaced or deleted, and lacks none that nobody can have deleted;
 *   <li>what a node showed and then no more is gone: only another write brings the resource back on it, over restarts too;
 *   <li>a node's store never goes back to an older revision;
 *   <li>a resource that is made anew is another object, with another uid, and a write has one uid on all nodes.
 * </ol>
 */
public record DeletionsHold() implements Promise {
    @Override
    public String words() {
        return "what was deleted stays gone until it is made anew, as another object";
    }

    @Override
    public Finding judge(History history) {
        Sweep sweep = new Sweep(history);
        history.stored().forEach(sweep::read);
        sweep.objects();
        long deletions = history.writes().stream()
                .filter(write -> write.isDeletion() && write.result() == Result.ACKNOWLEDGED)
                .count();
        if (history.stored().isEmpty() || deletions == 0) {
            return Finding.notJudged(words(), "nothing was deleted, or the nodes were not asked");
        }
        String seen = "%,d reads of %d nodes, %,d deletions, %,d times gone, %,d times made anew; %,d against it"
                .formatted(
                        history.stored().size(),
                        sweep.last.size(),
                        deletions,
                        sweep.timesGone,
                        sweep.timesAnew,
                        sweep.against.size());
        return Finding.of(sweep.against.isEmpty(), words(), seen, sweep.against)
                .lacking(history.dropped().stored() + history.dropped().writes(), "reads and writes");
    }

    /** Goes through the reads in the order in which they were asked; of two that overlapped neither counts as the earlier one. */
    private static final class Sweep {
        private final History history;
        private final Causality causality = new Causality();
        private final Map<String, List<ConfigWrite>> writes = new LinkedHashMap<>();
        /** By node, those after which another may begin. */
        private final Map<String, List<StoreRead>> last = new HashMap<>();
        /** By node and resource, when each value was first shown, and when it was first found gone after that. */
        private final Map<String, Map<String, Long>> shown = new HashMap<>();

        private final Map<String, Map<String, Long>> gone = new HashMap<>();
        /** By resource, the uid of each value. */
        private final Map<String, Map<String, String>> uids = new LinkedHashMap<>();

        private final List<String> against = new ArrayList<>();
        private long timesGone;
        private long timesAnew;

        Sweep(History history) {
            this.history = history;
            history.writes().stream()
                    .filter(write -> write.result() != Result.REFUSED)
                    .forEach(write -> writes.computeIfAbsent(write.resource(), key -> new ArrayList<>())
                            .add(write));
        }

        void read(StoreRead read) {
            List<StoreRead> before = last.computeIfAbsent(read.node(), node -> new ArrayList<>());
            before.stream()
                    .filter(earlier -> earlier.answeredNanos() - read.askedNanos() < 0
                            && !causality.covers(read.revision(), earlier.revision()))
                    .findFirst()
                    .ifPresent(earlier -> against.add("%s %s went from %s to %s"
                            .formatted(
                                    history.at(read.askedNanos()), read.node(), earlier.revision(), read.revision())));
            before.removeIf(earlier -> earlier.answeredNanos() - read.askedNanos() < 0
                    && causality.covers(read.revision(), earlier.revision()));
            before.add(read);
            read.resources().forEach((resource, held) -> {
                List<ConfigWrite> some = writes.getOrDefault(resource, List.of());
                if (held.value().isEmpty()) {
                    lacks(read, resource, some);
                } else {
                    shows(read, resource, held, some);
                }
            });
        }

        private void lacks(StoreRead read, String resource, List<ConfigWrite> some) {
            String place = read.node() + ' ' + resource;
            Map<String, Long> goneHere = gone.computeIfAbsent(place, key -> new HashMap<>());
            shown.getOrDefault(place, Map.of()).forEach((value, atNanos) -> {
                if (atNanos - read.askedNanos() < 0 && goneHere.putIfAbsent(value, read.answeredNanos()) == null) {
                    timesGone++;
                }
            });
            for (ConfigWrite write : some) {
                if (!write.isDeletion() && causality.has(read.revision(), write)) {
                    goneHere.putIfAbsent(write.value(), read.answeredNanos());
                    if (some.stream()
                            .noneMatch(deletion -> deletion.isDeletion()
                                    && (causality.mayBeAfter(deletion, write)
                                            || causality.isAfter(deletion, write)
                                                    && causality.has(read.revision(), deletion)))) {
                        against.add(line(read, resource) + " is not there, and nobody deleted #" + write.value());
                    }
                }
            }
        }

        private void shows(StoreRead read, String resource, Held held, List<ConfigWrite> some) {
            String place = read.node() + ' ' + resource;
            shown.computeIfAbsent(place, key -> new HashMap<>()).putIfAbsent(held.value(), read.answeredNanos());
            String uid = uids.computeIfAbsent(resource, key -> new LinkedHashMap<>())
                    .computeIfAbsent(held.value(), key -> held.uid());
            if (!uid.equals(held.uid())) {
                against.add(
                        line(read, resource) + " #" + held.value() + " is object " + held.uid() + " and was " + uid);
            }
            List<ConfigWrite> made = some.stream()
                    .filter(write -> write.value().equals(held.value()))
                    .toList();
            if (made.isEmpty()) {
                against.add(line(read, resource) + " is #" + held.value() + ", which was refused or nobody wrote");
                return;
            }
            if (made.size() > 1) {
                return; // Written again as it was, by a rollback: it may be either.
            }
            Long goneNanos = gone.getOrDefault(place, Map.of()).get(held.value());
            if (goneNanos != null && goneNanos - read.askedNanos() < 0) {
                against.add(line(read, resource) + " is #" + held.value() + " again, which was gone on it at "
                        + history.at(goneNanos));
                return;
            }
            judge(read, made.get(0), some);
        }

        private void judge(StoreRead read, ConfigWrite write, List<ConfigWrite> some) {
            if (write.result() == Result.ACKNOWLEDGED && !causality.has(read.revision(), write)) {
                against.add(
                        line(read, write.resource()) + " is #" + write.value() + ", which came as " + write.revision());
            }
            some.stream()
                    .filter(later -> causality.isAfter(later, write) && causality.has(read.revision(), later))
                    .findFirst()
                    .ifPresent(later -> against.add(line(read, write.resource()) + " is #" + write.value()
                            + ", which was " + (later.isDeletion() ? "deleted" : "replaced by #" + later.value())
                            + " in " + later.revision()));
        }

        /** What was made by a write that knew of a deletion is not the object that was deleted, unless a third write can have kept it alive. */
        void objects() {
            writes.forEach((resource, some) -> {
                Map<String, String> known = uids.getOrDefault(resource, Map.of());
                List<ConfigWrite> seen = some.stream()
                        .filter(write -> !write.isDeletion() && known.containsKey(write.value()))
                        .toList();
                some.stream().filter(ConfigWrite::isDeletion).forEach(deletion -> seen.stream()
                        .filter(later -> causality.isAfter(later, deletion))
                        .forEach(later -> object(deletion, later, seen, some)));
            });
        }

        private void object(ConfigWrite deletion, ConfigWrite later, List<ConfigWrite> seen, List<ConfigWrite> some) {
            Map<String, String> known = uids.getOrDefault(later.resource(), Map.of());
            String uid = known.getOrDefault(later.value(), "");
            List<ConfigWrite> earlier = seen.stream()
                    .filter(write -> causality.isAfter(deletion, write))
                    .toList();
            Optional<ConfigWrite> same = earlier.stream()
                    .filter(write -> known.getOrDefault(write.value(), "").equals(uid))
                    .findFirst();
            if (same.isEmpty()) {
                timesAnew += earlier.isEmpty() ? 0 : 1;
            } else if (some.stream()
                    .noneMatch(other -> other != later
                            && !other.isDeletion()
                            && known.getOrDefault(other.value(), uid).equals(uid)
                            && (causality.isConcurrent(other, deletion)
                                    || causality.mayBeUnknownTo(other, deletion)))) {
                against.add("#%s of %s, made after the deletion %s, is the object %s that #%s was"
                        .formatted(
                                later.value(),
                                later.resource(),
                                deletion.revision(),
                                uid,
                                same.get().value()));
            }
        }

        private String line(StoreRead read, String resource) {
            return "%s %s at %s: %s".formatted(history.at(read.askedNanos()), read.node(), read.revision(), resource);
        }
    }
}
