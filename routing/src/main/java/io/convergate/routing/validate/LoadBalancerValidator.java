package io.convergate.routing.validate;

import io.convergate.routing.balance.HashRing;
import io.convergate.routing.model.LoadBalancer;
import io.convergate.routing.problem.ProblemCode;
import java.math.BigInteger;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/** Istio's rules for load balancing: validateLoadBalancer. */
final class LoadBalancerValidator {
    private static final long MAGLEV_MAX = 5_000_011;

    private LoadBalancerValidator() {}

    static void validate(String path, LoadBalancer balancer, Findings findings) {
        balancer.simple().ifPresent(simple -> {
            findings.require(
                    simple != LoadBalancer.Simple.PASSTHROUGH,
                    path + ".simple",
                    simple,
                    "another one: a gateway's connections have no original destination to pass on to");
            if (simple == LoadBalancer.Simple.LEAST_CONN) {
                findings.warn(path + ".simple", ProblemCode.DEPRECATED, simple, "LEAST_REQUEST");
            }
        });
        findings.conflict(
                balancer.simple().isPresent() && balancer.consistentHash().isPresent(),
                path,
                "simple and consistentHash",
                "one of them");
        balancer.consistentHash().ifPresent(hash -> consistentHash(path + ".consistentHash", hash, findings));
        balancer.localityLbSetting().ifPresent(locality -> locality(path + ".localityLbSetting", locality, findings));
        balancer.zoneAwareLbSetting().ifPresent(zones -> {
            findings.require(
                    !zones.enabled().orElse(true),
                    path + ".zoneAwareLbSetting",
                    "zoneAwareLbSetting",
                    "localityLbSetting: shares by zone rest on how many gateways each zone has, and a node compiles its"
                            + " routes without asking the others");
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
        boolean evenly = balancer.consistentHash().isPresent()
                || balancer.simple().filter(LoadBalancer.Simple.RANDOM::equals).isPresent();
        if (evenly
                && (balancer.warmup().isPresent()
                        || balancer.warmupDurationSecs().isPresent())) {
            findings.warn(
                    path + (balancer.warmup().isPresent() ? ".warmup" : ".warmupDurationSecs"),
                    ProblemCode.NO_EFFECT,
                    "warmup with " + (balancer.consistentHash().isPresent() ? "consistentHash" : "RANDOM"),
                    "ROUND_ROBIN or LEAST_REQUEST: by the others a new endpoint has its share at once");
        }
        balancer.warmup().ifPresent(warmup -> {
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

    /** Whether failover is asked for, which something has to start. */
    static boolean wantsFailover(LoadBalancer balancer) {
        return balancer.localityLbSetting()
                .filter(locality -> locality.enabled().orElse(true))
                .map(locality -> !locality.failover().isEmpty()
                        || !locality.failoverPriority().isEmpty())
                .orElse(false);
    }

    private static void consistentHash(String path, LoadBalancer.ConsistentHash hash, Findings findings) {
        ringSize(path + ".minimumRingSize", hash.minimumRingSize(), findings);
        hash.ringHash()
                .ifPresent(ring -> ringSize(path + ".ringHash.minimumRingSize", ring.minimumRingSize(), findings));
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
        hash.httpHeaderName()
                .ifPresent(name -> findings.require(
                        Names.isHeader(name), path + ".httpHeaderName", '"' + name + '"', "the name of a header"));
        hash.httpQueryParameterName()
                .ifPresent(name -> findings.require(
                        !name.isEmpty(), path + ".httpQueryParameterName", name, "the name of a parameter"));
        hash.httpCookie().ifPresent(cookie -> {
            cookie.ttl()
                    .ifPresent(ttl -> findings.require(
                            !ttl.isNegative(),
                            path + ".httpCookie.ttl",
                            ttl,
                            "0s, for as long as the session, or more"));
            findings.require(
                    Names.isHeader(cookie.name()), path + ".httpCookie.name", '"' + cookie.name() + '"', "a name");
            cookie.path()
                    .ifPresent(value -> findings.require(
                            isAttribute(value), path + ".httpCookie.path", value, "printable characters without ;"));
            cookie.attributes().forEach(attribute -> attribute
                    .value()
                    .ifPresent(value -> findings.require(
                            isAttribute(value),
                            path + ".httpCookie.attributes",
                            value,
                            "printable characters without ;")));
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

    /** What can stand behind a cookie without ending its attribute or the header. */
    private static boolean isAttribute(String value) {
        return HeadersValidator.isValue(value) && value.indexOf(';') < 0;
    }

    private static void ringSize(String path, OptionalLong size, Findings findings) {
        size.ifPresent(places -> findings.require(
                places >= 0 && places <= HashRing.SIZE_MAX, path, places, "0 to " + HashRing.SIZE_MAX));
    }

    private static void locality(String path, LoadBalancer.Locality locality, Findings findings) {
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
