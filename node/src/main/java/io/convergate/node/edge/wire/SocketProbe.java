package io.convergate.node.edge.wire;

import io.netty.channel.Channel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Looks into the socket of an idle connection, past its event loop, for an end or bytes that the loop has not come to yet.
 * Costs one system call. For connections without TLS, on which only the end of HTTP's connection or a fault can be there.
 * Confined to the loop.
 */
public final class SocketProbe {
    private final ByteBuffer one = ByteBuffer.allocateDirect(1);

    /** A channel of the JDK's selector that lets its socket be looked into. */
    public static final class NioChannel extends NioSocketChannel {
        /** A channel that is not connected yet; called by name. */
        public NioChannel() {}

        private int read(ByteBuffer to) throws IOException {
            return javaChannel().read(to);
        }
    }

    /**
     * Whether the other side has neither ended the connection nor sent anything. If it has, the connection is of no further
     * use: a byte may have been taken from it.
     */
    public boolean isSilent(Channel channel) {
        one.clear();
        try {
            if (channel instanceof UnixChannel unix) {
                return unix.fd().read(one, 0, 1) == 0;
            }
            return !(channel instanceof NioChannel nio) || nio.read(one) == 0;
        } catch (IOException reset) {
            return false;
        }
    }
}
