package io.convergate.loadgen.origin;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.stream.ChunkedInput;

/** {@link SizedContent} as a body that is written as fast as it is read. */
final class SizedInput implements ChunkedInput<HttpContent> {
    private static final int PIECE = 64 << 10;

    private final long length;
    private long done;
    private boolean isOver;

    SizedInput(long length) {
        this.length = length;
    }

    @Override
    public boolean isEndOfInput() {
        return isOver;
    }

    @Override
    public HttpContent readChunk(ByteBufAllocator allocator) {
        if (done == length) {
            isOver = true;
            return LastHttpContent.EMPTY_LAST_CONTENT;
        }
        int count = (int) Math.min(PIECE, length - done);
        byte[] piece = SizedContent.piece(done, count);
        done += count;
        return new DefaultHttpContent(Unpooled.wrappedBuffer(piece));
    }

    @Override
    @Deprecated
    public HttpContent readChunk(ChannelHandlerContext context) {
        return readChunk(context.alloc());
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public long progress() {
        return done;
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
