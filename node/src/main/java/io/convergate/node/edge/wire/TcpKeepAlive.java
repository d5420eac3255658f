package io.convergate.node.edge.wire;

import io.convergate.routing.upstream.PoolSettings;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.uring.IoUringChannelOption;
import io.netty.channel.uring.IoUringSocketChannel;
import jdk.net.ExtendedSocketOptions;

/** TCP keep-alive probes on outgoing connections, in the words of each transport. */
public final class TcpKeepAlive {
    private TcpKeepAlive() {}

    /** Has the kernel probe connections of this class. Times are whole seconds, at least one. */
    public static void set(
            Bootstrap bootstrap, Class<? extends SocketChannel> channel, PoolSettings.KeepAlive keepAlive) {
        int idle = seconds(keepAlive.time().toSeconds());
        int interval = seconds(keepAlive.interval().toSeconds());
        int probes = Math.max(1, keepAlive.probes());
        bootstrap.option(ChannelOption.SO_KEEPALIVE, true);
        if (EpollSocketChannel.class.isAssignableFrom(channel)) {
            bootstrap
                    .option(EpollChannelOption.TCP_KEEPIDLE, idle)
                    .option(EpollChannelOption.TCP_KEEPINTVL, interval)
                    .option(EpollChannelOption.TCP_KEEPCNT, probes);
        } else if (IoUringSocketChannel.class.isAssignableFrom(channel)) {
            bootstrap
                    .option(IoUringChannelOption.TCP_KEEPIDLE, idle)
                    .option(IoUringChannelOption.TCP_KEEPINTVL, interval)
                    .option(IoUringChannelOption.TCP_KEEPCNT, probes);
        } else {
            bootstrap
                    .option(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE), idle)
                    .option(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL), interval)
                    .option(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT), probes);
        }
    }

    private static int seconds(long value) {
        return (int) Math.max(1, Math.min(value, Short.MAX_VALUE));
    }
}
