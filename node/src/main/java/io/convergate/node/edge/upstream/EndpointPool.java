package io.convergate.node.edge.upstream;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** The connections of one loop to one endpoint. The one used last is used next, so that spare ones can grow old and end. */
final class EndpointPool {
    /** Idle connections kept; one more is closed. */
    private static final int IDLE_MAX = 512;

    private final Endpoint endpoint;
    private final ArrayDeque<UpstreamConnection> idle = new ArrayDeque<>();
    private final LoopCounts counts = new LoopCounts();

    EndpointPool(Endpoint endpoint) {
        this.endpoint = endpoint;
    }

    Endpoint endpoint() {
        return endpoint;
    }

    int active() {
        return counts.get(LoopCounts.ACTIVE);
    }

    void begun() {
        counts.add(LoopCounts.ACTIVE, 1);
    }

    void ended() {
        counts.add(LoopCounts.ACTIVE, -1);
    }

    /** Connections, idle ones too. Any thread; right a moment ago. */
    int connections() {
        return counts.get(LoopCounts.CONNECTIONS);
    }

    void opened() {
        counts.add(LoopCounts.CONNECTIONS, 1);
    }

    void closed() {
        counts.add(LoopCounts.CONNECTIONS, -1);
    }

    /** An idle connection; null if there is none. */
    @Nullable
    UpstreamConnection take() {
        return idle.pollLast();
    }

    /** Keeps a connection for the next request; returns whether it is kept. */
    boolean keep(UpstreamConnection connection) {
        if (endpoint.isRetired() || idle.size() >= IDLE_MAX) {
            return false;
        }
        UpstreamLimits limits = endpoint.limits();
        PendingCall next = limits == null ? null : limits.nextWaiting();
        if (limits != null && next != null && next.pool() != this) {
            // Of another endpoint or loop: when this connection has ended there is room for its own.
            limits.await(next);
            return false;
        }
        idle.addLast(connection);
        if (next != null) {
            next.loop().execute(next::roomMade);
        }
        return true;
    }

    void remove(UpstreamConnection connection) {
        idle.remove(connection);
    }

    /** Closes the connection that has been idle for longest; returns whether there was one. */
    boolean closeOneIdle() {
        UpstreamConnection oldest = idle.pollFirst();
        if (oldest == null) {
            return false;
        }
        oldest.close();
        return true;
    }

    void closeIdle() {
        for (UpstreamConnection connection = idle.poll(); connection != null; connection = idle.poll()) {
            connection.close();
        }
    }
}
