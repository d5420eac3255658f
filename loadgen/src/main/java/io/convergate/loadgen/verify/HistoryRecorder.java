package io.convergate.loadgen.verify;

import io.convergate.loadgen.fault.FaultEvent;
import io.convergate.loadgen.load.Exchange;
import io.convergate.loadgen.load.ExchangeListener;
import io.convergate.loadgen.load.LoadResult;
import io.convergate.loadgen.load.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Writes the history of a run while it goes on. Thread-safe. What it keeps is bounded, whatever a run's length and rate: some 2 MB of latencies for each
 * load, and of everything else the numbers below, some 450 MB when all of them are reached; what is over a bound is counted in {@link
 * Dropped}, and leaves promises that need it unjudged.
 */
public final class HistoryRecorder implements ExchangeListener {
    private static final int FAILURES_MAX = 20_000;
    private static final int WRITES_MAX = 100_000;
    private static final int READS_MAX = 200_000;
    private static final int ROUTED_MAX = 1_000_000;
    private static final int STORED_MAX = 20_000;
    private static final int UNSAFE_MAX = 500_000;
    private static final int EXECUTIONS_MAX = 500_000;

    /** So fine are the windows of a promise about latency. */
    private static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final long begunNanos = System.nanoTime();
    private final Predicate<Exchange> isUnsafe;
    private final Kept<Exchange> failures = new Kept<>(FAILURES_MAX);
    private final ConcurrentMap<String, LatencyLog> latencies = new ConcurrentHashMap<>();
    private final Kept<ConfigWrite> writes = new Kept<>(WRITES_MAX);
    private final Kept<NodeRead> reads = new Kept<>(READS_MAX);
    private final Map<String, NodeRead> lastReads = new HashMap<>();
    private final Kept<Routed> routed = new Kept<>(ROUTED_MAX);
    private final Kept<StoreRead> stored = new Kept<>(STORED_MAX);
    private final Kept<UnsafeRequest> unsafe = new Kept<>(UNSAFE_MAX);
    private final Map<String, Long> lastSequence = new HashMap<>();
    private final Kept<Execution> executions = new Kept<>(EXECUTIONS_MAX);
    private long executionsMissed;
    private volatile OptionalLong wholeNanos = OptionalLong.empty();

    /** @param isUnsafe whether executing a request twice can do harm (RFC 9110 9.2.2) */
    public HistoryRecorder(Predicate<Exchange> isUnsafe) {
        this.isUnsafe = isUnsafe;
    }

    /** When it began, of {@link System#nanoTime()}. */
    public long begunNanos() {
        return begunNanos;
    }

    @Override
    public void completed(Exchange exchange) {
        if (exchange.outcome() != Outcome.OK) {
            failures.add(exchange);
        }
        if (exchange.outcome() == Outcome.UNASKED) {
            return;
        }
        if (isUnsafe.test(exchange)) {
            unsafe.add(
                    new UnsafeRequest(exchange.load(), exchange.requestId(), exchange.outcome(), exchange.upstream()));
        }
        if (exchange.outcome().hasLatency()) {
            latencies
                    .computeIfAbsent(exchange.load(), load -> new LatencyLog(load, begunNanos, SLICE_NANOS))
                    .record(exchange.endedNanos(), exchange.latencyNanos() / 1_000);
        }
    }

    /** A write has been answered, or will not be. */
    public void written(ConfigWrite write) {
        writes.add(write);
    }

    /** What was written so far. */
    public List<ConfigWrite> writes() {
        return writes.all();
    }

    /** A node was asked of itself. To be told of each node's reads in their order: those that say the same as the one before become one with it. */
    public void read(NodeRead read) {
        synchronized (lastReads) {
            NodeRead last = lastReads.get(read.node());
            if (last != null && last.saysTheSameAs(read)) {
                lastReads.put(read.node(), last.and(read));
                return;
            }
            if (last != null) {
                reads.add(last);
            }
            lastReads.put(read.node(), read);
        }
    }

    /** An answer told by which write it was routed. */
    public void routed(Routed answer) {
        routed.add(answer);
    }

    /** A node told what its store has. */
    public void stored(StoreRead read) {
        stored.add(read);
    }

    /** An origin took requests up to that one before the run began. */
    public void tookBefore(String origin, long sequence) {
        synchronized (lastSequence) {
            lastSequence.merge(origin, sequence, Math::max);
        }
    }

    /**
     * An origin took a request. To be told of every request of an origin in the order of its sequence, so that a gap shows.
     *
     * @param sequence counts the requests of an origin from 1; what was told already is skipped
     */
    public void executed(long sequence, Execution execution) {
        synchronized (lastSequence) {
            long last = lastSequence.getOrDefault(execution.origin(), 0L);
            if (sequence <= last) {
                return;
            }
            lastSequence.put(execution.origin(), sequence);
            executionsMissed += sequence - last - 1;
            if (execution.isUnsafe()) {
                executions.add(execution);
            }
        }
    }

    /** After healing all nodes are one cluster again, and serve the same. */
    public void whole() {
        wholeNanos = OptionalLong.of(System.nanoTime());
    }

    /** What was recorded so far, and what is known only at the end. */
    public History history(
            List<LoadResult> loads,
            Map<String, Integer> connectionsPlanned,
            List<NodeState> states,
            List<String> nodes,
            List<FaultEvent> faults,
            Healing healing) {
        return new History(
                begunNanos,
                System.nanoTime(),
                loads,
                new LinkedHashMap<>(connectionsPlanned),
                failures.all(),
                slices(),
                sorted(writes.all(), Comparator.comparingLong(write -> write.sentNanos() - begunNanos)),
                sorted(allReads(), Comparator.comparingLong(read -> read.firstAskedNanos() - begunNanos)),
                sorted(routed.all(), Comparator.comparingLong(answer -> answer.startedNanos() - begunNanos)),
                sorted(stored.all(), Comparator.comparingLong(read -> read.askedNanos() - begunNanos)),
                states,
                nodes,
                unsafe.all(),
                executions.all(),
                new Dropped(
                        failures.dropped(),
                        writes.dropped(),
                        reads.dropped(),
                        routed.dropped(),
                        stored.dropped(),
                        unsafe.dropped(),
                        executions.dropped() + missed()),
                faults,
                wholeNanos,
                healing);
    }

    private List<LatencySlice> slices() {
        return new TreeMap<>(latencies)
                .values().stream().flatMap(log -> log.slices().stream()).toList();
    }

    private List<NodeRead> allReads() {
        synchronized (lastReads) {
            List<NodeRead> all = new ArrayList<>(reads.all());
            all.addAll(lastReads.values());
            return all;
        }
    }

    private long missed() {
        synchronized (lastSequence) {
            return executionsMissed;
        }
    }

    private static <T> List<T> sorted(List<T> list, Comparator<T> order) {
        return list.stream().sorted(order).toList();
    }
}
