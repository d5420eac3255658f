package io.convergate.node.telemetry;

import io.convergate.routing.match.RouteInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * The recorders of routes by what they are called: at most so many, and none for longer than {@link #KEPT} after the last
 * table that named it. A route that comes back sooner goes on counting where it was. Any thread.
 */
final class RouteRecorders {
    /** How long the series of a route outlive it: several scrapes, and a change that is taken back. */
    static final Duration KEPT = Duration.ofMinutes(10);

    private final ConcurrentHashMap<String, RouteRecorder> byName = new ConcurrentHashMap<>();
    private final RouteRecorder overflow = new RouteRecorder("overflow", "");
    private final LongAdder overflows = new LongAdder();
    private final LongSupplier nanoTime;
    private final int max;

    /** @param max how many; the routes beyond share one */
    RouteRecorders(LongSupplier nanoTime, int max) {
        this.nanoTime = nanoTime;
        this.max = max;
    }

    /** The recorder of a route that is about to be served. */
    RouteRecorder of(RouteInfo route) {
        String service = RouteRecorder.label(
                route.source().namespace() + '/' + route.source().name());
        String name = RouteRecorder.label(route.statName());
        long now = nanoTime.getAsLong();
        RouteRecorder recorder = byName.compute(service + ' ' + name, (key, known) -> {
            RouteRecorder found = known != null ? known : byName.size() < max ? new RouteRecorder(service, name) : null;
            if (found != null) {
                found.seen(now);
            }
            return found;
        });
        if (recorder == null) {
            overflows.increment();
            return overflow;
        }
        return recorder;
    }

    /** All that there are, and the one for the rest. */
    Collection<RouteRecorder> all() {
        List<RouteRecorder> all = new ArrayList<>(byName.values());
        all.add(overflow);
        return all;
    }

    /** How often a route found no room. */
    long overflows() {
        return overflows.sum();
    }

    /**
     * Drops those that no table has named for too long.
     *
     * @param served those that the table names which is served now
     * @return the dropped ones
     */
    List<RouteRecorder> sweep(Stream<RouteRecorder> served) {
        long now = nanoTime.getAsLong();
        served.forEach(recorder -> recorder.seen(now));
        List<RouteRecorder> dropped = new ArrayList<>();
        for (String name : byName.keySet()) {
            byName.computeIfPresent(name, (key, recorder) -> {
                if (now - recorder.seen() <= KEPT.toNanos()) {
                    return recorder;
                }
                dropped.add(recorder);
                return null;
            });
        }
        return dropped;
    }
}
