package io.convergate.loadgen.fault.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.concurrent.Future;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a proxied connection: what comes in goes through the toxics, waits until it is due, and goes out, in order. Holds 1
 * MiB and what one read brings; above that it reads no more, so that the sender feels a slow link. Confined to the loop that both
 * channels are on.
 */
final class Pipe {
    private static final long HELD_MAX = 1 << 20;

    private final Channel from;
    private final Channel to;
    private final Toxic.Stream stream;
    private final Random random;
    private final Spliced connection;
    private final Deque<Piece> held = new ArrayDeque<>();
    private final Map<Toxic, Shaper> met = new HashMap<>();
    private List<Shaper> shapers = List.of();
    private List<Future<?>> endings = new ArrayList<>();
    private long heldBytes;
    private long lastDue = Long.MIN_VALUE;
    private boolean isBlocked;
    private boolean isEnded;
    private @Nullable Future<?> wake;

    Pipe(Channel from, Channel to, Toxic.Stream stream, Random random, Spliced connection) {
        this.from = from;
        this.to = to;
        this.stream = stream;
        this.random = random;
        this.connection = connection;
    }

    /** Lets it have these toxics. What waits now waits anew, so that removing a toxic frees what it held up. */
    void use(List<Toxic> toxics) {
        List<Toxic> mine =
                toxics.stream().filter(toxic -> toxic.stream() == stream).toList();
        met.keySet().retainAll(mine);
        // The draw whether a toxic meets this connection is made once: a toxic that does not has a shaper that does
        // nothing.
        mine.forEach(toxic -> met.computeIfAbsent(
                toxic,
                first -> random.nextDouble() < toxic.toxicity() ? toxic.effect().shaper(random) : new Shaper() {}));
        shapers = mine.stream().map(met::get).toList();
        endings.forEach(ending -> ending.cancel(false));
        endings = new ArrayList<>();
        isBlocked = false;
        shapers.forEach(shaper -> shaper.ending().ifPresent(this::expect));
        List<Piece> again = new ArrayList<>(held);
        held.clear();
        heldBytes = 0;
        lastDue = Long.MIN_VALUE;
        again.forEach(piece -> feed(0, piece.at(System.nanoTime())));
        pump();
    }

    private void expect(Shaper.Ending ending) {
        isBlocked = true;
        if (ending.afterMs() >= 0) {
            endings.add(from.eventLoop()
                    .schedule(
                            ending.isReset() ? connection::reset : connection::close,
                            ending.afterMs(),
                            TimeUnit.MILLISECONDS));
        }
    }

    /** Takes bytes; they are released when they have left. */
    void take(ByteBuf bytes) {
        feed(0, new Piece(bytes, System.nanoTime()));
        pump();
        if (heldBytes > HELD_MAX || isBlocked) {
            from.config().setAutoRead(false);
        }
    }

    /** The sender says no more. */
    void takeEnd() {
        feed(0, new Piece(null, System.nanoTime()));
        pump();
    }

    private void feed(int next, Piece piece) {
        if (next < shapers.size()) {
            shapers.get(next).pass(piece, passed -> feed(next + 1, passed));
            return;
        }
        lastDue = Math.max(lastDue, piece.dueNanos());
        held.addLast(piece.at(lastDue));
        heldBytes += piece.size();
    }

    /** Sends what is due, as far as the receiver takes it. */
    void pump() {
        boolean hasSent = false;
        while (!isBlocked && !held.isEmpty() && to.isWritable()) {
            Piece first = held.getFirst();
            long wait = first.dueNanos() - System.nanoTime();
            if (wait > 0) {
                wakeIn(wait);
                break;
            }
            held.removeFirst();
            heldBytes -= first.size();
            if (first.bytes() == null) {
                to.flush();
                end();
            } else {
                to.write(first.bytes());
                hasSent = true;
            }
        }
        if (hasSent) {
            to.flush();
        }
        if (held.isEmpty() && shapers.stream().anyMatch(Shaper::isSpent)) {
            to.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(sent -> connection.close());
        }
        if (!isBlocked && heldBytes <= HELD_MAX / 2 && canRead()) {
            from.config().setAutoRead(true);
        }
    }

    /** Reading on where the sender has ended its side would close the channel, the other direction with it. */
    private boolean canRead() {
        return !from.config().isAutoRead() && from instanceof DuplexChannel duplex && !duplex.isInputShutdown();
    }

    private void wakeIn(long nanos) {
        if (wake == null) {
            wake = from.eventLoop()
                    .schedule(
                            () -> {
                                wake = null;
                                pump();
                            },
                            nanos,
                            TimeUnit.NANOSECONDS);
        }
    }

    private void end() {
        isEnded = true;
        if (to instanceof DuplexChannel duplex && to.isActive()) {
            duplex.shutdownOutput();
        }
        connection.ended();
    }

    /** Whether the end has been told to the receiver. */
    boolean isEnded() {
        return isEnded;
    }

    /** Lets go of what is held. */
    void release() {
        endings.forEach(ending -> ending.cancel(false));
        held.forEach(Piece::release);
        held.clear();
        heldBytes = 0;
        if (wake != null) {
            wake.cancel(false);
        }
    }
}
