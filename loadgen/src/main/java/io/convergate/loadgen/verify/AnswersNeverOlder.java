package io.convergate.loadgen.verify;

import io.convergate.loadgen.verify.ConfigWrite.Result;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What traffic shows of the configuration: no request that a ready node answers is routed by an older write than
 *
 * <ol>
 *   <li>one by which the node routed before (over restarts too),
 *   <li>one that is in a revision which the node said, before the request began, that it serves,
 *   <li>one whose acknowledgement, before the request began, says that the node serves it,
 * </ol>
 *
 * nor by one that was refused or that nobody made. Older means that the newer one's revision has it; of two writes that did not know of each
 * other neither is older. It believes nothing that a node says of itself: what it says is what its answers are held against.
 */
public record AnswersNeverOlder() implements Promise {
    @Override
    public String words() {
        return "no answer is routed by an older configuration than the node has served, says it serves, or was acknowledged to serve";
    }

    /** From that moment on a node must not route by what came before a write. */
    private record Floor(long atNanos, ConfigWrite write, String why) {}

    @Override
    public Finding judge(History history) {
        Sweep sweep = new Sweep(history);
        history.routed().stream().map(Routed::node).distinct().forEach(sweep::node);
        String seen =
                "%,d answers of %d nodes to %d routes, %,d steps, held against %,d claims and %,d acknowledgements; %,d older"
                        .formatted(
                                sweep.judged,
                                sweep.nodes,
                                sweep.writes.size(),
                                sweep.steps,
                                sweep.claims,
                                sweep.acknowledgements,
                                sweep.against.size());
        if (sweep.judged == 0 || sweep.claims == 0) {
            return Finding.notJudged(words(), "no answer of a ready node told by which write it was routed");
        }
        Dropped dropped = history.dropped();
        return Finding.of(sweep.against.isEmpty(), words(), seen, sweep.against)
                .lacking(dropped.routed() + dropped.reads() + dropped.writes(), "answers, reads and writes");
    }

    /** Goes through the answers of one node after the other, in the order in which the requests began. */
    private static final class Sweep {
        private final History history;
        private final Readiness readiness;
        /** By resource, those that were not refused. */
        private final Map<String, List<ConfigWrite>> writes = new LinkedHashMap<>();

        private final Map<String, Revision> revisions = new HashMap<>();
        private final List<String> against = new ArrayList<>();
        private int nodes;
        private long judged;
        private long steps;
        private long claims;
        private long acknowledgements;

        Sweep(History history) {
            this.history = history;
            this.readiness = new Readiness(history.reads());
            history.routed().forEach(routed -> writes.putIfAbsent(routed.resource(), new ArrayList<>()));
            history.writes().stream()
                    .filter(write -> writes.containsKey(write.resource()) && write.result() != Result.REFUSED)
                    .forEach(write -> writes.get(write.resource()).add(write));
        }

        void node(String node) {
            nodes++;
            List<Floor> told = new ArrayList<>(claimed(node));
            claims += told.size();
            writes.values().stream()
                    .flatMap(List::stream)
                    .filter(write -> write.servedBy().contains(node))
                    .forEach(write -> {
                        acknowledgements++;
                        told.add(new Floor(
                                write.answeredNanos(),
                                write,
                                "was acknowledged to be served at " + history.at(write.answeredNanos())));
                    });
            told.sort(Comparator.comparingLong(Floor::atNanos));
            writes.keySet().forEach(resource -> route(node, resource, told));
        }

        /** Each write, from the first time that the node said it serves a revision which has it. */
        private List<Floor> claimed(String node) {
            List<Floor> floors = new ArrayList<>();
            List<ConfigWrite> unclaimed = new ArrayList<>();
            writes.values().forEach(some -> some.stream()
                    .filter(write -> write.result() == Result.ACKNOWLEDGED)
                    .forEach(unclaimed::add));
            for (NodeRead read : history.reads()) {
                if (read.node().equals(node) && read.isReady()) {
                    Revision claim = revision(read.revision());
                    unclaimed.removeIf(write -> {
                        boolean isIn = claim.covers(revision(write.revision()));
                        if (isIn) {
                            floors.add(new Floor(
                                    read.firstAnsweredNanos(),
                                    write,
                                    "is in " + read.revision() + ", which it said at "
                                            + history.at(read.firstAnsweredNanos()) + " that it serves"));
                        }
                        return isIn;
                    });
                }
            }
            return floors;
        }

        private void route(String node, String resource, List<Floor> told) {
            List<Floor> newest = new ArrayList<>();
            List<Floor> floors = new ArrayList<>();
            told.stream()
                    .filter(floor -> floor.write().resource().equals(resource))
                    .forEach(floors::add);
            int next = 0;
            Optional<Routed> before = Optional.empty();
            for (Routed answer : history.routed()) {
                if (!answer.node().equals(node) || !answer.resource().equals(resource)) {
                    continue;
                }
                while (next < floors.size() && floors.get(next).atNanos() - answer.startedNanos() < 0) {
                    raise(newest, floors.get(next++));
                }
                if (!readiness.isReady(node, answer.startedNanos(), answer.endedNanos())) {
                    continue;
                }
                judged++;
                steps += before.isPresent() && !before.get().value().equals(answer.value()) ? 1 : 0;
                before = Optional.of(answer);
                judge(answer, newest);
            }
        }

        private void judge(Routed answer, List<Floor> newest) {
            List<ConfigWrite> candidates = writes.get(answer.resource()).stream()
                    .filter(write -> write.value().equals(answer.value()))
                    .toList();
            if (candidates.isEmpty() && !answer.value().isEmpty()) {
                against.add(line(answer) + ", a write that was refused or that nobody made");
                return;
            }
            for (Floor floor : newest) {
                if (candidates.stream().allMatch(write -> isOlder(write, floor.write()))) {
                    against.add(line(answer) + ", though #" + floor.write().value() + " " + floor.why());
                    return;
                }
            }
            // No route at all is also what was there before any write.
            if (candidates.size() == 1
                    && !answer.value().isEmpty()
                    && candidates.get(0).result() == Result.ACKNOWLEDGED) {
                raise(
                        newest,
                        new Floor(
                                answer.endedNanos(),
                                candidates.get(0),
                                "routed an answer at " + history.at(answer.endedNanos())));
            }
        }

        private String line(Routed answer) {
            String by = answer.value().isEmpty() ? "knew no route" : "routed by #" + answer.value();
            return "%s %s %s for %s".formatted(history.at(answer.startedNanos()), answer.node(), by, answer.resource());
        }

        /** Keeps only those that no other one is newer than. */
        private void raise(List<Floor> newest, Floor floor) {
            if (newest.stream()
                    .noneMatch(there -> there.write() == floor.write() || isOlder(floor.write(), there.write()))) {
                newest.removeIf(there -> isOlder(there.write(), floor.write()));
                newest.add(floor);
            }
        }

        /** Whether the newer one is known to have replaced the other. */
        private boolean isOlder(ConfigWrite write, ConfigWrite newer) {
            return write.result() == Result.ACKNOWLEDGED
                    && !write.revision().equals(newer.revision())
                    && revision(newer.revision()).covers(revision(write.revision()));
        }

        private Revision revision(String text) {
            return revisions.computeIfAbsent(text, Revision::parse);
        }
    }
}
