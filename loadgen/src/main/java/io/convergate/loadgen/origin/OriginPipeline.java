package io.convergate.loadgen.origin;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerExpectContinueHandler;
import io.netty.handler.codec.http.HttpServerKeepAliveHandler;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.handler.stream.ChunkedWriteHandler;
import java.util.List;

/** Looks at the first bytes of a connection and speaks HTTP/2 if they are its preface (RFC 9113 3.4), else HTTP/1.1. */
final class OriginPipeline extends ByteToMessageDecoder {
    private static final int PREFACE = 0x50524920; // "PRI "
    private static final int LINE_MAX = 64 << 10;
    private static final int HEADERS_MAX = 256 << 10;

    private final Origin origin;

    OriginPipeline(Origin origin) {
        this.origin = origin;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (in.readableBytes() < Integer.BYTES) {
            return;
        }
        ChannelPipeline pipeline = context.pipeline();
        if (in.getInt(in.readerIndex()) == PREFACE) {
            pipeline.addLast(Http2FrameCodecBuilder.forServer().build(), new Http2MultiplexHandler(stream()));
        } else {
            pipeline.addLast(
                    new HttpServerCodec(new HttpDecoderConfig()
                            .setMaxInitialLineLength(LINE_MAX)
                            .setMaxHeaderSize(HEADERS_MAX)),
                    new HttpServerKeepAliveHandler(),
                    new HttpServerExpectContinueHandler(),
                    new FlowControlHandler(),
                    new ChunkedWriteHandler(),
                    new OriginHandler(origin));
        }
        pipeline.remove(this);
    }

    /** A client that goes away before it has said anything. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }

    private ChannelInitializer<Channel> stream() {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline()
                        .addLast(
                                new Http2StreamFrameToHttpObjectCodec(true),
                                new ChunkedWriteHandler(),
                                new OriginHandler(origin));
            }
        };
    }
}
