package io.convergate.loadgen.fault.proxy;

import io.netty.buffer.ByteBuf;
import java.util.function.Consumer;

/** Lets so many bytes a second through, in pieces of a twentieth of a second at most, so that the flow is even. */
final class Pacing implements Shaper {
    private static final int PIECES_PER_SECOND = 20;
    private static final long SECOND = 1_000_000_000L;

    private final long bytesPerSecond;
    private long freeAt = Long.MIN_VALUE;

    /** @param rate in KiB a second */
    Pacing(long rate) {
        this.bytesPerSecond = rate * 1024;
    }

    @Override
    public void pass(Piece piece, Consumer<Piece> next) {
        ByteBuf bytes = piece.bytes();
        if (bytes == null) {
            next.accept(piece.at(Math.max(piece.dueNanos(), freeAt)));
            return;
        }
        int most = (int) Math.max(1, Math.min(Integer.MAX_VALUE, bytesPerSecond / PIECES_PER_SECOND));
        while (bytes.isReadable()) {
            int size = Math.min(most, bytes.readableBytes());
            freeAt = Math.max(piece.dueNanos(), freeAt) + (long) ((double) size / bytesPerSecond * SECOND);
            next.accept(new Piece(bytes.readRetainedSlice(size), freeAt));
        }
        bytes.release();
    }
}
