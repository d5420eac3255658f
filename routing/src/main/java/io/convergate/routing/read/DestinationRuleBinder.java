package io.convergate.routing.read;

import io.convergate.routing.model.ClientTls;
import io.convergate.routing.model.ConnectionPool;
import io.convergate.routing.model.DestinationRule;
import io.convergate.routing.model.Metadata;
import io.convergate.routing.model.OutlierDetection;
import io.convergate.routing.model.TrafficPolicy;
import java.util.OptionalLong;

/** Reads the spec of a DestinationRule; its load balancing is {@link LoadBalancerBinder}'s. */
final class DestinationRuleBinder {
    private DestinationRuleBinder() {}

    static DestinationRule bind(String apiVersion, Metadata metadata, Fields spec) {
        return new DestinationRule(
                apiVersion,
                metadata,
                spec.requiredText("host"),
                spec.object("trafficPolicy", DestinationRuleBinder::policy),
                spec.list("subsets", DestinationRuleBinder::subset),
                spec.texts("exportTo"),
                spec.object("workloadSelector", selector -> selector.textMap("matchLabels")));
    }

    private static DestinationRule.Subset subset(Fields subset) {
        return new DestinationRule.Subset(
                subset.requiredText("name"),
                subset.textMap("labels"),
                subset.object("trafficPolicy", DestinationRuleBinder::policy));
    }

    private static TrafficPolicy policy(Fields policy) {
        return new TrafficPolicy(
                policy.object("loadBalancer", LoadBalancerBinder::bind),
                policy.object("connectionPool", DestinationRuleBinder::pool),
                policy.object("outlierDetection", DestinationRuleBinder::outliers),
                policy.object("tls", DestinationRuleBinder::tls),
                policy.list("portLevelSettings", DestinationRuleBinder::portPolicy),
                policy.object(
                        "tunnel",
                        tunnel -> new TrafficPolicy.Tunnel(
                                tunnel.text("protocol"),
                                tunnel.requiredText("targetHost"),
                                tunnel.requiredNumber("targetPort"))),
                policy.object("proxyProtocol", proxy -> proxy.choice("version", TrafficPolicy.ProxyProtocol.class)
                        .orElse(TrafficPolicy.ProxyProtocol.V1)),
                policy.object(
                        "retryBudget",
                        budget -> new TrafficPolicy.RetryBudget(
                                budget.decimal("percent"),
                                budget.number("minRetryConcurrency"),
                                budget.duration("budgetInterval"))));
    }

    private static TrafficPolicy.PortPolicy portPolicy(Fields policy) {
        return new TrafficPolicy.PortPolicy(
                policy.object("port", port -> port.requiredNumber("number"))
                        .map(OptionalLong::of)
                        .orElse(OptionalLong.empty()),
                policy.object("loadBalancer", LoadBalancerBinder::bind),
                policy.object("connectionPool", DestinationRuleBinder::pool),
                policy.object("outlierDetection", DestinationRuleBinder::outliers),
                policy.object("tls", DestinationRuleBinder::tls));
    }

    private static ConnectionPool pool(Fields pool) {
        return new ConnectionPool(
                pool.object("tcp", DestinationRuleBinder::tcp), pool.object("http", DestinationRuleBinder::http));
    }

    private static ConnectionPool.Tcp tcp(Fields tcp) {
        return new ConnectionPool.Tcp(
                tcp.integer("maxConnections"),
                tcp.duration("connectTimeout"),
                tcp.object(
                        "tcpKeepalive",
                        keepalive -> new ConnectionPool.TcpKeepalive(
                                keepalive.number("probes"),
                                keepalive.duration("time"),
                                keepalive.duration("interval"))),
                tcp.duration("maxConnectionDuration"),
                tcp.duration("idleTimeout"));
    }

    private static ConnectionPool.Http http(Fields http) {
        return new ConnectionPool.Http(
                http.integer("http1MaxPendingRequests"),
                http.integer("http2MaxRequests"),
                http.integer("maxRequestsPerConnection"),
                http.integer("maxRetries"),
                http.duration("idleTimeout"),
                http.choice("h2UpgradePolicy", ConnectionPool.H2UpgradePolicy.class),
                http.optionalFlag("useClientProtocol"),
                http.integer("maxConcurrentStreams"),
                http.object(
                        "http2KeepAlive",
                        ping -> new ConnectionPool.Http2KeepAlive(
                                ping.duration("interval"), ping.duration("timeout"))));
    }

    private static OutlierDetection outliers(Fields outliers) {
        return new OutlierDetection(
                outliers.integer("consecutiveErrors"),
                outliers.flag("splitExternalLocalOriginErrors"),
                outliers.number("consecutiveLocalOriginFailures"),
                outliers.number("consecutiveGatewayErrors"),
                outliers.number("consecutive5xxErrors"),
                outliers.duration("interval"),
                outliers.duration("baseEjectionTime"),
                outliers.integer("maxEjectionPercent"),
                outliers.integer("minHealthPercent"),
                outliers.numbers("outlierDetectionHttpErrorCodes"));
    }

    private static ClientTls tls(Fields tls) {
        return new ClientTls(
                tls.choice("mode", ClientTls.Mode.class).orElse(ClientTls.Mode.DISABLE),
                tls.text("clientCertificate"),
                tls.text("privateKey"),
                tls.text("caCertificates"),
                tls.text("credentialName"),
                tls.texts("subjectAltNames"),
                tls.text("sni"),
                tls.optionalFlag("insecureSkipVerify"),
                tls.text("caCrl"));
    }
}
