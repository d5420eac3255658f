package io.convergate.loadgen.verify;

import io.convergate.loadgen.fault.FaultEvent;
import io.convergate.loadgen.load.Exchange;
import io.convergate.loadgen.load.ExchangeListener;
import io.convergate.loadgen.load.LoadResult;
import io.convergate.loadgen.load.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.ConcurrentHistogram;

/** Writes the history of a run while it goes on. Thread-safe. What it keeps is bounded; what is over a bound is counted. */
public final class HistoryRecorder implements ExchangeListener {
    private static final int FAILURES_MAX = 20_000;
    private static final int WRITES_MAX = 100_000;
    private static final int READS_MAX = 200_000;
    private static final int EXECUTIONS_MAX = 500_000;

    /** So fine are the windows of a promise about latency. */
    private static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private static final long MICROS_MAX = TimeUnit.MINUTES.toMicros(2);

    private final long begunNanos = System.nanoTime();
    private final List<Exchange> failures = new ArrayList<>();
    private final AtomicLong failuresDropped = new AtomicLong();
    private final ConcurrentMap<Slice, ConcurrentHistogram> latencies = new ConcurrentHashMap<>();
    private final List<ConfigWrite> writes = new ArrayList<>();
    private final List<NodeRead> reads = new ArrayList<>();
    private final Map<String, Long> lastSequence = new HashMap<>();
    private final List<Execution> executions = new ArrayList<>();
    private long executionsMissed;

    private record Slice(String load, long index) {}

    /** When it began, of {@link System#nanoTime()}. */
    public long begunNanos() {
        return begunNanos;
    }

    @Override
    public void completed(Exchange exchange) {
        if (exchange.outcome() != Outcome.OK) {
            synchronized (failures) {
                if (failures.size() < FAILURES_MAX) {
                    failures.add(exchange);
                } else {
                    failuresDropped.incrementAndGet();
                }
            }
        }
        if (exchange.outcome() == Outcome.UNASKED) {
            return;
        }
        long index = Math.floorDiv(exchange.endedNanos() - begunNanos, SLICE_NANOS);
        latencies
                .computeIfAbsent(new Slice(exchange.load(), index), slice -> new ConcurrentHistogram(MICROS_MAX, 2))
                .recordValue(Math.max(0, Math.min(MICROS_MAX, exchange.latencyNanos() / 1_000)));
    }

    /** A write has been answered, or will not be. */
    public void written(ConfigWrite write) {
        synchronized (writes) {
            if (writes.size() == WRITES_MAX) {
                throw new IllegalStateException("more than " + WRITES_MAX + " writes (expected: a gentler scenario)");
            }
            writes.add(write);
        }
    }

    /** How many writes were recorded so far. */
    public int writes() {
        synchronized (writes) {
            return writes.size();
        }
    }

    /** A node has said what it serves. Reads over the bound are left out: the last steps of a node still are in order. */
    public void read(NodeRead read) {
        synchronized (reads) {
            if (reads.size() < READS_MAX) {
                reads.add(read);
            }
        }
    }

    /** An origin took requests up to that one before the run began. */
    public void tookBefore(String origin, long sequence) {
        synchronized (executions) {
            lastSequence.merge(origin, sequence, Math::max);
        }
    }

    /**
     * An origin took a request. To be told of every request of an origin in the order of its sequence, so that a gap shows.
     *
     * @param sequence counts the requests of an origin from 1; what was told already is skipped
     */
    public void executed(long sequence, Execution execution) {
        synchronized (executions) {
            long last = lastSequence.getOrDefault(execution.origin(), 0L);
            if (sequence <= last) {
                return;
            }
            lastSequence.put(execution.origin(), sequence);
            executionsMissed += sequence - last - 1;
            if (!execution.isUnsafe()) {
                return;
            }
            if (executions.size() < EXECUTIONS_MAX) {
                executions.add(execution);
            } else {
                executionsMissed++;
            }
        }
    }

    /** What was recorded so far, and what is known only at the end. */
    public History history(
            List<LoadResult> loads,
            Map<String, Integer> connectionsPlanned,
            List<NodeState> states,
            List<String> nodes,
            List<FaultEvent> faults,
            Optional<Duration> converged) {
        List<LatencySlice> slices = latencies.entrySet().stream()
                .map(entry -> new LatencySlice(
                        entry.getKey().load(),
                        new Window(
                                begunNanos + entry.getKey().index() * SLICE_NANOS,
                                begunNanos + (entry.getKey().index() + 1) * SLICE_NANOS - 1),
                        entry.getValue()))
                .sorted(Comparator.comparing(LatencySlice::load)
                        .thenComparing(slice -> slice.window().fromNanos()))
                .toList();
        return new History(
                begunNanos,
                System.nanoTime(),
                loads,
                new LinkedHashMap<>(connectionsPlanned),
                copy(failures),
                failuresDropped.get(),
                slices,
                copy(writes).stream()
                        .sorted(Comparator.comparingLong(ConfigWrite::sentNanos))
                        .toList(),
                copy(reads).stream()
                        .sorted(Comparator.comparingLong(NodeRead::atNanos))
                        .toList(),
                states,
                nodes,
                copy(executions),
                missed(),
                faults,
                converged);
    }

    private long missed() {
        synchronized (executions) {
            return executionsMissed;
        }
    }

    private static <T> List<T> copy(List<T> list) {
        synchronized (list) {
            return List.copyOf(list);
        }
    }
}
