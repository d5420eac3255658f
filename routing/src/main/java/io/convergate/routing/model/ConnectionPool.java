package io.convergate.routing.model;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * How connections to a service are kept. Istio: ConnectionPoolSettings.
 *
 * @param tcp of any protocol
 * @param http of HTTP
 */
public record ConnectionPool(Optional<Tcp> tcp, Optional<Http> http) {
    /**
     * Settings of any protocol. Istio: ConnectionPoolSettings.TCPSettings.
     *
     * @param maxConnections the most connections
     * @param connectTimeout how long connecting may take
     * @param tcpKeepalive keep-alive probes
     * @param maxConnectionDuration how long a connection may live
     * @param idleTimeout how long it may be idle; zero means for ever
     */
    public record Tcp(
            OptionalInt maxConnections,
            Optional<Duration> connectTimeout,
            Optional<TcpKeepalive> tcpKeepalive,
            Optional<Duration> maxConnectionDuration,
            Optional<Duration> idleTimeout) {}

    /**
     * Keep-alive probes. Istio: ConnectionPoolSettings.TCPSettings.TcpKeepalive.
     *
     * @param probes how many may stay unanswered
     * @param time how long a connection is idle before the first
     * @param interval the time between them
     */
    public record TcpKeepalive(OptionalLong probes, Optional<Duration> time, Optional<Duration> interval) {}

    /**
     * Settings of HTTP. Istio: ConnectionPoolSettings.HTTPSettings.
     *
     * @param http1MaxPendingRequests the most requests that wait for a connection
     * @param http2MaxRequests the most requests in flight, of HTTP/1.1 too
     * @param maxRequestsPerConnection the most requests on one connection; 0 means unlimited
     * @param maxRetries the most retries in flight
     * @param idleTimeout how long a connection may be without requests
     * @param h2UpgradePolicy whether HTTP/2 is spoken to an HTTP/1.1 port
     * @param useClientProtocol whether the client's protocol is spoken
     * @param maxConcurrentStreams the most streams on an HTTP/2 connection
     * @param http2KeepAlive HTTP/2 pings
     */
    public record Http(
            OptionalInt http1MaxPendingRequests,
            OptionalInt http2MaxRequests,
            OptionalInt maxRequestsPerConnection,
            OptionalInt maxRetries,
            Optional<Duration> idleTimeout,
            Optional<H2UpgradePolicy> h2UpgradePolicy,
            Optional<Boolean> useClientProtocol,
            OptionalInt maxConcurrentStreams,
            Optional<Http2KeepAlive> http2KeepAlive) {}

    /** Whether HTTP/2 is spoken to an HTTP/1.1 port. Istio: ConnectionPoolSettings.HTTPSettings.H2UpgradePolicy. */
    public enum H2UpgradePolicy {
        DEFAULT,
        DO_NOT_UPGRADE,
        UPGRADE
    }

    /**
     * HTTP/2 pings.
     *
     * @param interval the time between them
     * @param timeout how long an answer may take
     */
    public record Http2KeepAlive(Optional<Duration> interval, Optional<Duration> timeout) {}
}
