package io.convergate.node.edge.wire;

import io.convergate.node.edge.http.Fields;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * A message body that is still arriving on a channel, between the connection that reads it and the one place that takes
 * it: another channel, or a stream. Back-pressure is a matter of two calls: the taker says it is full, and the source
 * stops reading; the taker asks for more, and it reads on. Between the two at most what one read brought is kept.
 *
 * <p>Confined to the loop of the connection.
 */
public final class WireBody {
    /** The connection that the body arrives on. */
    public interface Source {
        /** Somebody is about to read the body: a client that waits to be asked for it may be asked. */
        void invited();

        void pauseReading();

        void resumeReading();

        /** The taker wants no more: what still comes is of no use to anyone. */
        void abandoned();
    }

    /** Where the body goes. */
    public interface Taker {
        /**
         * Takes one piece and its ownership.
         *
         * @return whether there is room for more; if not, {@link WireBody#more()} is called when there is
         */
        boolean data(ByteBuf piece);

        /** What one read brought has been handed over: time to flush. */
        void pause();

        void end(@Nullable WireHeaders trailers);

        void failed(Throwable cause);
    }

    /** Who wants to know how a body ended, beside whoever takes it. */
    public interface Watcher {
        /**
         * Nothing more of it comes. Called once, before the taker is told; must not fail.
         *
         * @param trailers its trailers; null if there are none, or it has not arrived whole
         * @param failure why the rest will never come; null if it has come, or nobody wants it
         */
        void ended(@Nullable Fields trailers, @Nullable Throwable failure);
    }

    private final Source source;
    private final ArrayDeque<ByteBuf> waiting = new ArrayDeque<>(4);
    private @Nullable Taker taker;
    private @Nullable Watcher watcher;
    private boolean takerFull;
    private boolean paused;
    private boolean arrived;
    private boolean finished;
    private @Nullable WireHeaders trailers;
    private @Nullable Throwable failure;
    private long bytes;

    public WireBody(Source source) {
        this.source = source;
    }

    /** Bytes of content that have arrived. */
    public long bytes() {
        return bytes;
    }

    /** Whether the last piece has arrived, taken or not. */
    public boolean arrived() {
        return arrived;
    }

    // The source's side.

    /** One more piece, with its ownership. No taker ever sees an empty one, which would be the end to some. */
    public void offer(ByteBuf piece) {
        bytes += piece.readableBytes();
        if (finished || !piece.isReadable()) {
            piece.release();
        } else if (taker == null || takerFull || !waiting.isEmpty()) {
            waiting.add(piece);
            pauseSource();
        } else if (!taker.data(piece)) {
            takerFull = true;
            pauseSource();
        }
    }

    /** What one read brought is over. */
    public void readComplete() {
        if (taker != null && !finished) {
            taker.pause();
        }
    }

    /** The last piece has been offered. */
    public void end(@Nullable WireHeaders trailerFields) {
        arrived = true;
        trailers = trailerFields;
        tellWatcher(trailerFields == null ? null : trailerFields.fields(), null);
        // The connection is free for its next message; what of this one still waits is no reason to hold it.
        resumeSource();
        deliverEnd();
    }

    /** The rest will never come, or nobody is left who wanted it; what has arrived still reaches the taker it has. */
    public void fail(Throwable cause) {
        if (failure == null && (!arrived || taker == null)) {
            failure = cause;
            tellWatcher(null, cause);
            if (taker == null) {
                releaseWaiting();
            }
            deliverEnd();
        }
    }

    // The taker's side.

    /** A reader of ours is about to take the body, so that no upstream will ask the client for it. */
    void invite() {
        source.invited();
    }

    /** Starts the hand-over. Once. */
    public void takenBy(Taker newTaker) {
        if (taker != null) {
            throw new IllegalStateException("a body has one taker");
        }
        taker = newTaker;
        more();
    }

    /** Whether somebody takes the body. */
    public boolean taken() {
        return taker != null;
    }

    /** There is room again. */
    public void more() {
        Taker to = taker;
        if (finished || to == null) {
            return;
        }
        takerFull = false;
        boolean handedOver = false;
        while (!waiting.isEmpty() && !takerFull) {
            takerFull = !to.data(waiting.poll());
            handedOver = true;
            if (finished) {
                return;
            }
        }
        if (handedOver) {
            to.pause();
        }
        deliverEnd();
        if (!finished && !takerFull) {
            resumeSource();
        }
    }

    /** Nobody will take what has not been taken. */
    public void cancel() {
        if (!finished) {
            finish();
            tellWatcher(null, null);
            if (!arrived) {
                source.abandoned();
            }
        }
    }

    /** Has somebody told how the body ends, which must not have arrived yet. */
    public void watchedBy(Watcher newWatcher) {
        watcher = newWatcher;
    }

    private void tellWatcher(@Nullable Fields trailerFields, @Nullable Throwable cause) {
        Watcher told = watcher;
        watcher = null;
        if (told != null) {
            told.ended(trailerFields, cause);
        }
    }

    private void deliverEnd() {
        Taker to = taker;
        if (finished || to == null || !waiting.isEmpty()) {
            return;
        }
        if (failure != null) {
            finish();
            to.failed(failure);
        } else if (arrived) {
            finish();
            to.end(trailers);
        }
    }

    private void finish() {
        finished = true;
        releaseWaiting();
        if (!arrived) {
            resumeSource();
        }
    }

    /** Whether the source was told to stop reading, and not yet to go on. */
    boolean isPaused() {
        return paused;
    }

    private void resumeSource() {
        if (paused) {
            paused = false;
            source.resumeReading();
        }
    }

    private void releaseWaiting() {
        for (ByteBuf piece = waiting.poll(); piece != null; piece = waiting.poll()) {
            piece.release();
        }
    }

    /** Each time, not once: whoever shares the connection may have let it read on meanwhile. */
    private void pauseSource() {
        if (!arrived) {
            paused = true;
            source.pauseReading();
        }
    }
}
