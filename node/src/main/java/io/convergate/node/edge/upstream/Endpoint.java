package io.convergate.node.edge.upstream;

import io.convergate.node.edge.EdgeLoop;
import io.convergate.routing.upstream.PoolSettings;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One place requests can be sent to, with a pool of connections for each loop. Its identity outlives configuration
 * changes that leave its address and the way its connections are kept alone. Any thread, but for {@link #pool}.
 */
public final class Endpoint {
    private final InetSocketAddress address;
    private final String text;
    private final PoolSettings settings;
    private final @Nullable UpstreamLimits limits;
    private final EndpointPool[] pools;
    private volatile boolean retired;

    /**
     * @param pool how its connections are kept; the bounds of it are left to {@code limits}
     * @param limits the bounds of the upstream that has these connections for itself; null if there is none
     */
    Endpoint(InetSocketAddress address, int loops, PoolSettings pool, @Nullable UpstreamLimits limits) {
        this.address = address;
        this.text = address.getAddress().getHostAddress() + ':' + address.getPort();
        this.settings = pool;
        this.limits = limits;
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

    /** How its connections are kept. */
    PoolSettings settings() {
        return settings;
    }

    /** The bounds of the upstream that has its connections for itself; null if there is none. */
    @Nullable
    UpstreamLimits limits() {
        return limits;
    }

    /** Requests in flight from this loop. On the loop. */
    public int active(EdgeLoop loop) {
        return pools[loop.index()].active();
    }

    /** Connections of all loops, idle ones too. Any thread; right a moment ago. */
    int connections() {
        int sum = 0;
        for (EndpointPool pool : pools) {
            sum += pool.connections();
        }
        return sum;
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
