package io.convergate.loadgen.verify;

import io.convergate.loadgen.fault.FaultEvent;
import io.convergate.loadgen.load.Exchange;
import io.convergate.loadgen.load.LoadResult;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

/**
 * All that was seen in a run, for checks. Immutable. Right answers are only counted; failures are kept whole.
 *
 * @param begunNanos when the first load began, of {@link System#nanoTime()}
 * @param endedNanos when the last check was due
 * @param loads the figures of each load
 * @param connectionsPlanned for each load, how many connections it has when none breaks
 * @param failures every exchange that did not end well
 * @param latencies of each load, in pieces
 * @param writes of the configuration, in the order in which they were sent
 * @param reads of the nodes, in the order in which they were asked; those of one node that follow each other and say the same are one
 * @param routed by which writes nodes routed, in the order in which the requests began
 * @param stored what the nodes' stores had of resources that are deleted and made again, in the order in which they were asked
 * @param states what each node had after healing; a node that did not answer is missing
 * @param nodes the nodes that must be there after healing
 * @param unsafe the requests that can do harm twice, as they were sent
 * @param executions the same, as origins took them
 * @param dropped what is missing because there was more than could be kept
 * @param faults what was done
 * @param wholeNanos when, after healing, all nodes were one cluster again; empty if they were not, or were not asked to be
 * @param healing what became of the nodes after the last fault
 */
public record History(
        long begunNanos,
        long endedNanos,
        List<LoadResult> loads,
        Map<String, Integer> connectionsPlanned,
        List<Exchange> failures,
        List<LatencySlice> latencies,
        List<ConfigWrite> writes,
        List<NodeRead> reads,
        List<Routed> routed,
        List<StoreRead> stored,
        List<NodeState> states,
        List<String> nodes,
        List<UnsafeRequest> unsafe,
        List<Execution> executions,
        Dropped dropped,
        List<FaultEvent> faults,
        OptionalLong wholeNanos,
        Healing healing) {
    public History {
        loads = List.copyOf(loads);
        connectionsPlanned = Map.copyOf(connectionsPlanned);
        failures = List.copyOf(failures);
        latencies = List.copyOf(latencies);
        writes = List.copyOf(writes);
        reads = List.copyOf(reads);
        routed = List.copyOf(routed);
        stored = List.copyOf(stored);
        unsafe = List.copyOf(unsafe);
        states = List.copyOf(states);
        nodes = List.copyOf(nodes);
        executions = List.copyOf(executions);
        faults = List.copyOf(faults);
    }

    /** Since the beginning, in words. */
    String at(long nanos) {
        return String.format(Locale.ROOT, "%.3f s", (nanos - begunNanos) / 1e9);
    }

    /** The nodes that did not say after healing what they have. */
    List<String> silent() {
        return nodes.stream()
                .filter(node -> states.stream().noneMatch(state -> state.node().equals(node)))
                .toList();
    }

    /** The figures of one load, or of all if the name is empty. */
    List<LoadResult> loads(String name) {
        return loads.stream()
                .filter(load -> name.isEmpty() || load.name().equals(name))
                .toList();
    }
}
