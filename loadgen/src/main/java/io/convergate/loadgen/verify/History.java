package io.convergate.loadgen.verify;

import io.convergate.loadgen.fault.FaultEvent;
import io.convergate.loadgen.load.Exchange;
import io.convergate.loadgen.load.LoadResult;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that was seen in a run, for checks. Immutable. Right answers are only counted; failures are kept whole.
 *
 * @param begunNanos when the first load began, of {@link System#nanoTime()}
 * @param endedNanos when the last check was due
 * @param loads the figures of each load
 * @param connectionsPlanned for each load, how many connections it has when none breaks
 * @param failures every exchange that did not end well
 * @param failuresDropped how many more there were than could be kept
 * @param latencies of each load, in pieces
 * @param writes of the configuration, in the order in which they were sent
 * @param reads of the nodes, in the order in which they were asked
 * @param states what each node had after healing; a node that did not answer is missing
 * @param nodes the nodes that must be there after healing
 * @param executions what origins took, of requests that can do harm twice
 * @param executionsMissed how many requests of origins are unknown because their logs were too short
 * @param faults what was done
 * @param converged how long it took after healing until all nodes were one cluster again and served the same; empty if they
 *     did not, or were not asked to
 */
public record History(
        long begunNanos,
        long endedNanos,
        List<LoadResult> loads,
        Map<String, Integer> connectionsPlanned,
        List<Exchange> failures,
        long failuresDropped,
        List<LatencySlice> latencies,
        List<ConfigWrite> writes,
        List<NodeRead> reads,
        List<NodeState> states,
        List<String> nodes,
        List<Execution> executions,
        long executionsMissed,
        List<FaultEvent> faults,
        Optional<Duration> converged) {
    public History {
        loads = List.copyOf(loads);
        connectionsPlanned = Map.copyOf(connectionsPlanned);
        failures = List.copyOf(failures);
        latencies = List.copyOf(latencies);
        writes = List.copyOf(writes);
        reads = List.copyOf(reads);
        states = List.copyOf(states);
        nodes = List.copyOf(nodes);
        executions = List.copyOf(executions);
        faults = List.copyOf(faults);
    }

    /** Since the beginning, in words. */
    String at(long nanos) {
        return String.format(java.util.Locale.ROOT, "%.3f s", (nanos - begunNanos) / 1e9);
    }

    /** The figures of one load, or of all if the name is empty. */
    List<LoadResult> loads(String name) {
        return loads.stream()
                .filter(load -> name.isEmpty() || load.name().equals(name))
                .toList();
    }
}
