package io.convergate.loadgen.scenario;

import io.convergate.loadgen.fleet.AdminReply;
import io.convergate.loadgen.fleet.Applied;
import io.convergate.loadgen.fleet.Fleet;
import io.convergate.loadgen.fleet.GatewayNode;
import io.convergate.loadgen.scenario.Schedule.RolledBack;
import io.convergate.loadgen.verify.ConfigWrite;
import io.convergate.loadgen.verify.ConfigWrite.Result;
import io.convergate.loadgen.verify.HistoryRecorder;
import io.convergate.loadgen.verify.Revision;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Makes the configuration what it was, waits until all nodes serve that, and records it as a write of every resource that was written: each becomes
 * what the last write of it was that the old revision has, or goes if there was none. Confined to the conductor's thread.
 */
final class Rollbacks {
    private static final String WAIT = "&wait=all&timeout=30s";

    private final Fleet fleet;
    private final HistoryRecorder recorder;
    private final AtomicLong numbers;
    private final Set<RolledBack> planned;
    /** What each node knew at the end of a phase that is rolled back to. */
    private final Map<RolledBack, String> revisions = new HashMap<>();

    /** @param numbers of all writes of the run */
    Rollbacks(Fleet fleet, HistoryRecorder recorder, AtomicLong numbers, Set<RolledBack> planned) {
        this.fleet = fleet;
        this.recorder = recorder;
        this.numbers = numbers;
        this.planned = Set.copyOf(planned);
    }

    /** A phase is over: its configuration is remembered if it is rolled back to later. */
    void ended(String phase) {
        planned.stream()
                .filter(rollback -> rollback.phase().equals(phase))
                .forEach(rollback ->
                        revisions.put(rollback, node(rollback).admin().revision()));
    }

    /**
     * Does it.
     *
     * @return what came of it, in words
     * @throws IllegalStateException if it was refused, or not served by all nodes in time
     */
    String rollBack(RolledBack rollback) {
        String old = revisions.get(rollback);
        GatewayNode node = node(rollback);
        Map<String, String> values = valuesAt(Revision.parse(old));
        long sent = System.nanoTime();
        AdminReply reply = node.admin().post("/rollback?to=" + old + WAIT, "");
        if (!reply.isGood()) {
            throw new IllegalStateException(rollback.words() + ": refused: " + reply);
        }
        Applied applied = reply.as(Applied.class);
        if (!applied.converged()) {
            throw new IllegalStateException(rollback.words() + ": not served everywhere: " + applied.nodes());
        }
        values.forEach((resource, value) -> record(rollback, sent, resource, value, applied));
        return values.size() + " resources are what they were in " + old + ", in " + applied.revision();
    }

    private void record(RolledBack rollback, long sent, String resource, String value, Applied applied) {
        recorder.written(new ConfigWrite(
                numbers.getAndIncrement(),
                rollback.node(),
                sent,
                System.nanoTime(),
                resource,
                value,
                Result.ACKNOWLEDGED,
                applied.revision(),
                applied.heldBy(),
                applied.servedBy(),
                applied.converged(),
                rollback.words()));
    }

    /** Every resource that was written, with the value of the last write that the revision has, or with none. */
    private Map<String, String> valuesAt(Revision old) {
        Map<String, ConfigWrite> last = new LinkedHashMap<>();
        Set<String> resources = new TreeSet<>();
        for (ConfigWrite write : recorder.writes()) {
            resources.add(write.resource());
            if (write.result() == Result.ACKNOWLEDGED && old.covers(Revision.parse(write.revision()))) {
                last.merge(
                        write.resource(),
                        write,
                        (one, two) ->
                                Revision.parse(two.revision()).covers(Revision.parse(one.revision())) ? two : one);
            }
        }
        Map<String, String> values = new LinkedHashMap<>();
        resources.forEach(resource -> values.put(
                resource, last.containsKey(resource) ? last.get(resource).value() : ""));
        return values;
    }

    private GatewayNode node(RolledBack rollback) {
        return fleet.node(rollback.node()).orElseThrow();
    }
}
