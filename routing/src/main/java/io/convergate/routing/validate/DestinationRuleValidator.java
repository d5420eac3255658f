package io.convergate.routing.validate;

import io.convergate.routing.model.ClientTls;
import io.convergate.routing.model.ConnectionPool;
import io.convergate.routing.model.DestinationRule;
import io.convergate.routing.model.LoadBalancer;
import io.convergate.routing.model.OutlierDetection;
import io.convergate.routing.model.TrafficPolicy;
import io.convergate.routing.outlier.OutlierSettings;
import io.convergate.routing.problem.ProblemCode;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/** Istio's rules for DestinationRules: ValidateDestinationRule. */
final class DestinationRuleValidator {
    private static final int PORTS_MAX = 4096;

    private DestinationRuleValidator() {}

    static void validate(DestinationRule rule, Findings findings) {
        findings.require(Names.isHostPattern(rule.host()), "spec.host", rule.host(), "a host name, *.name or *");
        findings.exportTo(rule.exportTo(), false);
        boolean exported = rule.exportTo().stream()
                .anyMatch(to -> !to.equals(".") && !to.equals(rule.metadata().namespace()));
        findings.conflict(
                rule.workloadSelector().isPresent() && exported,
                "spec.exportTo",
                "workloadSelector, and exported beyond its namespace",
                "its own namespace");
        findings.unserved(
                rule.workloadSelector().isPresent(), "spec.workloadSelector", "a rule for some proxies is left out");
        rule.trafficPolicy().ifPresent(policy -> policy("spec.trafficPolicy", policy, findings));
        Set<String> names = new HashSet<>();
        for (int i = 0; i < rule.subsets().size(); i++) {
            DestinationRule.Subset subset = rule.subsets().get(i);
            String path = "spec.subsets[" + i + "]";
            findings.require(Names.isLabel(subset.name()), path + ".name", subset.name(), "a DNS label");
            findings.require(names.add(subset.name()), path + ".name", subset.name() + " again", "each name once");
            findings.labels(path + ".labels", subset.labels());
            subset.trafficPolicy().ifPresent(policy -> policy(path + ".trafficPolicy", policy, findings));
        }
    }

    private static void policy(String path, TrafficPolicy policy, Findings findings) {
        boolean empty = policy.loadBalancer().isEmpty()
                && policy.connectionPool().isEmpty()
                && policy.outlierDetection().isEmpty()
                && policy.tls().isEmpty()
                && policy.portLevelSettings().isEmpty()
                && policy.tunnel().isEmpty()
                && policy.proxyProtocol().isEmpty()
                && policy.retryBudget().isEmpty();
        if (empty) {
            findings.missing(path, "at least one setting");
        }
        findings.conflict(
                policy.tunnel().isPresent() && policy.proxyProtocol().isPresent(),
                path,
                "tunnel and proxyProtocol",
                "one of them");
        findings.unserved(policy.tunnel().isPresent(), path + ".tunnel", "connections are made directly");
        findings.unserved(policy.proxyProtocol().isPresent(), path + ".proxyProtocol", "no PROXY header is sent");
        policy.tunnel().ifPresent(tunnel -> tunnel(path + ".tunnel", tunnel, findings));
        policy.retryBudget().ifPresent(budget -> retryBudget(path + ".retryBudget", budget, findings));
        int ports = policy.portLevelSettings().size();
        findings.require(ports <= PORTS_MAX, path + ".portLevelSettings", ports + " ports", "at most " + PORTS_MAX);
        parts(path, policy.loadBalancer(), policy.connectionPool(), policy.outlierDetection(), policy.tls(), findings);
        Set<Long> numbers = new HashSet<>();
        for (int i = 0; i < policy.portLevelSettings().size(); i++) {
            TrafficPolicy.PortPolicy port = policy.portLevelSettings().get(i);
            String at = path + ".portLevelSettings[" + i + "]";
            if (port.port().isEmpty()) {
                findings.missing(at + ".port", "a port");
            } else {
                long number = port.port().getAsLong();
                findings.port(at + ".port.number", number);
                if (!numbers.add(number)) {
                    findings.warn(
                            at + ".port.number",
                            ProblemCode.NO_EFFECT,
                            number + " again",
                            "each port once: the first counts");
                }
            }
            if (port.loadBalancer().isEmpty()
                    && port.connectionPool().isEmpty()
                    && port.outlierDetection().isEmpty()
                    && port.tls().isEmpty()) {
                findings.missing(at, "at least one setting");
            }
            parts(at, port.loadBalancer(), port.connectionPool(), port.outlierDetection(), port.tls(), findings);
        }
    }

    private static void tunnel(String path, TrafficPolicy.Tunnel tunnel, Findings findings) {
        String protocol = tunnel.protocol().orElse("CONNECT");
        findings.require(
                protocol.equals("CONNECT") || protocol.equals("POST"), path + ".protocol", protocol, "CONNECT or POST");
        String host = tunnel.targetHost();
        findings.require(
                Names.isHost(host) || Names.isIp(host), path + ".targetHost", host, "a host name or an IP address");
        findings.port(path + ".targetPort", tunnel.targetPort());
    }

    private static void retryBudget(String path, TrafficPolicy.RetryBudget budget, Findings findings) {
        double percent = budget.percent().orElse(20);
        findings.require(percent >= 0 && percent <= 100, path + ".percent", percent, "0 to 100");
        long minimum = budget.minRetryConcurrency().orElse(3);
        findings.require(minimum >= 0, path + ".minRetryConcurrency", minimum, "at least 0");
        findings.require(
                budget.budgetInterval().map(Duration::isZero).orElse(true),
                path + ".budgetInterval",
                "budgetInterval",
                "none, or 0s: a budget is a share of the requests in flight, which no past traffic makes larger");
    }

    private static void parts(
            String path,
            Optional<LoadBalancer> balancer,
            Optional<ConnectionPool> pool,
            Optional<OutlierDetection> outliers,
            Optional<ClientTls> tls,
            Findings findings) {
        balancer.ifPresent(value -> LoadBalancerValidator.validate(path + ".loadBalancer", value, findings));
        pool.ifPresent(value -> pool(path + ".connectionPool", value, findings));
        outliers.ifPresent(value -> outliers(path + ".outlierDetection", value, findings));
        tls.ifPresent(value -> tls(path + ".tls", value, findings));
    }

    private static void pool(String path, ConnectionPool pool, Findings findings) {
        if (pool.tcp().isEmpty() && pool.http().isEmpty()) {
            findings.missing(path, "tcp or http");
        }
        pool.tcp().ifPresent(tcp -> {
            limit(path + ".tcp.maxConnections", tcp.maxConnections(), "no limit", findings);
            findings.duration(path + ".tcp.connectTimeout", tcp.connectTimeout());
            findings.duration(path + ".tcp.maxConnectionDuration", tcp.maxConnectionDuration());
            findings.duration(path + ".tcp.idleTimeout", tcp.idleTimeout().filter(time -> !time.isZero()));
            tcp.tcpKeepalive().ifPresent(probing -> {
                String at = path + ".tcp.tcpKeepalive";
                long probes = probing.probes().orElse(0);
                findings.require(probes >= 0, at + ".probes", probes, "at least 0");
                findings.duration(at + ".time", probing.time());
                findings.duration(at + ".interval", probing.interval());
            });
        });
        pool.http().ifPresent(http -> http(path + ".http", http, findings));
    }

    private static void http(String path, ConnectionPool.Http http, Findings findings) {
        limit(path + ".http1MaxPendingRequests", http.http1MaxPendingRequests(), "no limit", findings);
        limit(path + ".http2MaxRequests", http.http2MaxRequests(), "no limit", findings);
        notNegative(path + ".maxRequestsPerConnection", http.maxRequestsPerConnection(), findings);
        limit(path + ".maxRetries", http.maxRetries(), "the default", findings);
        notNegative(path + ".maxConcurrentStreams", http.maxConcurrentStreams(), findings);
        findings.duration(path + ".idleTimeout", http.idleTimeout().filter(time -> !time.isZero()));
        boolean upgrade = http.h2UpgradePolicy().orElse(ConnectionPool.H2UpgradePolicy.DEFAULT)
                == ConnectionPool.H2UpgradePolicy.UPGRADE;
        boolean clientProtocol = http.useClientProtocol().orElse(false);
        findings.conflict(upgrade && clientProtocol, path, "UPGRADE and useClientProtocol", "one of them");
        findings.unserved(upgrade, path + ".h2UpgradePolicy", "HTTP/1.1 is spoken");
        findings.unserved(clientProtocol, path + ".useClientProtocol", "HTTP/1.1 is spoken");
        findings.unserved(
                http.maxConcurrentStreams().isPresent(), path + ".maxConcurrentStreams", "HTTP/1.1 is spoken");
        http.http2KeepAlive().ifPresent(ping -> {
            findings.unserved(true, path + ".http2KeepAlive", "HTTP/1.1 is spoken");
            if (ping.interval().isEmpty() || ping.timeout().isEmpty()) {
                findings.missing(path + ".http2KeepAlive", "interval and timeout");
            }
        });
    }

    private static void notNegative(String path, OptionalInt count, Findings findings) {
        count.ifPresent(value -> findings.require(value >= 0, path, value, "at least 0"));
    }

    /** A count of which 0 counts as not set. Istio: such fields are plain numbers of protobuf. */
    private static void limit(String path, OptionalInt count, String zero, Findings findings) {
        notNegative(path, count, findings);
        if (count.isPresent() && count.getAsInt() == 0) {
            findings.warn(path, ProblemCode.NO_EFFECT, 0, "more than 0: 0 is " + zero + ", as in Istio");
        }
    }

    private static void outliers(String path, OutlierDetection outliers, Findings findings) {
        findings.duration(path + ".interval", outliers.interval());
        findings.duration(path + ".baseEjectionTime", outliers.baseEjectionTime());
        percent(path + ".maxEjectionPercent", outliers.maxEjectionPercent(), findings);
        percent(path + ".minHealthPercent", outliers.minHealthPercent(), findings);
        errors(path + ".consecutiveLocalOriginFailures", outliers.consecutiveLocalOriginFailures(), findings);
        errors(path + ".consecutiveGatewayErrors", outliers.consecutiveGatewayErrors(), findings);
        errors(path + ".consecutive5xxErrors", outliers.consecutive5xxErrors(), findings);
        gatewayErrors(path, outliers, findings);
        boolean localWithoutSplit = !outliers.splitExternalLocalOriginErrors()
                && outliers.consecutiveLocalOriginFailures().orElse(0) > 0;
        findings.conflict(
                localWithoutSplit,
                path,
                "consecutiveLocalOriginFailures",
                "only with splitExternalLocalOriginErrors: true");
        if (outliers.consecutiveErrors().isPresent()) {
            findings.warn(
                    path + ".consecutiveErrors",
                    ProblemCode.DEPRECATED,
                    "consecutiveErrors, without effect",
                    "consecutive5xxErrors");
        }
        outliers.httpErrorCodes()
                .forEach(code -> findings.require(
                        code >= 100 && code <= 599, path + ".outlierDetectionHttpErrorCodes", code, "100 to 599"));
    }

    /** Who fails as gateways do has failed with a 5xx too, unless other statuses count as errors. */
    private static void gatewayErrors(String path, OutlierDetection outliers, Findings findings) {
        long all = outliers.consecutive5xxErrors().orElse(OutlierSettings.DEFAULTS.consecutive5xx());
        long some = outliers.consecutiveGatewayErrors().orElse(0);
        if (some > 0 && all > 0 && some >= all) {
            findings.warn(
                    path + ".consecutiveGatewayErrors",
                    ProblemCode.NO_EFFECT,
                    some,
                    "fewer than consecutive5xxErrors, " + all + ", which count these errors, too");
        }
    }

    private static void errors(String path, OptionalLong count, Findings findings) {
        count.ifPresent(value -> findings.require(value >= 0, path, value, "at least 0"));
    }

    private static void percent(String path, OptionalInt percent, Findings findings) {
        percent.ifPresent(value -> findings.require(value >= 0 && value <= 100, path, value, "0 to 100"));
    }

    private static void tls(String path, ClientTls tls, Findings findings) {
        findings.unserved(tls.mode() != ClientTls.Mode.DISABLE, path, "plain HTTP is spoken");
        boolean files = tls.clientCertificate().isPresent() || tls.privateKey().isPresent();
        boolean credential = tls.credentialName().isPresent();
        findings.conflict(
                credential && (files || tls.caCertificates().isPresent()),
                path,
                "credentialName and files",
                "one of them");
        if (tls.mode() == ClientTls.Mode.MUTUAL && !credential) {
            if (tls.clientCertificate().isEmpty() || tls.privateKey().isEmpty()) {
                findings.missing(path, "clientCertificate and privateKey in mode MUTUAL");
            }
        }
        boolean verifies =
                tls.caCertificates().isPresent() || !tls.subjectAltNames().isEmpty();
        findings.conflict(
                tls.insecureSkipVerify().orElse(false) && verifies,
                path,
                "insecureSkipVerify and something to verify",
                "one of them");
    }

    /** A duration that must be positive. */
    static void positive(String path, Duration duration, Findings findings) {
        findings.require(!duration.isZero() && !duration.isNegative(), path, duration, "more than 0");
    }
}
