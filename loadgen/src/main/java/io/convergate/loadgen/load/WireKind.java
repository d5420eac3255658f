package io.convergate.loadgen.load;

import io.netty.channel.socket.SocketChannel;
import org.jspecify.annotations.Nullable;

/** Makes the connections of one protocol for one worker. Confined to its loop. */
interface WireKind {
    /** The kind that the plan asks for. */
    static WireKind of(Worker worker, PreparedSet requests, @Nullable TlsClient tls) {
        return switch (worker.plan().wire().protocol()) {
            case HTTP_1_1 -> new Http1Kind(worker, requests, tls);
            case HTTP_2 -> new Http2Kind(worker, requests.size(), tls);
        };
    }

    /** Puts handlers on a new channel, which tell the slot when the connection can be used. */
    void install(SocketChannel channel, Slot slot);

    /** Gives back what it holds; no connection is left. */
    void release();
}
