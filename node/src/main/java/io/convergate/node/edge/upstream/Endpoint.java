package io.convergate.node.edge.upstream;

import io.convergate.node.edge.EdgeLoop;
import java.net.InetSocketAddress;

/**
 * One place requests can be sent to, with a pool of connections for each loop. Its identity outlives configuration
 * changes that leave its address alone. Any thread, but for {@link #pool}.
 */
public final class Endpoint {
    private final InetSocketAddress address;
    private final String text;
    private final EndpointPool[] pools;
    private volatile boolean retired;

    public Endpoint(InetSocketAddress address, int loops) {
        this.address = address;
        this.text = address.getAddress().getHostAddress() + ':' + address.getPort();
        this.pools = new EndpointPool[loops];
        for (int i = 0; i < loops; i++) {
            pools[i] = new EndpointPool(this);
        }
    }

    public InetSocketAddress address() {
        return address;
    }

    /** {@code address:port}. */
    public String text() {
        return text;
    }

    /** Requests in flight from this loop. On the loop. */
    public int active(EdgeLoop loop) {
        return pools[loop.index()].active();
    }

    /** The connections of this loop. On the loop. */
    EndpointPool pool(EdgeLoop loop) {
        return pools[loop.index()];
    }

    /** No configuration names it any more: connections end after what they are doing. */
    void retire() {
        retired = true;
    }

    boolean isRetired() {
        return retired;
    }

    @Override
    public String toString() {
        return text;
    }
}
