package io.convergate.loadgen.fault.proxy;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Bytes on their way through a pipe.
 *
 * @param bytes owned by the piece; null for the end of the stream
 * @param dueNanos when they may leave, of {@link System#nanoTime()}
 */
record Piece(@Nullable ByteBuf bytes, long dueNanos) {
    int size() {
        return bytes == null ? 0 : bytes.readableBytes();
    }

    Piece later(long nanos) {
        return new Piece(bytes, dueNanos + nanos);
    }

    Piece at(long nanos) {
        return new Piece(bytes, nanos);
    }

    void release() {
        if (bytes != null) {
            bytes.release();
        }
    }
}
