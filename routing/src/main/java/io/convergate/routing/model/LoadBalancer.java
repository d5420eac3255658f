package io.convergate.routing.model;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Who gets the next request. Istio: LoadBalancerSettings.
 *
 * @param simple one of the standard ways
 * @param consistentHash or by a hash of the request
 * @param localityLbSetting how near and far endpoints share
 * @param zoneAwareLbSetting how zones share
 * @param warmup how a new endpoint gets its share
 * @param warmupDurationSecs deprecated form of {@code warmup}
 */
public record LoadBalancer(
        Optional<Simple> simple,
        Optional<ConsistentHash> consistentHash,
        Optional<Locality> localityLbSetting,
        Optional<ZoneAware> zoneAwareLbSetting,
        Optional<Warmup> warmup,
        Optional<Duration> warmupDurationSecs) {
    /** The standard ways. Istio: LoadBalancerSettings.SimpleLB. */
    public enum Simple {
        UNSPECIFIED,
        LEAST_CONN,
        RANDOM,
        PASSTHROUGH,
        ROUND_ROBIN,
        LEAST_REQUEST
    }

    /**
     * By a hash of the request. Istio: LoadBalancerSettings.ConsistentHashLB.
     *
     * @param httpHeaderName of this header
     * @param httpCookie or of this cookie
     * @param useSourceIp or of the client's address
     * @param httpQueryParameterName or of this query parameter
     * @param ringHash placed on a ring
     * @param maglev or by Maglev's table
     * @param minimumRingSize deprecated form of {@code ringHash}
     */
    public record ConsistentHash(
            Optional<String> httpHeaderName,
            Optional<Cookie> httpCookie,
            Optional<Boolean> useSourceIp,
            Optional<String> httpQueryParameterName,
            Optional<RingHash> ringHash,
            Optional<Maglev> maglev,
            OptionalLong minimumRingSize) {}

    /**
     * A cookie to hash. Istio: LoadBalancerSettings.ConsistentHashLB.HTTPCookie.
     *
     * @param name its name
     * @param path its path, if it is made here
     * @param ttl how long it lives, if it is made here; empty means it is not made here
     * @param attributes more of its attributes
     */
    public record Cookie(String name, Optional<String> path, Optional<Duration> ttl, List<CookieAttribute> attributes) {
        public Cookie {
            attributes = List.copyOf(attributes);
        }
    }

    /**
     * An attribute of a cookie.
     *
     * @param name its name
     * @param value its value
     */
    public record CookieAttribute(String name, Optional<String> value) {}

    /**
     * A ring.
     *
     * @param minimumRingSize the fewest places on it
     */
    public record RingHash(OptionalLong minimumRingSize) {}

    /**
     * Maglev's table.
     *
     * @param tableSize its size, a prime
     */
    public record Maglev(OptionalLong tableSize) {}

    /**
     * How near and far endpoints share. Istio: LocalityLoadBalancerSetting.
     *
     * @param distribute by fixed shares
     * @param failover or by region, when endpoints fail
     * @param failoverPriority or by labels, when endpoints fail
     * @param enabled whether it acts
     */
    public record Locality(
            List<Distribute> distribute,
            List<Failover> failover,
            List<String> failoverPriority,
            Optional<Boolean> enabled) {
        public Locality {
            distribute = List.copyOf(distribute);
            failover = List.copyOf(failover);
            failoverPriority = List.copyOf(failoverPriority);
        }
    }

    /**
     * Fixed shares.
     *
     * @param from of requests from this locality
     * @param to locality to percentage
     */
    public record Distribute(String from, Map<String, Long> to) {
        public Distribute {
            to = Map.copyOf(to);
        }
    }

    /**
     * A region that takes over.
     *
     * @param from from this region
     * @param to to this
     */
    public record Failover(String from, String to) {}

    /**
     * How zones share. Istio: ZoneAwareLoadBalancerSetting.
     *
     * @param enabled whether it acts
     * @param failover by region
     * @param failoverPriority by labels
     * @param minClusterSize the fewest endpoints for it to act
     */
    public record ZoneAware(
            Optional<Boolean> enabled,
            List<Failover> failover,
            List<String> failoverPriority,
            OptionalLong minClusterSize) {
        public ZoneAware {
            failover = List.copyOf(failover);
            failoverPriority = List.copyOf(failoverPriority);
        }
    }

    /**
     * How a new endpoint gets its share. Istio: WarmupConfiguration.
     *
     * @param duration over which time
     * @param minimumPercent the share it starts with; empty means 10
     * @param aggression how steep; empty means 1.0
     */
    public record Warmup(Duration duration, OptionalDouble minimumPercent, OptionalDouble aggression) {}
}
