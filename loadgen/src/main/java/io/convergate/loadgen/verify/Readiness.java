package io.convergate.loadgen.verify;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** When each node was ready, as far as asking it again and again can tell. */
final class Readiness {
    private final Map<String, List<NodeRead>> byNode = new HashMap<>();

    /** @param reads in the order in which they were asked */
    Readiness(List<NodeRead> reads) {
        reads.forEach(read ->
                byNode.computeIfAbsent(read.node(), node -> new ArrayList<>()).add(read));
    }

    /**
     * Whether a node was ready from one moment to another: it said so at the last read before and at the first one after, so that a node that
     * ended and started between two reads does not count as one that was ready all the time.
     */
    boolean isReady(String node, long fromNanos, long toNanos) {
        boolean wasReady = false;
        for (NodeRead read : byNode.getOrDefault(node, List.of())) {
            if (read.firstAnsweredNanos() - fromNanos <= 0) {
                wasReady = read.isReady();
                if (wasReady && read.lastAnsweredNanos() - toNanos >= 0) {
                    return true;
                }
            } else if (!wasReady || !read.isReady()) {
                return false;
            } else if (read.lastAnsweredNanos() - toNanos >= 0) {
                return true;
            }
        }
        return false;
    }
}
