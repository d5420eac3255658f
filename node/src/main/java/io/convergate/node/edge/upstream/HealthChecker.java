package io.convergate.node.edge.upstream;

import io.convergate.node.edge.wire.WireLoop;
import io.convergate.node.telemetry.Telemetry;
import io.convergate.routing.health.HealthCheck;
import io.convergate.routing.health.HealthMonitor;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the endpoints of upstreams, again and again, whether they are healthy. Every node asks for itself. An endpoint is
 * asked from one loop, where everything about its checks happens; of a loop's checks a bounded number is under way at once, and
 * the others wait for their turn. Endpoints beyond the bound of a node are not asked until there is room, and count as healthy.
 */
final class HealthChecker {
    private static final Logger LOG = LoggerFactory.getLogger(HealthChecker.class);

    /** The most endpoints that a node asks. */
    static final int ENDPOINTS_MAX = 4_096;

    /** The most checks of a loop that are under way at once. */
    private static final int AT_ONCE_MAX = 64;

    private final Telemetry telemetry;
    private final int endpointsMax;
    private final List<Lane> lanes = new ArrayList<>();
    private final Map<HealthMonitor<InetSocketAddress>, Followed> followed = new HashMap<>();
    private int asked;
    private int nextLane;

    /** @param endpointsMax the most endpoints that are asked */
    HealthChecker(List<WireLoop> loops, Telemetry telemetry, int endpointsMax) {
        this.telemetry = telemetry;
        this.endpointsMax = endpointsMax;
        loops.forEach(loop -> lanes.add(new Lane(loop)));
    }

    /** The checks of one loop. Confined to it. */
    private static final class Lane {
        private final WireLoop loop;
        private final Queue<Asking> waiting = new ArrayDeque<>();
        private int underWay;

        Lane(WireLoop loop) {
            this.loop = loop;
        }

        void due(Asking asking) {
            waiting.add(asking);
            next();
        }

        void next() {
            while (underWay < AT_ONCE_MAX && !waiting.isEmpty()) {
                waiting.remove().ask();
            }
        }
    }

    /** The endpoints of an upstream that are asked, and those for which there is no room. */
    private static final class Followed {
        private final HealthMonitor<InetSocketAddress> monitor;
        private final String upstream;
        private final String host;
        private final Map<InetSocketAddress, Asking> askings = new HashMap<>();
        private final Set<InetSocketAddress> withoutRoom = new LinkedHashSet<>();

        Followed(HealthMonitor<InetSocketAddress> monitor, String upstream, String host) {
            this.monitor = monitor;
            this.upstream = upstream;
            this.host = host;
        }
    }

    /**
     * Asks these endpoints from now on, and no others of the upstream.
     *
     * @return done when each has been asked once
     */
    synchronized CompletableFuture<Void> follow(
            HealthMonitor<InetSocketAddress> monitor,
            String upstream,
            String host,
            Collection<InetSocketAddress> addresses) {
        Followed those = followed.computeIfAbsent(monitor, none -> new Followed(monitor, upstream, host));
        those.askings.keySet().removeIf(address -> {
            boolean gone = !addresses.contains(address);
            if (gone) {
                stop(those.askings.get(address));
            }
            return gone;
        });
        those.withoutRoom.retainAll(addresses);
        for (InetSocketAddress address : addresses) {
            if (those.askings.containsKey(address)) {
                continue;
            }
            if (asked < endpointsMax) {
                those.withoutRoom.remove(address);
                ask(those, address);
            } else if (those.withoutRoom.add(address)) {
                monitor.host(address).exempt("not checked: this node checks " + endpointsMax + " endpoints at most");
                LOG.warn("{} of {} is not checked: {} endpoints are", text(address), upstream, asked);
            }
        }
        useRoom();
        return CompletableFuture.allOf(
                those.askings.values().stream().map(asking -> asking.first).toArray(CompletableFuture[]::new));
    }

    /** Asks only for these from now on. */
    synchronized void retain(Set<HealthMonitor<InetSocketAddress>> monitors) {
        followed.entrySet().removeIf(entry -> {
            boolean gone = !monitors.contains(entry.getKey());
            if (gone) {
                entry.getValue().askings.values().forEach(this::stop);
            }
            return gone;
        });
        useRoom();
    }

    private void ask(Followed those, InetSocketAddress address) {
        asked++;
        Lane lane = lanes.get(nextLane++ % lanes.size());
        Asking asking = new Asking(lane, those.monitor, those.upstream, those.host, address);
        those.askings.put(address, asking);
        lane.loop.execute(() -> lane.due(asking));
    }

    /** Asks those for which there was no room, as far as there is some now. */
    private void useRoom() {
        for (Followed those : asked < endpointsMax ? followed.values() : List.<Followed>of()) {
            for (Iterator<InetSocketAddress> next = those.withoutRoom.iterator();
                    next.hasNext() && asked < endpointsMax; ) {
                ask(those, next.next());
                next.remove();
            }
        }
    }

    private static String text(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ':' + address.getPort();
    }

    private void stop(Asking asking) {
        asked--;
        asking.over = true;
        asking.first.complete(null);
    }

    /** The checks of one endpoint. */
    private final class Asking {
        private final Lane lane;
        private final HealthMonitor<InetSocketAddress> monitor;
        private final String upstream;
        private final String host;
        private final InetSocketAddress address;
        private final LongAdder passed;
        private final LongAdder failed;
        private final CompletableFuture<Void> first = new CompletableFuture<>();
        private volatile boolean over;

        Asking(
                Lane lane,
                HealthMonitor<InetSocketAddress> monitor,
                String upstream,
                String host,
                InetSocketAddress address) {
            this.lane = lane;
            this.monitor = monitor;
            this.upstream = upstream;
            this.host = host;
            this.address = address;
            this.passed = telemetry.counter(
                    "convergate_health_checks_passed",
                    "Health checks that endpoints passed",
                    Telemetry.UPSTREAM,
                    upstream);
            this.failed = telemetry.counter(
                    "convergate_health_checks_failed",
                    "Health checks that endpoints failed",
                    Telemetry.UPSTREAM,
                    upstream);
        }

        void ask() {
            if (over) {
                return;
            }
            lane.underWay++;
            InetSocketAddress asked = monitor.check().port().isPresent()
                    ? new InetSocketAddress(
                            address.getAddress(), monitor.check().port().getAsInt())
                    : address;
            HealthProbe.of(monitor.check(), lane.loop, host, asked, this::answered);
        }

        private void answered(String failure) {
            lane.underWay--;
            HealthMonitor<InetSocketAddress>.Host state = monitor.known(address);
            if (!over && state != null) {
                judge(state, failure);
                first.complete(null);
                lane.loop.schedule(pauseNanos(state.isHealthy()), () -> lane.due(this));
            }
            lane.next();
        }

        private void judge(HealthMonitor<InetSocketAddress>.Host state, String failure) {
            (failure.isEmpty() ? passed : failed).increment();
            boolean changed = failure.isEmpty() ? state.passed() : state.failed(failure);
            if (changed) {
                LOG.info(
                        "{} of {} is {}",
                        text(address),
                        upstream,
                        failure.isEmpty() ? "healthy" : "unhealthy: " + failure);
            }
        }

        private long pauseNanos(boolean healthy) {
            HealthCheck check = monitor.check();
            long jitter = check.jitter().toNanos();
            long pause = (healthy ? check.interval() : check.unhealthyInterval()).toNanos();
            return Math.max(TimeUnit.MILLISECONDS.toNanos(1), pause)
                    + (jitter > 0 ? ThreadLocalRandom.current().nextLong(jitter + 1) : 0);
        }
    }
}
