package io.convergate.loadgen.verify;

import io.convergate.loadgen.fault.FaultEvent;
import io.convergate.loadgen.fault.Proof;
import io.convergate.loadgen.load.Exchange;
import io.convergate.loadgen.load.LoadResult;
import io.convergate.loadgen.load.LoadResult.Interval;
import io.convergate.loadgen.load.LoadResult.Percentiles;
import io.convergate.loadgen.load.Outcome;
import io.convergate.loadgen.load.PackedHistogram;
import io.convergate.loadgen.verify.ConfigWrite.Result;
import io.convergate.loadgen.verify.StoreRead.Held;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Histories made by hand. Times are milliseconds from the beginning. */
final class Histories {
    private final List<LoadResult> loads = new ArrayList<>();
    private final Map<String, Integer> connections = new TreeMap<>();
    private final List<Exchange> failures = new ArrayList<>();
    private final List<LatencySlice> latencies = new ArrayList<>();
    private final List<ConfigWrite> writes = new ArrayList<>();
    private final List<NodeRead> reads = new ArrayList<>();
    private final List<NodeState> states = new ArrayList<>();
    private final List<String> nodes = new ArrayList<>();
    private final List<Execution> executions = new ArrayList<>();
    private final List<FaultEvent> faults = new ArrayList<>();
    private final List<Routed> routed = new ArrayList<>();
    private final List<StoreRead> stored = new ArrayList<>();
    private final List<UnsafeRequest> unsafe = new ArrayList<>();
    private Dropped dropped = Dropped.NONE;
    private OptionalLong whole = OptionalLong.empty();
    private Healing healing = Healing.NOT_ASKED;

    static Histories empty() {
        return new Histories();
    }

    /** A load with so many right answers in each of its seconds, all honest. */
    Histories load(String name, int connectionsPlanned, long connectionsOpened, long... rightEachSecond) {
        return load(name, connectionsPlanned, connectionsOpened, true, rightEachSecond);
    }

    Histories lateLoad(String name, long... rightEachSecond) {
        return load(name, 1, 1, false, rightEachSecond);
    }

    private Histories load(String name, int planned, long opened, boolean isHonest, long... rightEachSecond) {
        Percentiles times = new Percentiles(1, 1, 1, 1, 1, 1, 1, 1);
        List<Interval> intervals = new ArrayList<>();
        long right = 0;
        for (int i = 0; i < rightEachSecond.length; i++) {
            right += rightEachSecond[i];
            intervals.add(new Interval(i * 1_000L, 1_000, Map.of(Outcome.OK, rightEachSecond[i]), times, times));
        }
        Map<Outcome, Long> outcomes = new TreeMap<>(Map.of(Outcome.OK, right));
        failures.stream()
                .filter(failure -> failure.load().equals(name))
                .forEach(failure -> outcomes.merge(failure.outcome(), 1L, Long::sum));
        loads.add(new LoadResult(
                name,
                "",
                Instant.EPOCH,
                Duration.ofSeconds(rightEachSecond.length),
                right,
                right,
                outcomes,
                times,
                times,
                new Percentiles(1, 9_000, 9_000, 9_000, 9_000, 9_000, 9_000, 9_000),
                isHonest,
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of(),
                intervals,
                opened,
                0,
                0,
                0,
                0,
                List.of()));
        connections.put(name, planned);
        return this;
    }

    /** To be given before the load that it is of. */
    Histories failure(String load, long atMs, Outcome outcome) {
        failures.add(new Exchange(
                load,
                failures.size(),
                "GET /",
                "node2:80",
                "",
                nanos(atMs - 1),
                nanos(atMs - 1),
                nanos(atMs),
                outcome,
                0,
                "",
                "",
                ""));
        return this;
    }

    Histories latency(String load, long fromMs, long toMs, long count, long ms) {
        Histogram histogram = new Histogram(3);
        histogram.recordValueWithCount(ms * 1_000, count);
        latencies.add(
                new LatencySlice(load, new Window(nanos(fromMs), nanos(toMs) - 1), PackedHistogram.of(histogram)));
        return this;
    }

    Histories fault(String kind, String target, long fromMs, long toMs) {
        faults.add(new FaultEvent(nanos(fromMs), kind, target, FaultEvent.Phase.BEGUN, "", Optional.empty()));
        if (toMs > fromMs) {
            faults.add(new FaultEvent(nanos(toMs), kind, target, FaultEvent.Phase.ENDED, "", Optional.empty()));
        }
        return this;
    }

    Histories ended(String kind, String target, long atMs, Proof proof) {
        faults.add(new FaultEvent(nanos(atMs), kind, target, FaultEvent.Phase.ENDED, "", Optional.of(proof)));
        return this;
    }

    Histories write(
            String node,
            long sentMs,
            String resource,
            String value,
            Result result,
            String revision,
            String... servedBy) {
        writes.add(new ConfigWrite(
                writes.size(),
                node,
                nanos(sentMs),
                nanos(sentMs + 5),
                resource,
                value,
                result,
                revision,
                2,
                Set.of(servedBy),
                servedBy.length > 0,
                ""));
        return this;
    }

    Histories read(String node, long atMs, String revision) {
        reads.add(NodeRead.ready(node, nanos(atMs), nanos(atMs), revision));
        return this;
    }

    Histories notReady(String node, long atMs) {
        reads.add(NodeRead.notReady(node, nanos(atMs), nanos(atMs)));
        return this;
    }

    /** An answer within a millisecond, routed by the write of that value, or by none. */
    Histories routed(String node, long atMs, String resource, String value) {
        routed.add(new Routed(node, resource, value, nanos(atMs), nanos(atMs + 1)));
        return this;
    }

    /** A read within a millisecond of one resource; the uid follows from the value unless one is given, as in {@code 2=u1}. */
    Histories stored(String node, long atMs, String revision, String resource, String found) {
        String[] parts = found.split("=");
        Held held = found.isEmpty() ? Held.NONE : new Held(parts[0], parts.length > 1 ? parts[1] : "u" + parts[0]);
        stored.add(new StoreRead(node, nanos(atMs), nanos(atMs + 1), revision, Map.of(resource, held)));
        return this;
    }

    Histories whole(long atMs) {
        whole = OptionalLong.of(nanos(atMs));
        return this;
    }

    Histories state(String node, String revision, Map<String, String> resources, String... conflicts) {
        states.add(new NodeState(node, revision, resources, Set.of(conflicts)));
        return node(node);
    }

    Histories node(String node) {
        nodes.add(node);
        return this;
    }

    Histories execution(String origin, String method, String id) {
        executions.add(new Execution(origin, 0, id, method, "/orders"));
        return this;
    }

    /** An unsafe request as it was sent. */
    Histories sent(String id, Outcome outcome, String upstream) {
        unsafe.add(new UnsafeRequest("orders", id, outcome, upstream));
        return this;
    }

    Histories dropped(Dropped missing) {
        dropped = missing;
        return this;
    }

    Histories converged(long ms) {
        healing = Healing.after(Duration.ofMillis(ms));
        return this;
    }

    Histories neverConverged(String... lacking) {
        healing = Healing.failed(List.of(lacking));
        return this;
    }

    History history() {
        return new History(
                0,
                nanos(60_000),
                loads,
                connections,
                failures,
                latencies,
                writes,
                reads,
                routed,
                stored,
                states,
                nodes,
                unsafe,
                executions,
                dropped,
                faults,
                whole,
                healing);
    }

    private static long nanos(long ms) {
        return TimeUnit.MILLISECONDS.toNanos(ms);
    }
}
