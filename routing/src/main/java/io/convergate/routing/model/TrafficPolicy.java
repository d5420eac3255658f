package io.convergate.routing.model;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * How requests travel to a service. Istio: TrafficPolicy.
 *
 * @param loadBalancer who gets the next request
 * @param connectionPool how connections are kept
 * @param outlierDetection when an endpoint is left out
 * @param tls how TLS is spoken to it
 * @param portLevelSettings what holds for one port, in place of all of the above
 * @param tunnel how connections are tunnelled
 * @param proxyProtocol the version of the PROXY protocol it expects
 * @param retryBudget how many retries there may be
 */
public record TrafficPolicy(
        Optional<LoadBalancer> loadBalancer,
        Optional<ConnectionPool> connectionPool,
        Optional<OutlierDetection> outlierDetection,
        Optional<ClientTls> tls,
        List<PortPolicy> portLevelSettings,
        Optional<Tunnel> tunnel,
        Optional<ProxyProtocol> proxyProtocol,
        Optional<RetryBudget> retryBudget) {
    public TrafficPolicy {
        portLevelSettings = List.copyOf(portLevelSettings);
    }

    /**
     * What holds for one port. Istio: TrafficPolicy.PortTrafficPolicy.
     *
     * @param port the service's port
     * @param loadBalancer who gets the next request
     * @param connectionPool how connections are kept
     * @param outlierDetection when an endpoint is left out
     * @param tls how TLS is spoken to it
     */
    public record PortPolicy(
            OptionalLong port,
            Optional<LoadBalancer> loadBalancer,
            Optional<ConnectionPool> connectionPool,
            Optional<OutlierDetection> outlierDetection,
            Optional<ClientTls> tls) {}

    /**
     * How connections are tunnelled. Istio: TrafficPolicy.TunnelSettings.
     *
     * @param protocol CONNECT or POST
     * @param targetHost where the tunnel leads
     * @param targetPort and to which port
     */
    public record Tunnel(Optional<String> protocol, String targetHost, long targetPort) {}

    /** The version of the PROXY protocol. Istio: TrafficPolicy.ProxyProtocol.VERSION. */
    public enum ProxyProtocol {
        V1,
        V2
    }

    /**
     * How many retries there may be. Istio: TrafficPolicy.RetryBudget.
     *
     * @param percent of the requests in flight; empty means 20
     * @param minRetryConcurrency that many always; empty means 3
     * @param budgetInterval over which time requests are counted; empty means those in flight only
     */
    public record RetryBudget(
            OptionalDouble percent, OptionalLong minRetryConcurrency, Optional<Duration> budgetInterval) {}
}
