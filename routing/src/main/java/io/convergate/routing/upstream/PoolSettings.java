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
 * @param idleTimeout how long a connection may be idle; zero means for ever, empty as long as the node has it
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
    /** Istio's defaults: 10 s to connect, nothing else bounded but retries; idle connections are the node's to judge. */
    public static final PoolSettings DEFAULTS = new PoolSettings(
            Duration.ofSeconds(10),
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            0,
            RetryBudget.DEFAULT,
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    /** The same with another time for a connection to be made. */
    public PoolSettings withConnectTimeout(Duration time) {
        return new PoolSettings(
                time,
                connectionsMax,
                pendingRequestsMax,
                activeRequestsMax,
                requestsPerConnectionMax,
                retryBudget,
                idleTimeout,
                connectionDurationMax,
                keepAlive);
    }

    /** Of these settings those that make a connection what it is; the bounds are as by default. */
    public PoolSettings ofConnections() {
        return new PoolSettings(
                connectTimeout,
                DEFAULTS.connectionsMax,
                DEFAULTS.pendingRequestsMax,
                DEFAULTS.activeRequestsMax,
                requestsPerConnectionMax,
                DEFAULTS.retryBudget,
                idleTimeout,
                connectionDurationMax,
                keepAlive);
    }

    /**
     * TCP keep-alive.
     *
     * @param probes how many probes may stay unanswered
     * @param time how long a connection is idle before the first probe
     * @param interval the time between probes
     */
    public record KeepAlive(int probes, Duration time, Duration interval) {}
}
