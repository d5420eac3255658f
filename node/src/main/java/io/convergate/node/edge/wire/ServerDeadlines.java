package io.convergate.node.edge.wire;

import io.convergate.node.edge.Deadlines;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The deadlines of a client's connection, see {@link Deadlines}. */
final class ServerDeadlines extends Sweeper.Swept {
    private final ServerConnection connection;
    private @Nullable ServerExchange watched;
    private long seenProgress;
    private long seenPending;
    private long progressNanos;

    ServerDeadlines(ServerConnection connection) {
        this.connection = connection;
    }

    @Override
    protected void sweep(long nowNanos) {
        Deadlines deadlines = connection.listener().deadlines();
        LingeringClose lingering = connection.lingering();
        ServerExchange exchange = connection.exchange();
        if (lingering != null) {
            if (lingering.isOver(nowNanos)) {
                connection.channel().close();
            }
        } else if (exchange != null) {
            sweep(exchange, deadlines, nowNanos);
        } else if (connection.headSinceNanos != 0) {
            if (nowNanos - connection.headSinceNanos > deadlines.headerRead().toNanos()) {
                connection
                        .responses()
                        .refuse(connection.newRecord(), new WireFault(408, "a head that did not arrive in time"));
            }
        } else {
            sweepIdle(deadlines, nowNanos);
        }
    }

    /** No request: but what was written last may still be on its way to a slow client. */
    private void sweepIdle(Deadlines deadlines, long nowNanos) {
        long pending = connection.responses().pendingBytes();
        if (pending != seenPending) {
            seenPending = pending;
            connection.lastActivityNanos = nowNanos;
        }
        Duration atMost = pending > 0
                ? deadlines.streamIdle()
                : connection.isDraining() ? deadlines.drainIdle() : deadlines.clientIdle();
        long since = connection.isDraining() && pending == 0
                ? Math.max(connection.lastActivityNanos, connection.drainingSinceNanos)
                : connection.lastActivityNanos;
        if (nowNanos - since > atMost.toNanos()) {
            connection.channel().close();
        }
    }

    /** A reply that is waited for, or a body in either direction, that has not moved since it was last looked at. */
    private void sweep(ServerExchange exchange, Deadlines deadlines, long nowNanos) {
        WireBody body = exchange.body();
        long progress =
                (body == null ? 0 : body.bytes()) + connection.responses().progress();
        if (watched != exchange || progress != seenProgress) {
            watched = exchange;
            seenProgress = progress;
            progressNanos = nowNanos;
        } else if (nowNanos - progressNanos > deadlines.streamIdle().toNanos()) {
            connection.timedOut(exchange);
        }
    }
}
