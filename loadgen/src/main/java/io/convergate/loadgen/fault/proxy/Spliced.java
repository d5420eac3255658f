package io.convergate.loadgen.fault.proxy;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A client's connection and the one to the server behind it, with a pipe in each direction. Confined to their loop. */
final class Spliced extends ChannelInboundHandlerAdapter {
    private final ProxyLink link;
    private final Random random;
    private final Bootstrap upstream;
    private final Channel client;
    private @Nullable Channel server;
    private @Nullable Pipe up;
    private @Nullable Pipe down;

    /** What the client sent before the server was there: it can end its side without being read from. */
    private final Deque<ByteBuf> early = new ArrayDeque<>();

    private boolean isEarlyEnd;

    /** @param client accepted, not reading yet */
    Spliced(ProxyLink link, Random random, Bootstrap upstream, Channel client) {
        this.link = link;
        this.random = random;
        this.upstream = upstream;
        this.client = client;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        ChannelFuture connecting =
                upstream.clone(client.eventLoop()).handler(new ServerSide()).connect(link.upstream());
        connecting.addListener((ChannelFutureListener) done -> {
            if (!done.isSuccess() || !client.isActive()) {
                done.channel().close();
                client.close();
                return;
            }
            Channel there = done.channel();
            server = there;
            Pipe ahead = new Pipe(client, there, Toxic.Stream.UPSTREAM, random, this);
            up = ahead;
            down = new Pipe(there, client, Toxic.Stream.DOWNSTREAM, random, this);
            use(link.toxics());
            while (!early.isEmpty()) {
                ahead.take(early.removeFirst());
            }
            if (isEarlyEnd) {
                ahead.takeEnd();
            }
        });
    }

    /** Applies a new list of toxics; on the loop. */
    void use(List<Toxic> toxics) {
        if (up != null && down != null) {
            up.use(toxics);
            down.use(toxics);
        }
    }

    Channel client() {
        return client;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (up == null) {
            early.addLast(bytes);
        } else {
            up.take(bytes);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            if (up == null) {
                isEarlyEnd = true;
            } else {
                up.takeEnd();
            }
        }
    }

    /** One direction has ended; when both have, so has the connection. */
    void ended() {
        if (up != null && down != null && up.isEnded() && down.isEnded()) {
            close();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (down != null) {
            down.pump();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        gone();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        broken(cause);
    }

    /** A reset on one side is a reset on the other. */
    private void broken(Throwable cause) {
        if (cause instanceof IOException) {
            reset();
        } else {
            close();
        }
    }

    private void gone() {
        close();
        early.forEach(ByteBuf::release);
        early.clear();
        if (up != null && down != null) {
            up.release();
            down.release();
        }
    }

    /** Ends both connections in order. */
    void close() {
        client.close();
        if (server != null) {
            server.close();
        }
    }

    /** Ends both connections with a reset. */
    void reset() {
        linger(client);
        if (server != null) {
            linger(server);
        }
        close();
    }

    private static void linger(Channel channel) {
        if (channel.isActive() && channel instanceof SocketChannel) {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
        }
    }

    /** The other connection's side. */
    private final class ServerSide extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (down == null) {
                ((ByteBuf) message).release();
            } else {
                down.take((ByteBuf) message);
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof ChannelInputShutdownEvent && down != null) {
                down.takeEnd();
            }
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            if (up != null) {
                up.pump();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            gone();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            broken(cause);
        }
    }
}
