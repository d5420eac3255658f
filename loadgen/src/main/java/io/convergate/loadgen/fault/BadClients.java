package io.convergate.loadgen.fault;

import io.convergate.loadgen.fault.ClientFault.Manner;
import io.convergate.loadgen.net.Loops;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The connections of a {@link ClientFault}, on one loop of their own. */
final class BadClients implements AutoCloseable {
    private static final int STEP_MS = 1_000;
    private static final int CONNECT_TIMEOUT_MS = 5_000;
    private static final int REOPEN_MS = 500;

    /** So many connections are opened in one go, so that the flood does not end in the backlog of the listener. */
    private static final int BURST = 100;

    private static final int BURST_MS = 20;
    private static final int RECEIVE_BUFFER = 2048;
    private static final String LINE = "x: y\r\n";

    private final InetSocketAddress target;
    private final Manner manner;

    /** The request line after the method, and the host. */
    private final String rest;

    private final Loops loops = Loops.start("bad-clients", 1);
    private final Bootstrap bootstrap;
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicLong opened = new AtomicLong();
    private volatile boolean isEnding;

    private BadClients(ClientFault fault, InetSocketAddress target) {
        this.target = target;
        this.manner = fault.manner();
        this.rest = " " + fault.path() + " HTTP/1.1\r\nHost: " + fault.authority() + "\r\n";
        bootstrap = loops.client()
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MS)
                .option(ChannelOption.AUTO_READ, manner != Manner.SLOW_READ)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new Client());
                    }
                });
        if (manner == Manner.SLOW_READ) {
            bootstrap
                    .option(ChannelOption.SO_RCVBUF, RECEIVE_BUFFER)
                    .option(ChannelOption.RCVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(16));
        }
    }

    static BadClients start(ClientFault fault, InetSocketAddress target) {
        BadClients clients = new BadClients(fault, target);
        clients.open(fault.connections());
        return clients;
    }

    private void open(int left) {
        for (int i = 0; i < Math.min(BURST, left); i++) {
            connect();
        }
        if (left > BURST && !isEnding) {
            loops.group().schedule(() -> open(left - BURST), BURST_MS, TimeUnit.MILLISECONDS);
        }
    }

    private void connect() {
        if (isEnding) {
            return;
        }
        bootstrap.connect(target).addListener(done -> {
            if (!done.isSuccess()) {
                again();
            }
        });
    }

    private void again() {
        if (!isEnding) {
            loops.group().schedule(this::connect, REOPEN_MS, TimeUnit.MILLISECONDS);
        }
    }

    /** How many are open. */
    int open() {
        return open.get();
    }

    /** How many were opened so far. */
    long opened() {
        return opened.get();
    }

    @Override
    public void close() {
        isEnding = true;
        loops.close();
    }

    /** One of them. */
    private final class Client extends SimpleChannelInboundHandler<ByteBuf> {
        private int step;
        private @Nullable Future<?> steps;

        @Override
        public void channelActive(ChannelHandlerContext context) {
            open.incrementAndGet();
            opened.incrementAndGet();
            switch (manner) {
                case FLOOD -> {}
                case SLOW_HEAD -> send(context, "GET" + rest);
                case SLOW_BODY -> send(context, "POST" + rest + "Content-Length: 1000000\r\n\r\n");
                case SLOW_READ -> send(context, ("GET" + rest + "\r\n").repeat(10));
            }
            if (manner != Manner.FLOOD) {
                steps = context.executor()
                        .scheduleAtFixedRate(() -> step(context), STEP_MS, STEP_MS, TimeUnit.MILLISECONDS);
            }
        }

        private void step(ChannelHandlerContext context) {
            switch (manner) {
                case FLOOD -> {}
                case SLOW_HEAD -> send(context, LINE.substring(step % LINE.length(), 1 + step++ % LINE.length()));
                case SLOW_BODY -> send(context, "x");
                case SLOW_READ -> context.read();
            }
        }

        private void send(ChannelHandlerContext context, String text) {
            context.writeAndFlush(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf bytes) {
            // Whatever is answered; the connection stays until the server ends it.
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            open.decrementAndGet();
            if (steps != null) {
                steps.cancel(false);
            }
            again();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }
}
