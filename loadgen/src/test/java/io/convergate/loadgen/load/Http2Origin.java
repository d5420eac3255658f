package io.convergate.loadgen.load;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * An HTTP/2 server whose paths say what it does: /ok, /reset, /refuse-once, /hang, /goaway, /short, /cut, /cookie (sets two), /others (the request id of
 * the request before), /unasked (an answer, then a frame that belongs to none). Answers carry the request's {@code x-request-id}.
 */
final class Http2Origin implements AutoCloseable {
    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Channel server;
    final AtomicInteger connections = new AtomicInteger();
    final AtomicInteger requests = new AtomicInteger();
    final AtomicInteger refused = new AtomicInteger();
    final List<String> cookies = new CopyOnWriteArrayList<>();
    private final AtomicReference<CharSequence> idBefore = new AtomicReference<>("");

    /** Whether it reads the bodies of requests; else it answers without. */
    volatile boolean takesBodies = true;

    Http2Origin(Optional<SslContext> tls, long streams) throws InterruptedException {
        server = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        connections.incrementAndGet();
                        tls.ifPresent(context -> channel.pipeline().addLast(context.newHandler(channel.alloc())));
                        channel.pipeline()
                                .addLast(
                                        Http2FrameCodecBuilder.forServer()
                                                .initialSettings(Http2Settings.defaultSettings()
                                                        .maxConcurrentStreams(streams))
                                                .build(),
                                        new Answers());
                    }
                })
                .bind(new InetSocketAddress("127.0.0.1", 0))
                .sync()
                .channel();
    }

    Target target() {
        return new Target("127.0.0.1", ((InetSocketAddress) server.localAddress()).getPort());
    }

    private final class Answers extends ChannelInboundHandlerAdapter {
        private int answered;

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof Http2HeadersFrame request) {
                requests.incrementAndGet();
                cookies.add(request.headers().get("cookie", "").toString());
                CharSequence id = request.headers().get("x-request-id", "");
                answer(ctx, request.stream(), request.headers().path().toString(), id);
            }
            if (message instanceof Http2DataFrame data && takesBodies) {
                ctx.write(new DefaultHttp2WindowUpdateFrame(data.initialFlowControlledBytes()).stream(data.stream()));
            }
            ReferenceCountUtil.release(message);
        }

        private void answer(ChannelHandlerContext ctx, Http2FrameStream stream, String path, CharSequence id) {
            switch (path) {
                case "/reset" -> ctx.write(new DefaultHttp2ResetFrame(Http2Error.INTERNAL_ERROR).stream(stream));
                case "/refuse-once" -> {
                    if (refused.getAndIncrement() == 0) {
                        ctx.write(new DefaultHttp2ResetFrame(Http2Error.REFUSED_STREAM).stream(stream));
                    } else {
                        ok(ctx, stream, id);
                    }
                }
                case "/cookie" -> {
                    Http2Headers head = head().add("set-cookie", "n=1").add("set-cookie", "m=2; Path=/");
                    ctx.write(new DefaultHttp2HeadersFrame(head, true).stream(stream));
                }
                case "/others" -> ok(ctx, stream, idBefore.getAndSet(id));
                case "/unasked" -> {
                    ok(ctx, stream, id);
                    ctx.flush();
                    // RFC 9113 6.1: data on stream 0 is an error of the connection.
                    ByteBuf data = Unpooled.wrappedBuffer(new byte[] {0, 0, 1, 0, 0, 0, 0, 0, 0, 'x'});
                    ctx.pipeline().firstContext().write(data);
                }
                case "/goaway" -> {
                    ok(ctx, stream, id);
                    if (++answered == 5) {
                        ctx.write(new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR));
                    }
                }
                case "/short" -> {
                    ctx.write(new DefaultHttp2HeadersFrame(head().setInt("content-length", 9)).stream(stream));
                    ctx.write(new DefaultHttp2DataFrame(body(), true).stream(stream));
                }
                case "/cut" -> ctx.close();
                case "/hang" -> ctx.flush();
                default -> ok(ctx, stream, id);
            }
        }

        private void ok(ChannelHandlerContext ctx, Http2FrameStream stream, CharSequence id) {
            ctx.write(new DefaultHttp2HeadersFrame(head().set("x-request-id", id)).stream(stream));
            ctx.write(new DefaultHttp2DataFrame(body(), true).stream(stream));
        }

        private static ByteBuf body() {
            return Unpooled.copiedBuffer("hi", StandardCharsets.US_ASCII);
        }

        private static Http2Headers head() {
            return new DefaultHttp2Headers().status("200").set("x-origin", "two");
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            ctx.flush();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
