package io.convergate.routing.upstream;

import io.convergate.routing.retry.RetryBudget;
import java.time.Duration;
import java.util.Optional;

/**
 * How an upstream's connections are kept, with Istio's defaults filled in. The counts hold for one node.
 *
 * @param connectTimeout how long a connection may take to be made
 * @param connectionsMax the most connections to the upstream
 * @param pendingRequestsMax the most requests waiting for a connection
 * @param activeRequestsMax the most requests in flight
 * @param requestsPerConnectionMax the most requests on one connection; 0 means unlimited, 1 disables keep-alive
 * @param retryBudget how many requests may be on their way again at once
 * @param idleTimeout how long a connection may be idle; empty means for ever
 * @param connectionDurationMax how long a connection may live; empty means for ever
 * @param keepAlive TCP keep-alive probes; empty means off
 */
public record PoolSettings(
        Duration connectTimeout,
        int connectionsMax,
        int pendingRequestsMax,
        int activeRequestsMax,
        int requestsPerConnectionMax,
        RetryBudget retryBudget,
        Optional<Duration> idleTimeout,
        Optional<Duration> connectionDurationMax,
        Optional<KeepAlive> keepAlive) {
    /** Istio's defaults: 10 s to connect, idle for an hour, nothing else bounded but retries. */
    public static final PoolSettings DEFAULTS = new PoolSettings(
            Duration.ofSeconds(10),
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            0,
            RetryBudget.DEFAULT,
            Optional.of(Duration.ofHours(1)),
            Optional.empty(),
            Optional.empty());

    /**
     * TCP keep-alive.
     *
     * @param probes how many probes may stay unanswered
     * @param time how long a connection is idle before the first probe
     * @param interval the time between probes
     */
    public record KeepAlive(int probes, Duration time, Duration interval) {}
}
