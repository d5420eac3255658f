package io.convergate.node.edge.upstream;

import io.convergate.node.breakers.NodeBreaker;
import io.convergate.routing.breaker.ConcurrencyLimit;
import io.convergate.routing.health.HealthMonitor;
import io.convergate.routing.outlier.OutlierDetector;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What is known of an upstream beyond one configuration of it: changes that leave the settings of a part alone leave the part as it is.
 *
 * @param limits what is under way, and how much may be; null if nothing is bounded
 * @param outliers whose endpoints are left out because they keep failing; null if nobody's
 * @param health who passes its checks; null if there are none
 * @param arrivals since when endpoints are there; null if that does not matter
 * @param breaker whether it is called; null if always
 * @param concurrency how many requests it gets at a time; null if any number
 */
record UpstreamMemory(
        @Nullable UpstreamLimits limits,
        @Nullable OutlierDetector<InetSocketAddress> outliers,
        @Nullable HealthMonitor<InetSocketAddress> health,
        @Nullable Arrivals arrivals,
        @Nullable NodeBreaker breaker,
        @Nullable ConcurrencyLimit concurrency) {
    static final UpstreamMemory NONE = new UpstreamMemory(null, null, null, null, null, null);
}
