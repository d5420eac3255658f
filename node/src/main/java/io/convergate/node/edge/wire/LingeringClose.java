package io.convergate.node.edge.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;

/**
 * Ends a connection on which the client may still be sending: our side is shut, and what comes is thrown away until the
 * client ends its own, or the time or a bound is over. Closing at once would answer those bytes with a reset, which can
 * take the reply away from the client (RFC 9112 section 9.6). Confined to the loop.
 */
final class LingeringClose {
    /** Thrown away at most; a client that sends more does not read replies. */
    private static final long BYTES_MAX = 1 << 20;

    /** A client that has not taken the reply by then does not want it. */
    private static final Duration WRITTEN_WITHIN = Duration.ofMinutes(1);

    private final Channel channel;
    private long deadlineNanos;
    private long discarded;

    /** Starts it; the reply has been written, not necessarily flushed. */
    LingeringClose(Channel channel, Duration time) {
        this.channel = channel;
        this.deadlineNanos = System.nanoTime() + WRITTEN_WITHIN.toNanos();
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> {
            deadlineNanos = System.nanoTime() + time.toNanos();
            ((DuplexChannel) channel).shutdownOutput();
        });
    }

    void discard(Object message) {
        if (message instanceof HttpContent content) {
            discarded += content.content().readableBytes();
        } else if (message instanceof ByteBuf bytes) {
            discarded += bytes.readableBytes();
        }
        ReferenceCountUtil.release(message);
        if (discarded > BYTES_MAX) {
            channel.close();
        }
    }

    boolean isOver(long nowNanos) {
        return nowNanos - deadlineNanos >= 0;
    }
}
