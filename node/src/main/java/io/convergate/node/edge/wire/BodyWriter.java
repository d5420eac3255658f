package io.convergate.node.edge.wire;

import io.convergate.node.edge.http.Field;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import org.apache.pekko.http.scaladsl.model.HttpHeader;
import org.jspecify.annotations.Nullable;

/**
 * Writes a body to a channel in its framing, as pieces come: as they are where the length is known, as chunks where it
 * is not. Never more or less than the announced length. Confined to the channel's loop.
 */
public final class BodyWriter implements WireBody.Taker {
    /** What the body's end means to the connection that sends it. */
    public interface Owner {
        /** Everything has been written and flushed to the channel. */
        void bodyWritten();

        /** The body ended before its time; the message cannot be completed. */
        void bodyFailed(Throwable cause);
    }

    private static final byte[] CRLF = {'\r', '\n'};
    private static final byte[] LAST_CHUNK = {'0', '\r', '\n'};
    private static final byte[] HEX = "0123456789abcdef".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    private final Channel channel;
    private final Owner owner;
    private final boolean chunked;
    private final long length;
    private final boolean trailersWanted;
    private long written;
    private boolean over;

    /**
     * @param length the announced length, or -1 for a body in chunks or up to the connection's end
     * @param chunked whether to write chunks
     */
    public BodyWriter(Channel channel, long length, boolean chunked, boolean trailersWanted, Owner owner) {
        this.channel = channel;
        this.length = length;
        this.chunked = chunked;
        this.trailersWanted = trailersWanted;
        this.owner = owner;
    }

    /** Bytes of content written. */
    public long written() {
        return written;
    }

    @Override
    public boolean data(ByteBuf piece) {
        int size = piece.readableBytes();
        if (over || size == 0) {
            piece.release();
            return !over;
        }
        if (length >= 0 && written + size > length) {
            piece.release();
            fail(new IllegalStateException("a body longer than its Content-Length"));
            return false;
        }
        written += size;
        if (chunked) {
            channel.write(chunkHead(size), channel.voidPromise());
            channel.write(piece, channel.voidPromise());
            channel.write(Unpooled.wrappedBuffer(CRLF), channel.voidPromise());
        } else {
            channel.write(piece, channel.voidPromise());
        }
        return channel.isWritable();
    }

    private ByteBuf chunkHead(int size) {
        ByteBuf head = channel.alloc().buffer(10);
        boolean leading = true;
        for (int shift = 28; shift >= 0; shift -= 4) {
            int digit = size >>> shift & 0xf;
            leading &= digit == 0;
            if (!leading) {
                head.writeByte(HEX[digit]);
            }
        }
        return head.writeBytes(CRLF);
    }

    @Override
    public void pause() {
        if (!over) {
            channel.flush();
        }
    }

    @Override
    public void end(@Nullable WireHeaders trailers) {
        end(trailers == null ? null : trailers.fields().toSeq());
    }

    /** Ends the body with these trailers; those that could change how the message is read are left out. */
    public void end(scala.collection.immutable.@Nullable Seq<HttpHeader> trailers) {
        if (over) {
            return;
        }
        if (length >= 0 && written < length) {
            fail(new IllegalStateException("a body shorter than its Content-Length"));
            return;
        }
        over = true;
        if (chunked) {
            ByteBuf last = channel.alloc().buffer(64).writeBytes(LAST_CHUNK);
            if (trailersWanted && trailers != null) {
                for (int i = 0; i < trailers.length(); i++) {
                    writeTrailer(last, trailers.apply(i));
                }
            }
            channel.write(last.writeBytes(CRLF), channel.voidPromise());
        }
        channel.flush();
        owner.bodyWritten();
    }

    /** RFC 9110 section 6.5.1: fields for framing, routing, authentication and content are no trailers. */
    private static void writeTrailer(ByteBuf out, HttpHeader field) {
        switch (Field.roleOf(field)) {
            case ORDINARY, DATE, SERVER, USER_AGENT:
                HeadWriter.field(out, field);
                break;
            default:
                break;
        }
    }

    @Override
    public void failed(Throwable cause) {
        fail(cause);
    }

    private void fail(Throwable cause) {
        if (!over) {
            over = true;
            owner.bodyFailed(cause);
        }
    }

    /** Nothing more is to be written: the connection is gone. */
    public void stop() {
        over = true;
    }
}
