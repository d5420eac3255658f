package io.convergate.node.edge.wire;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringDatagramChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringIoHandlerConfig;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the process talks to the kernel: epoll where it works, else the JDK's selector. io_uring is cheaper, and has to be
 * asked for: with Netty 4.2.18 the tests still saw read buffers that were never released (see docs/adr/0001).
 *
 * @param name {@code io_uring}, {@code epoll} or {@code nio}
 * @param reason why it is this one, for the log
 */
record Transport(
        String name,
        String reason,
        IoHandlerFactory ioHandlers,
        Class<? extends ServerChannel> server,
        Class<? extends SocketChannel> client,
        Class<? extends DatagramChannel> datagram) {
    /** Submission queue entries of a ring: one loop's connections share it. */
    private static final int RING_SIZE = 4096;

    static {
        // Measured: multishot receive costs a proxied request a tenth more CPU than one receive at a time.
        setUnlessSet("io.netty.iouring.recvMultiShotEnabled");
        // With multishot polls, one in ten resets by an upstream that had sent part of a response was never reported
        // (Netty 4.2.18, Linux 6.18), so that the client waited for the rest; without, none of 900.
        setUnlessSet("io.netty.iouring.pollAddMultishotEnabled");
    }

    private static void setUnlessSet(String property) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, "false");
        }
    }

    /**
     * The transport called {@code wanted}, or the best one for {@code auto}.
     *
     * @throws IllegalArgumentException if it is unknown, or was asked for by name and does not work here
     */
    static Transport choose(String wanted) {
        List<String> refusals = new ArrayList<>();
        switch (wanted) {
            case "auto":
                Transport best = epoll(refusals);
                return best == null ? nio(String.join("; ", refusals)) : best;
            case "io_uring":
                return orThrow(ioUring(refusals), refusals);
            case "epoll":
                return orThrow(epoll(refusals), refusals);
            case "nio":
                return nio("configured");
            default:
                throw new IllegalArgumentException(
                        "edge transport " + wanted + " (expected: auto, io_uring, epoll or nio)");
        }
    }

    private static Transport orThrow(@Nullable Transport transport, List<String> refusals) {
        if (transport == null) {
            throw new IllegalArgumentException(
                    String.join("; ", refusals) + " (expected: one that works here, or auto)");
        }
        return transport;
    }

    private static @Nullable Transport ioUring(List<String> refusals) {
        if (!IoUring.isAvailable()) {
            refusals.add("io_uring: " + IoUring.unavailabilityCause().getMessage());
            return null;
        }
        IoUringIoHandlerConfig config = new IoUringIoHandlerConfig().setRingSize(RING_SIZE);
        return new Transport(
                "io_uring",
                "it works here",
                IoUringIoHandler.newFactory(config),
                IoUringServerSocketChannel.class,
                IoUringSocketChannel.class,
                IoUringDatagramChannel.class);
    }

    private static @Nullable Transport epoll(List<String> refusals) {
        if (!Epoll.isAvailable()) {
            refusals.add("epoll: " + Epoll.unavailabilityCause().getMessage());
            return null;
        }
        String reason = "it works here";
        return new Transport(
                "epoll",
                reason,
                EpollIoHandler.newFactory(),
                EpollServerSocketChannel.class,
                EpollSocketChannel.class,
                EpollDatagramChannel.class);
    }

    private static Transport nio(String reason) {
        return new Transport(
                "nio",
                reason,
                NioIoHandler.newFactory(),
                NioServerSocketChannel.class,
                SocketProbe.NioChannel.class,
                NioDatagramChannel.class);
    }
}
