package io.convergate.routing.read;

import io.convergate.routing.model.LoadBalancer;
import java.time.Duration;

/** Reads the load balancing of a traffic policy. */
final class LoadBalancerBinder {
    private LoadBalancerBinder() {}

    static LoadBalancer bind(Fields balancer) {
        balancer.atMostOne("simple", "consistentHash");
        return new LoadBalancer(
                balancer.choice("simple", LoadBalancer.Simple.class),
                balancer.object("consistentHash", LoadBalancerBinder::consistentHash),
                balancer.object("localityLbSetting", LoadBalancerBinder::locality),
                balancer.object("zoneAwareLbSetting", LoadBalancerBinder::zoneAware),
                balancer.object("warmup", LoadBalancerBinder::warmup),
                balancer.duration("warmupDurationSecs"));
    }

    private static LoadBalancer.ConsistentHash consistentHash(Fields hash) {
        hash.atMostOne("httpHeaderName", "httpCookie", "useSourceIp", "httpQueryParameterName");
        hash.atMostOne("ringHash", "maglev");
        return new LoadBalancer.ConsistentHash(
                hash.text("httpHeaderName"),
                hash.object("httpCookie", LoadBalancerBinder::cookie),
                hash.optionalFlag("useSourceIp"),
                hash.text("httpQueryParameterName"),
                hash.object("ringHash", ring -> new LoadBalancer.RingHash(ring.number("minimumRingSize"))),
                hash.object("maglev", maglev -> new LoadBalancer.Maglev(maglev.number("tableSize"))),
                hash.number("minimumRingSize"));
    }

    private static LoadBalancer.Cookie cookie(Fields cookie) {
        return new LoadBalancer.Cookie(
                cookie.requiredText("name"),
                cookie.text("path"),
                cookie.duration("ttl"),
                cookie.list(
                        "attributes",
                        attribute -> new LoadBalancer.CookieAttribute(
                                attribute.requiredText("name"), attribute.text("value"))));
    }

    private static LoadBalancer.Locality locality(Fields locality) {
        return new LoadBalancer.Locality(
                locality.list(
                        "distribute",
                        share -> new LoadBalancer.Distribute(share.requiredText("from"), share.numberMap("to"))),
                locality.list("failover", LoadBalancerBinder::failover),
                locality.texts("failoverPriority"),
                locality.optionalFlag("enabled"));
    }

    private static LoadBalancer.ZoneAware zoneAware(Fields zones) {
        return new LoadBalancer.ZoneAware(
                zones.optionalFlag("enabled"),
                zones.list("failover", LoadBalancerBinder::failover),
                zones.texts("failoverPriority"),
                zones.number("minClusterSize"));
    }

    private static LoadBalancer.Failover failover(Fields failover) {
        return new LoadBalancer.Failover(failover.requiredText("from"), failover.requiredText("to"));
    }

    private static LoadBalancer.Warmup warmup(Fields warmup) {
        warmup.requiredText("duration");
        return new LoadBalancer.Warmup(
                warmup.duration("duration").orElse(Duration.ZERO),
                warmup.decimal("minimumPercent"),
                warmup.decimal("aggression"));
    }
}
