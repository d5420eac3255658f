package io.convergate.loadgen.origin;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http2.Http2StreamChannel;

/** Answers that are broken on purpose. */
final class Sabotage {
    private static final int HALF = 32;

    private Sabotage() {}

    /** Writes something else than an answer and closes. A stream of HTTP/2 has no such bytes and is reset. */
    static void malformed(ChannelHandlerContext context, Malformation how) {
        ChannelHandlerContext codec = context.pipeline().context(HttpServerCodec.class);
        if (codec == null) {
            context.close();
        } else {
            codec.writeAndFlush(Unpooled.wrappedBuffer(how.bytes())).addListener(ChannelFutureListener.CLOSE);
        }
    }

    /** Announces twice as much as it sends, then closes. */
    static void closeMidBody(ChannelHandlerContext context, HttpResponse head) {
        HttpUtil.setContentLength(head, 2 * HALF);
        context.write(head);
        context.writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(SizedContent.piece(0, HALF))))
                .addListener(ChannelFutureListener.CLOSE);
    }

    /** Resets the connection, not only the stream. From any thread: on its loop, as an option of one that has closed meanwhile is an error. */
    static void reset(Channel channel) {
        Channel connection = channel instanceof Http2StreamChannel ? channel.parent() : channel;
        if (connection.eventLoop().inEventLoop()) {
            linger(connection);
        } else {
            connection.eventLoop().execute(() -> linger(connection));
        }
    }

    private static void linger(Channel connection) {
        if (connection.isOpen()) {
            connection.config().setOption(ChannelOption.SO_LINGER, 0);
            connection.close();
        }
    }
}
