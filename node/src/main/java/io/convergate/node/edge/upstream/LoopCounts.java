package io.convergate.node.edge.upstream;

import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * What one loop has under way to one upstream or endpoint. Written by that loop alone, without a lock or a fence; anybody may read, and
 * reads a number that was right a moment ago.
 */
final class LoopCounts {
    /** Requests, from the choice of the upstream to the end of the response. */
    static final int ACTIVE = 0;
    /** Of those, the ones that are being sent again. */
    static final int RETRYING = 1;
    /** Connections, idle ones too. */
    static final int CONNECTIONS = 2;

    /** As many as fill a cache line, so that the counts of two loops do not share one. */
    private static final int SIZE = 16;

    private final AtomicIntegerArray counts = new AtomicIntegerArray(SIZE);

    void add(int count, int change) {
        counts.setOpaque(count, counts.getPlain(count) + change);
    }

    int get(int count) {
        return counts.getOpaque(count);
    }
}
