package io.convergate.loadgen.load;

import io.netty.channel.ChannelFuture;
import org.jspecify.annotations.Nullable;

/** A place for one connection at a time: opens it, moves on to the next target when it fails, and tells its worker. Confined to the worker's loop. */
final class Slot {
    private enum State {
        CLOSED,
        CONNECTING,
        OPEN
    }

    private final Worker worker;
    private State state = State.CLOSED;
    private int triesLeft;

    private Targets.@Nullable Address address;

    private @Nullable WireConnection connection;

    private @Nullable ChannelFuture connecting;

    /** Counts attempts, so that news of an earlier connection is known to be old. */
    private int generation;

    int underWay;
    boolean isReady;
    boolean isDirty;

    Slot(Worker worker) {
        this.worker = worker;
    }

    Worker worker() {
        return worker;
    }

    int generation() {
        return generation;
    }

    /** Where it is, or was last, connected to. */
    Targets.@Nullable Address address() {
        return address;
    }

    boolean isClosed() {
        return state == State.CLOSED;
    }

    boolean hasRoom() {
        WireConnection current = connection;
        return state == State.OPEN && current != null && current.hasRoom(underWay);
    }

    /** Opens a connection to the next target, or to the one after it, until each was tried once. */
    void open() {
        state = State.CONNECTING;
        triesLeft = worker.targets().size();
        tryNext();
    }

    private void tryNext() {
        triesLeft--;
        int attempt = ++generation;
        Targets.Address next = worker.targets().next(System.nanoTime());
        address = next;
        ChannelFuture future = worker.connect(next, this);
        connecting = future;
        future.addListener(done -> {
            if (!done.isSuccess()) {
                couldNotOpen(attempt, String.valueOf(done.cause().getMessage()));
            }
        });
    }

    /** The connection is there and may be used. */
    void opened(int attempt, WireConnection made) {
        if (attempt != generation || state != State.CONNECTING) {
            made.close();
            return;
        }
        connecting = null;
        connection = made;
        state = State.OPEN;
        underWay = 0;
        if (address != null) {
            worker.targets().worked(address, System.nanoTime());
        }
        worker.opened(this);
    }

    /** No connection came about: refused, a deadline, a handshake that failed. */
    void couldNotOpen(int attempt, String why) {
        if (attempt != generation || state != State.CONNECTING) {
            return;
        }
        Targets.Address failed = address;
        if (failed != null) {
            worker.targets().failed(failed, System.nanoTime());
        }
        worker.meter().connectionFailed();
        if (triesLeft > 0 && !worker.isOver()) {
            tryNext();
            return;
        }
        connecting = null;
        state = State.CLOSED;
        worker.refused(this, why);
    }

    void send(Call call) {
        WireConnection current = connection;
        if (current == null) {
            throw new IllegalStateException("sent to a closed slot");
        }
        underWay++;
        call.slot = this;
        call.address = address;
        current.send(call);
        worker.flushLater(this);
    }

    void flush() {
        if (connection != null) {
            connection.flush();
        }
    }

    void abandon(Call call) {
        if (connection != null) {
            connection.abandon(call);
        }
    }

    /**
     * A call has its whole answer.
     *
     * @param malformed what is wrong with its framing, or null
     */
    void answered(Call call, Answer answer, @Nullable String malformed) {
        underWay--;
        worker.answered(call, answer, malformed);
    }

    /** A call has no whole answer. */
    void failed(Call call, Outcome outcome, int status, String detail, boolean mayRetry) {
        underWay--;
        worker.failed(call, outcome, status, detail, mayRetry);
    }

    /** The server did not process a call, and said so. */
    void declined(Call call, String detail) {
        underWay--;
        worker.declined(call, detail);
    }

    /** There may be room for more. */
    void goOn() {
        worker.serve(this);
    }

    /**
     * The connection is over; nothing is under way on it any more.
     *
     * @param isFault whether its target shall be avoided for a while
     */
    void ended(int attempt, boolean isFault) {
        if (attempt != generation || state == State.CLOSED) {
            return;
        }
        if (state == State.CONNECTING) {
            couldNotOpen(attempt, "closed before it could be used");
            return;
        }
        state = State.CLOSED;
        connection = null;
        underWay = 0;
        if (isFault && address != null) {
            worker.targets().failed(address, System.nanoTime());
        }
        worker.closed(this);
    }

    /** Ends whatever it has, for good. */
    void shutDown() {
        generation++;
        state = State.CLOSED;
        if (connection != null) {
            connection.close();
            connection = null;
        }
        if (connecting != null) {
            connecting.cancel(false);
            connecting.channel().close();
            connecting = null;
        }
    }
}
