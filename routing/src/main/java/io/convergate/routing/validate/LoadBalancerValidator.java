package io.convergate.routing.validate;

import io.convergate.routing.model.LoadBalancer;
import io.convergate.routing.problem.ProblemCode;
import java.math.BigInteger;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Istio's rules for load balancing: validateLoadBalancer. */
final class LoadBalancerValidator {
    private static final long MAGLEV_MAX = 5_000_011;

    private LoadBalancerValidator() {}

    static void validate(String path, LoadBalancer balancer, Findings findings) {
        balancer.simple().ifPresent(simple -> {
            findings.unserved(
                    simple == LoadBalancer.Simple.PASSTHROUGH, path + ".simple", "LEAST_REQUEST is used in its place");
            if (simple == LoadBalancer.Simple.LEAST_CONN) {
                findings.warn(path + ".simple", ProblemCode.DEPRECATED, simple, "LEAST_REQUEST");
            }
        });
        balancer.consistentHash().ifPresent(hash -> consistentHash(path + ".consistentHash", hash, findings));
        balancer.localityLbSetting().ifPresent(locality -> locality(path + ".localityLbSetting", locality, findings));
        findings.unserved(
                balancer.zoneAwareLbSetting().isPresent(), path + ".zoneAwareLbSetting", "all endpoints are alike");
        balancer.zoneAwareLbSetting().ifPresent(zones -> {
            findings.conflict(
                    !zones.failover().isEmpty() && !zones.failoverPriority().isEmpty(),
                    path + ".zoneAwareLbSetting",
                    "failover and failoverPriority",
                    "one of them");
            Localities.failover(path + ".zoneAwareLbSetting.failover", zones.failover(), findings);
        });
        findings.conflict(
                balancer.localityLbSetting().isPresent()
                        && balancer.zoneAwareLbSetting().isPresent(),
                path,
                "localityLbSetting and zoneAwareLbSetting",
                "one of them");
        balancer.warmup().ifPresent(warmup -> {
            findings.unserved(true, path + ".warmup", "a new endpoint gets its share at once");
            DestinationRuleValidator.positive(path + ".warmup.duration", warmup.duration(), findings);
            double minimum = warmup.minimumPercent().orElse(10);
            findings.require(minimum >= 0 && minimum <= 100, path + ".warmup.minimumPercent", minimum, "0 to 100");
            double aggression = warmup.aggression().orElse(1);
            findings.require(aggression > 0, path + ".warmup.aggression", aggression, "more than 0");
        });
        if (balancer.warmupDurationSecs().isPresent()) {
            findings.warn(
                    path + ".warmupDurationSecs", ProblemCode.DEPRECATED, "warmupDurationSecs", "warmup.duration");
        }
    }

    private static void consistentHash(String path, LoadBalancer.ConsistentHash hash, Findings findings) {
        findings.unserved(true, path, "LEAST_REQUEST is used in its place");
        boolean hasKey = hash.httpHeaderName().isPresent()
                || hash.httpCookie().isPresent()
                || hash.useSourceIp().orElse(false)
                || hash.httpQueryParameterName().isPresent();
        if (!hasKey) {
            findings.missing(path, "httpHeaderName, httpCookie, useSourceIp or httpQueryParameterName");
        }
        findings.conflict(
                hash.minimumRingSize().isPresent()
                        && (hash.ringHash().isPresent() || hash.maglev().isPresent()),
                path,
                "minimumRingSize and an algorithm",
                "one of them");
        hash.httpCookie().ifPresent(cookie -> {
            findings.require(!cookie.name().isEmpty(), path + ".httpCookie.name", "\"\"", "a name");
            Set<String> names = new HashSet<>();
            cookie.attributes()
                    .forEach(attribute -> findings.require(
                            !attribute.name().isEmpty() && names.add(attribute.name()),
                            path + ".httpCookie.attributes",
                            '"' + attribute.name() + '"',
                            "a name, each once"));
        });
        hash.maglev().ifPresent(maglev -> {
            long size = maglev.tableSize().orElse(65537);
            boolean prime =
                    size > 1 && size < MAGLEV_MAX && BigInteger.valueOf(size).isProbablePrime(30);
            findings.require(prime, path + ".maglev.tableSize", size, "a prime below " + MAGLEV_MAX);
        });
    }

    private static void locality(String path, LoadBalancer.Locality locality, Findings findings) {
        findings.unserved(locality.enabled().orElse(true), path, "all endpoints are alike");
        List<Boolean> used = List.of(
                !locality.distribute().isEmpty(),
                !locality.failover().isEmpty(),
                !locality.failoverPriority().isEmpty());
        findings.conflict(
                used.stream().filter(present -> present).count() > 1,
                path,
                "several of distribute, failover and failoverPriority",
                "one of them");
        Localities.validate(path, locality, findings);
    }
}
