package io.convergate.node.limits.cluster;

import java.util.concurrent.atomic.LongAdder;

/** How many keys this node owns. Any thread. */
final class Owned {
    private final LongAdder keys = new LongAdder();

    void add(int count) {
        keys.add(count);
    }

    long keys() {
        return keys.sum();
    }
}
