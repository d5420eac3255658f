package io.convergate.node.breakers;

import io.convergate.node.telemetry.Telemetry;
import io.convergate.routing.breaker.BreakerSettings;
import io.convergate.routing.breaker.BreakerState;
import io.convergate.routing.breaker.CircuitBreaking;
import io.convergate.routing.outlier.OutlierDetector;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;

/** All breakers of a node. Any thread. */
public final class NodeBreakers {
    /** Upstreams whose states are told in metrics. */
    static final int UPSTREAMS_MAX = 10_000;

    private final Telemetry telemetry;
    private final LongSupplier nanoTime;
    private final InstantSource clock;
    private final ConcurrentHashMap<Id, NodeBreaker> breakers = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<OutlierDetector<InetSocketAddress>, NodeEjections> ejections =
            new ConcurrentHashMap<>();
    private volatile BreakerOwners owners = BreakerOwners.NONE;

    /** Equal settings of one upstream go on with what is known of it, as long as it is the same policy. */
    private record Id(String upstream, String uid, BreakerSettings settings) {}

    /** Breakers that nobody shares yet. */
    public NodeBreakers(Telemetry telemetry) {
        this(telemetry, System::nanoTime, InstantSource.system());
    }

    NodeBreakers(Telemetry telemetry, LongSupplier nanoTime, InstantSource clock) {
        this.telemetry = telemetry;
        this.nanoTime = nanoTime;
        this.clock = clock;
        telemetry.gauges(
                "convergate_breaker_state",
                "What the breaker of an upstream is: 0 closed, 1 half open, 2 open",
                "upstream",
                this::states);
    }

    /** Shares them with these owners from now on. */
    public void share(BreakerOwners newOwners) {
        owners = newOwners;
    }

    BreakerOwners owners() {
        return owners;
    }

    /**
     * The breaker of an upstream, new or known.
     *
     * @param breaking the policy that says so
     * @param settings what it says about the breaker
     */
    public NodeBreaker breaker(String upstream, CircuitBreaking breaking, BreakerSettings settings) {
        return breakers.computeIfAbsent(
                new Id(upstream, breaking.uid(), settings), id -> new NodeBreaker(this, upstream, breaking, settings));
    }

    /** Forgets all others. */
    public void retain(Set<NodeBreaker> used) {
        breakers.values().retainAll(used);
    }

    /** The endpoints that this node leaves out are told to others, and theirs to it. */
    public void shareEjections(String upstream, OutlierDetector<InetSocketAddress> detector) {
        ejections.computeIfAbsent(detector, key -> new NodeEjections(upstream, key, nanoTime));
    }

    /** An endpoint of those that are told to others has been left out; called with a lock held. */
    public void ejected() {
        owners.ejected();
    }

    /** Forgets all other detectors. */
    public void retainEjections(Set<OutlierDetector<InetSocketAddress>> used) {
        ejections.keySet().retainAll(used);
    }

    /** Those that are told to others. */
    public Iterable<NodeEjections> ejections() {
        return ejections.values();
    }

    /** All of them. */
    public Iterable<NodeBreaker> all() {
        return breakers.values();
    }

    /** Those that are not closed, by name, at most so many. */
    public List<BreakerStatus> notClosed(int atMost) {
        return breakers.values().stream()
                .filter(breaker -> breaker.state() != BreakerState.CLOSED)
                .sorted(Comparator.comparing(NodeBreaker::upstream))
                .limit(atMost)
                .map(NodeBreaker::status)
                .toList();
    }

    private Map<String, Integer> states() {
        Map<String, Integer> states = new HashMap<>();
        for (NodeBreaker breaker : breakers.values()) {
            if (states.size() < UPSTREAMS_MAX || states.containsKey(breaker.upstream())) {
                states.merge(breaker.upstream(), number(breaker.state()), Math::max);
            }
        }
        return states;
    }

    private static int number(BreakerState state) {
        return switch (state) {
            case CLOSED -> 0;
            case HALF_OPEN -> 1;
            case OPEN -> 2;
        };
    }

    BreakerCounters counters(String upstream) {
        return new BreakerCounters(telemetry, upstream);
    }

    long nanoTime() {
        return nanoTime.getAsLong();
    }

    double random() {
        return ThreadLocalRandom.current().nextDouble();
    }

    Instant now() {
        return clock.instant();
    }
}
