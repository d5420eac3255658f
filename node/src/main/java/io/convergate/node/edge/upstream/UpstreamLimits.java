package io.convergate.node.edge.upstream;

import io.convergate.node.edge.EdgeLoop;
import io.convergate.routing.upstream.PoolSettings;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The bounds of one upstream on this node: connections, requests that wait for one, requests in flight. They are counted in
 * one place for all loops, so that they are exact: never more, and never refused while there is room. Only upstreams
 * that have a bound have this; it outlives changes of the configuration that leave the bounds alone. Any thread.
 */
final class UpstreamLimits {
    /**
     * The bounds; {@link Integer#MAX_VALUE} for none.
     *
     * @param connections the most connections, those that are being opened among them
     * @param pending the most requests without a connection
     * @param active the most requests in flight
     */
    record Bounds(int connections, int pending, int active) {
        static @Nullable Bounds of(PoolSettings pool) {
            Bounds bounds = new Bounds(pool.connectionsMax(), pool.pendingRequestsMax(), pool.activeRequestsMax());
            int none = Integer.MAX_VALUE;
            return bounds.connections == none && bounds.pending == none && bounds.active == none ? null : bounds;
        }
    }

    private final Bounds bounds;
    private final List<? extends EdgeLoop> loops;
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger pending = new AtomicInteger();
    private final AtomicInteger active = new AtomicInteger();
    private final Queue<PendingCall> waiting = new ConcurrentLinkedQueue<>();
    private final Set<Endpoint> endpoints = ConcurrentHashMap.newKeySet();

    UpstreamLimits(Bounds bounds, List<? extends EdgeLoop> loops) {
        this.bounds = bounds;
        this.loops = List.copyOf(loops);
    }

    private static boolean raise(AtomicInteger count, int max) {
        int now = count.get();
        while (now < max) {
            if (count.compareAndSet(now, now + 1)) {
                return true;
            }
            now = count.get();
        }
        return false;
    }

    void add(Endpoint endpoint) {
        endpoints.add(endpoint);
    }

    void remove(Endpoint endpoint) {
        endpoints.remove(endpoint);
    }

    /** Whether one more request may begin; if so, {@link #ended} must follow. */
    boolean begun() {
        return raise(active, bounds.active);
    }

    void ended() {
        active.decrementAndGet();
    }

    /** Whether one more request may be without a connection; if so, {@link #pendingOver} must follow. */
    boolean pending() {
        return raise(pending, bounds.pending);
    }

    void pendingOver() {
        pending.decrementAndGet();
    }

    /** Whether one more connection may be opened; if so, {@link #closed} must follow. */
    boolean opened() {
        return raise(connections, bounds.connections);
    }

    /** A connection has ended, or was never made. */
    void closed() {
        connections.decrementAndGet();
        wakeNext();
    }

    /** Whether a request waits for a connection that others have. */
    boolean hasWaiting() {
        return !waiting.isEmpty();
    }

    @Nullable
    PendingCall nextWaiting() {
        return waiting.poll();
    }

    /** Lets a request wait for room, which is made if other loops have connections that they do not use. */
    void await(PendingCall call) {
        waiting.add(call);
        if (connections.get() < bounds.connections) {
            wakeNext();
        }
        for (EdgeLoop loop : loops) {
            loop.execute(() -> closeOneIdle(loop));
        }
    }

    void forget(PendingCall call) {
        waiting.remove(call);
    }

    void wakeNext() {
        PendingCall next = waiting.poll();
        if (next != null) {
            next.loop().execute(next::roomMade);
        }
    }

    private void closeOneIdle(EdgeLoop loop) {
        if (!hasWaiting() || connections.get() < bounds.connections) {
            return;
        }
        for (Endpoint endpoint : endpoints) {
            if (endpoint.pool(loop).closeOneIdle()) {
                return;
            }
        }
    }
}
