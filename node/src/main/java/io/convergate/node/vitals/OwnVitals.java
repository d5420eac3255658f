package io.convergate.node.vitals;

import com.sun.management.OperatingSystemMXBean;
import io.convergate.node.admin.api.BreakerView;
import io.convergate.node.admin.api.LimitVitals;
import io.convergate.node.admin.api.NodeVitals;
import io.convergate.node.admin.api.RouteVitals;
import io.convergate.node.telemetry.Series;
import io.convergate.node.telemetry.Spread;
import java.lang.management.ManagementFactory;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

/** This node's vitals, from its metrics. Looks at them a few times a second at most, however many ask. Any thread. */
final class OwnVitals {
    private static final int ROUTES_MAX = 200;
    private static final int LISTED_MAX = 50;
    private static final long FRESH_NANOS = 250_000_000L;

    private static final String REQUESTS = "convergate_requests";
    private static final String DURATIONS = "convergate_request_duration";
    private static final String RETRIES = "convergate_retries";
    private static final String FLAGS = "convergate_response_flags";
    private static final String LOOPS = "convergate_event_loop_delay";
    private static final String CONVERGENCE = "convergate_config_convergence";
    private static final String CONNECTIONS = "convergate_downstream_connections";
    private static final String ALLOWED = "convergate_rate_limit_allowed";
    private static final String REFUSED = "convergate_rate_limit_refused";
    private static final Set<String> METRICS =
            Set.of(REQUESTS, DURATIONS, RETRIES, FLAGS, LOOPS, CONVERGENCE, CONNECTIONS, ALLOWED, REFUSED);

    private final String version;
    private final BooleanSupplier ready;
    private final Function<Set<String>, Map<String, List<Series>>> metrics;
    private final Supplier<List<BreakerView>> breakers;
    private NodeVitals last;

    OwnVitals(
            String version,
            BooleanSupplier ready,
            Function<Set<String>, Map<String, List<Series>>> metrics,
            Supplier<List<BreakerView>> breakers) {
        this.version = version;
        this.ready = ready;
        this.metrics = metrics;
        this.breakers = breakers;
        this.last = look();
    }

    synchronized NodeVitals get() {
        if (System.nanoTime() - last.nanos() > FRESH_NANOS) {
            last = look();
        }
        return last;
    }

    private NodeVitals look() {
        Map<String, List<Series>> found = metrics.apply(METRICS);
        List<RouteVitals> routes = routes(found);
        return new NodeVitals(
                version,
                ready.getAsBoolean(),
                System.nanoTime(),
                ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean process
                        ? process.getProcessCpuTime()
                        : 0,
                Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory(),
                (long) sum(found, CONNECTIONS),
                routes.stream().limit(ROUTES_MAX).toList(),
                Math.max(0, routes.size() - ROUTES_MAX),
                counts(found, FLAGS, "flag"),
                spread(found, LOOPS),
                spread(found, CONVERGENCE),
                limits(found),
                breakers.get().stream().limit(LISTED_MAX).toList());
    }

    private static List<Series> of(Map<String, List<Series>> found, String metric) {
        return found.getOrDefault(metric, List.of());
    }

    private static double sum(Map<String, List<Series>> found, String metric) {
        return of(found, metric).stream().mapToDouble(Series::value).sum();
    }

    private static Spread spread(Map<String, List<Series>> found, String metric) {
        return of(found, metric).stream().map(Series::spread).reduce(Spread.NONE, Spread::plus);
    }

    private static Map<String, Long> counts(Map<String, List<Series>> found, String metric, String label) {
        Map<String, Long> counts = new TreeMap<>();
        of(found, metric).forEach(series -> counts.merge(series.label(label), (long) series.value(), Long::sum));
        return counts;
    }

    private record RouteKey(String service, String route) {
        static RouteKey of(Series series) {
            return new RouteKey(series.label("virtual_service"), series.label("route"));
        }
    }

    private static List<RouteVitals> routes(Map<String, List<Series>> found) {
        Map<RouteKey, Map<String, Long>> codes = new HashMap<>();
        of(found, REQUESTS).forEach(series -> codes.computeIfAbsent(RouteKey.of(series), key -> new TreeMap<>())
                .merge(series.label("code"), (long) series.value(), Long::sum));
        Map<RouteKey, Spread> durations = new HashMap<>();
        of(found, DURATIONS).forEach(series -> durations.merge(RouteKey.of(series), series.spread(), Spread::plus));
        Map<RouteKey, Long> retries = new HashMap<>();
        of(found, RETRIES).forEach(series -> retries.merge(RouteKey.of(series), (long) series.value(), Long::sum));
        return codes.entrySet().stream()
                .map(entry -> new RouteVitals(
                        entry.getKey().service(),
                        entry.getKey().route(),
                        entry.getValue(),
                        retries.getOrDefault(entry.getKey(), 0L),
                        durations.getOrDefault(entry.getKey(), Spread.NONE)))
                .filter(route -> route.requests() > 0)
                .sorted(Comparator.comparingLong(RouteVitals::requests).reversed())
                .toList();
    }

    private static List<LimitVitals> limits(Map<String, List<Series>> found) {
        Map<String, Long> refused = counts(found, REFUSED, "policy");
        Map<String, Long> allowed = counts(found, ALLOWED, "policy");
        return refused.entrySet().stream()
                .map(entry ->
                        new LimitVitals(entry.getKey(), allowed.getOrDefault(entry.getKey(), 0L), entry.getValue()))
                .sorted(Comparator.comparingLong(LimitVitals::refused).reversed())
                .limit(LISTED_MAX)
                .toList();
    }
}
