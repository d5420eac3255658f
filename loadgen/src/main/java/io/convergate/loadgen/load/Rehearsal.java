package io.convergate.loadgen.load;

import io.convergate.loadgen.net.Loops;
import io.convergate.loadgen.request.RequestSet;
import io.convergate.loadgen.request.RequestSpec;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;

/**
 * A second of load within this process, before the real one: a JVM that has just started loads classes and interprets, and its first
 * requests would be late by tenths of a second. The targets see nothing of it.
 */
public final class Rehearsal {
    private static final byte[] ANSWER =
            "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nx-origin: none\r\n\r\nok".getBytes(StandardCharsets.US_ASCII);

    private Rehearsal() {}

    /** Runs one for loads of that protocol; TLS is left out. Takes about a second. */
    public static void run(Wire.Protocol protocol, AnswerCheck check) throws InterruptedException {
        try (Loops loops = Loops.start("rehearsal", 1)) {
            Channel server = loops.server()
                    .childHandler(new ChannelInitializer<SocketChannel>() {
                        @Override
                        protected void initChannel(SocketChannel channel) {
                            install(channel, protocol);
                        }
                    })
                    .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                    .sync()
                    .channel();
            InetSocketAddress address = (InetSocketAddress) server.localAddress();
            Target target = new Target(address.getAddress().getHostAddress(), address.getPort());
            for (Profile profile : List.of(
                    new Profile.Closed(Duration.ofMillis(450)), Profile.constant(4_000, Duration.ofMillis(450)))) {
                rehearse(target, profile, protocol, check);
            }
        }
        System.gc();
    }

    private static void rehearse(Target target, Profile profile, Wire.Protocol protocol, AnswerCheck check)
            throws InterruptedException {
        LoadPlan plan = LoadPlan.of(
                        "rehearsal", List.of(target), profile, RequestSet.of(RequestSpec.get("/{{seq}}")), check)
                .withWire(protocol == Wire.Protocol.HTTP_1_1 ? Wire.http1() : Wire.http2(4));
        try (LoadRun run = LoadRun.start(plan, List.of())) {
            run.await(Duration.ofSeconds(5));
        } catch (TimeoutException tooSlow) {
            // it was warm enough, or never will be; the lag that is measured later says which
        }
    }

    private static void install(SocketChannel channel, Wire.Protocol protocol) {
        if (protocol == Wire.Protocol.HTTP_1_1) {
            channel.pipeline().addLast(new PlainAnswers());
        } else {
            channel.pipeline()
                    .addLast(
                            Http2FrameCodecBuilder.forServer()
                                    .initialSettings(Http2Settings.defaultSettings())
                                    .build(),
                            new FramedAnswers());
        }
    }

    /** Answers each request without a body; requests come whole, as they are small. */
    private static final class PlainAnswers extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ((ByteBuf) message).release();
            ctx.writeAndFlush(Unpooled.wrappedBuffer(ANSWER), ctx.voidPromise());
        }
    }

    private static final class FramedAnswers extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof Http2HeadersFrame request) {
                ctx.write(new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().status("204"), true)
                        .stream(request.stream()));
            }
            ReferenceCountUtil.release(message);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            ctx.flush();
        }
    }
}
