package io.convergate.node.edge.wire;

import java.util.Collections;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The open client connections of a listener. Any thread. */
final class ConnectionGroup {
    private final Set<ServerConnection> open = Collections.newSetFromMap(new ConcurrentHashMap<>());
    private final AtomicInteger total;
    private volatile boolean draining;

    /** @param total counts the connections of all listeners together */
    ConnectionGroup(AtomicInteger total) {
        this.total = total;
    }

    void add(ServerConnection connection) {
        open.add(connection);
        total.incrementAndGet();
        if (draining) {
            connection.loop().execute(connection::drain);
        }
    }

    void remove(ServerConnection connection) {
        if (open.remove(connection)) {
            total.decrementAndGet();
        }
    }

    /** Lets every connection end after what it is doing. */
    void drain() {
        draining = true;
        for (ServerConnection connection : open) {
            connection.loop().execute(connection::drain);
        }
    }

    int size() {
        return open.size();
    }

    /** Closes what is still open. */
    void close() {
        for (ServerConnection connection : open) {
            connection.channel().close();
        }
    }
}
