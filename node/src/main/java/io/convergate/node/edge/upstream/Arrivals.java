package io.convergate.node.edge.upstream;

import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/** Since when the endpoints of an upstream are there. Any thread. */
final class Arrivals {
    private final LongSupplier nanoTime;
    private final Map<InetSocketAddress, Long> since = new HashMap<>();

    /** @param nanoTime the clock, in nanoseconds from any origin */
    Arrivals(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Since when this one is there; now, if it was not before. */
    synchronized long of(InetSocketAddress address) {
        return since.computeIfAbsent(address, none -> nanoTime.getAsLong());
    }

    /** Forgets all others. */
    synchronized void retain(Set<InetSocketAddress> addresses) {
        since.keySet().retainAll(addresses);
    }

    long now() {
        return nanoTime.getAsLong();
    }
}
