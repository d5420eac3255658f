package io.convergate.loadgen;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/**
 * A port that refuses: it is bound and nobody listens. A port that is merely free can be taken by somebody else meanwhile, and a connection to it can
 * even meet itself, when the system gives it that very port as its own.
 */
public final class RefusingPort implements AutoCloseable {
    private final Socket bound = new Socket();

    public RefusingPort() throws IOException {
        bound.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) bound.getLocalSocketAddress();
    }

    @Override
    public void close() throws IOException {
        bound.close();
    }
}
