package io.convergate.loadgen.net;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/** Event loops, on epoll where it works and else on the JDK's selector. Their threads are daemons. */
public final class Loops implements AutoCloseable {
    private static final boolean HAS_EPOLL = Epoll.isAvailable();
    private static final int END_WITHIN_MS = 2_000;

    private final EventLoopGroup group;

    private Loops(EventLoopGroup group) {
        this.group = group;
    }

    /** Starts that many, named for what they do. */
    public static Loops start(String name, int threads) {
        DefaultThreadFactory factory = new DefaultThreadFactory(name, true);
        return new Loops(new MultiThreadIoEventLoopGroup(
                threads, factory, HAS_EPOLL ? EpollIoHandler.newFactory() : NioIoHandler.newFactory()));
    }

    public EventLoopGroup group() {
        return group;
    }

    /** A bootstrap of a server on these loops. */
    public ServerBootstrap server() {
        Class<? extends ServerChannel> channel =
                HAS_EPOLL ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
        return new ServerBootstrap().group(group).channel(channel);
    }

    /** A bootstrap of a client on these loops. */
    public Bootstrap client() {
        return new Bootstrap().group(group).channel(HAS_EPOLL ? EpollSocketChannel.class : NioSocketChannel.class);
    }

    /** That an address cannot be bound, and why, for people. */
    public static UncheckedIOException cannotBind(InetSocketAddress address, Throwable why) {
        String reason = why.getMessage() == null ? why.toString() : why.getMessage();
        return new UncheckedIOException(
                address.getHostString() + ":" + address.getPort() + " cannot be bound: "
                        + reason.replaceFirst("^.*failed with error\\(-\\d+\\): ", ""),
                new IOException(why));
    }

    /** Ends them, and waits for that, two seconds at most. */
    @Override
    public void close() {
        group.shutdownGracefully(0, END_WITHIN_MS, TimeUnit.MILLISECONDS).awaitUninterruptibly(END_WITHIN_MS);
    }
}
