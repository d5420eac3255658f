package io.convergate.node.telemetry;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.convergate.routing.match.RouteInfo;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import kamon.Kamon;
import kamon.metric.Counter;
import kamon.metric.Gauge;
import kamon.metric.Histogram;
import kamon.tag.TagSet;
import org.jspecify.annotations.Nullable;

/**
 * Where the edge reports requests, and where Prometheus reads them. Plain counters are what a request touches; they are
 * handed to Kamon when somebody scrapes.
 *
 * <p>Kamon is one to a process, so this is too.
 */
public final class Telemetry implements AutoCloseable {
    /** Routes with series of their own; what is served beyond shares those of {@code virtual_service="overflow"}. */
    static final int ROUTES_MAX = 20_000;

    private static final Duration SWEEP_EVERY = Duration.ofMinutes(1);
    private static final String REPORTER = "prometheus";
    private static final List<String> CLASSES = List.of("none", "1xx", "2xx", "3xx", "4xx", "5xx");
    private static final List<RouteCounter> ROUTE_COUNTERS = List.of(
            new RouteCounter(
                    "convergate_retries", "Attempts at requests beyond their first", RouteRecorder::takeRetries),
            new RouteCounter("convergate_request_bytes", "Bytes of request bodies", RouteRecorder::takeBytesReceived),
            new RouteCounter("convergate_response_bytes", "Bytes of response bodies", RouteRecorder::takeBytesSent));

    private final @Nullable AccessLog accessLog;
    private final ThreadLocal<AccessLog.Writer> writers;
    private final RouteRecorders routes;
    private final RouteRecorder unrouted = new RouteRecorder("", "");
    private final LongAdder[] flags = new LongAdder[ResponseFlag.values().length];
    private final ConcurrentHashMap<String, LongSupplier> gauges = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Counted> counters = new ConcurrentHashMap<>();
    private final Scrapes scrapes;
    private final LongSupplier nanoTime;
    private volatile Supplier<Stream<RouteRecorder>> served = Stream::empty;
    private long sweptNanos;
    private long overflowsTold;

    /** A counter of each route. */
    private record RouteCounter(String name, String description, ToLongFunction<RouteRecorder> taken) {
        Counter of(TagSet tags) {
            return Kamon.counter(name, description).withTags(tags);
        }
    }

    private Telemetry(Config config, @Nullable AccessLog accessLog, LongSupplier nanoTime, int routesMax) {
        this.accessLog = accessLog;
        this.routes = new RouteRecorders(nanoTime, routesMax);
        this.nanoTime = nanoTime;
        this.sweptNanos = nanoTime.getAsLong();
        this.writers = ThreadLocal.withInitial(() -> {
            if (accessLog == null) {
                throw new IllegalStateException("no access log");
            }
            return accessLog.writer();
        });
        this.scrapes = new Scrapes(config, this::sweepIfDue);
        for (int i = 0; i < flags.length; i++) {
            flags[i] = new LongAdder();
        }
    }

    /**
     * Starts it.
     *
     * @throws UncheckedIOException if the access log cannot be opened
     */
    public static Telemetry start(TelemetrySettings settings) {
        return start(settings, System::nanoTime, ROUTES_MAX);
    }

    static Telemetry start(TelemetrySettings settings, LongSupplier nanoTime, int routesMax) {
        Config config = ConfigFactory.parseString("kamon.environment.service = convergate\n"
                        + "kamon.metric.tick-interval = 15 seconds\n"
                        + "kamon.prometheus.start-embedded-http-server = no\n"
                        + "kamon.prometheus.include-environment-tags = no\n"
                        + "kamon.prometheus.buckets.time-buckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25,"
                        + " 0.5, 1, 2.5, 5, 10, 30]")
                .withFallback(ConfigFactory.load());
        Kamon.initWithoutAttaching(config);
        AccessLog log = settings.format() == TelemetrySettings.Format.OFF
                ? null
                : new AccessLog(settings.format(), open(settings.path()));
        Telemetry telemetry = new Telemetry(config, log, nanoTime, routesMax);
        Kamon.addReporter(REPORTER, telemetry.scrapes);
        return telemetry;
    }

    private static OutputStream open(Optional<String> path) {
        if (path.isEmpty()) {
            return new FileOutputStream(FileDescriptor.out);
        }
        try {
            return new FileOutputStream(path.get(), true);
        } catch (IOException e) {
            throw new UncheckedIOException("access log " + path.get() + ": " + e.getMessage(), e);
        }
    }

    /**
     * The recorder of a route that is about to be served: the same one for the same virtual service and name for statistics;
     * one for all that there is no room for. Any thread.
     */
    public RouteRecorder route(RouteInfo route) {
        return routes.of(route);
    }

    /** Tells how to find the recorders of the routes that are served; asked about once a minute. */
    public void servedRoutes(Supplier<Stream<RouteRecorder>> recorders) {
        served = recorders;
    }

    /** A request is over. On the thread that served it. */
    public void finished(RequestRecord request) {
        RouteRecorder route = request.route;
        (route == null ? unrouted : route).record(request);
        if (request.isFlagged()) {
            for (ResponseFlag flag : ResponseFlag.ALL) {
                if (request.has(flag)) {
                    flags[flag.ordinal()].increment();
                }
            }
        }
        if (accessLog != null) {
            writers.get().write(request);
        }
    }

    /** A counter with one tag, handed to Kamon at every scrape; the same one for the same name and tag. Any thread. */
    public LongAdder counter(String name, String description, String tag, String value) {
        return counters.computeIfAbsent(
                        name + ' ' + value,
                        key -> new Counted(Kamon.counter(name, description).withTag(tag, value), new LongAdder()))
                .count();
    }

    /** A histogram with one tag, which takes microseconds; the same one for the same name and tag. Any thread. */
    public LongConsumer timer(String name, String description, String tag, String value) {
        Histogram histogram =
                Kamon.histogram(name, description, RouteRecorder.DURATION).withTag(tag, RouteRecorder.label(value));
        return micros -> histogram.record(Math.max(0, micros));
    }

    /** A counter of Kamon's, and what has come since the last scrape. */
    private record Counted(Counter counter, LongAdder count) {}

    /** Reads the value at every scrape. */
    public void gauge(String name, LongSupplier value) {
        gauges.put(name, value);
    }

    /** The state of all metrics at this moment in Prometheus' text format. */
    public synchronized String prometheus() {
        sweepIfDue();
        collect();
        return scrapes.text();
    }

    private synchronized void sweepIfDue() {
        long now = nanoTime.getAsLong();
        if (now - sweptNanos >= SWEEP_EVERY.toNanos()) {
            sweptNanos = now;
            forget(routes.sweep(served.get()));
        }
    }

    private void forget(List<RouteRecorder> dropped) {
        if (dropped.isEmpty()) {
            return;
        }
        Set<TagSet> gone = new HashSet<>();
        for (RouteRecorder route : dropped) {
            TagSet tags = route.tags();
            gone.add(tags);
            CLASSES.forEach(code -> requests(tags, code).remove());
            ROUTE_COUNTERS.forEach(counter -> counter.of(tags).remove());
            route.removeHistogram();
        }
        scrapes.forget(tags -> gone.contains(tags.without("code")));
    }

    private void collect() {
        collect(unrouted);
        routes.all().forEach(this::collect);
        long overflows = routes.overflows();
        add(
                Kamon.counter("convergate_route_series_overflows", "Routes that found no room for series of their own")
                        .withoutTags(),
                overflows - overflowsTold);
        overflowsTold = overflows;
        for (ResponseFlag flag : ResponseFlag.ALL) {
            add(
                    Kamon.counter("convergate_response_flags", "Replies by the reason for which the gateway made them")
                            .withTag("flag", flag.name()),
                    flags[flag.ordinal()].sumThenReset());
        }
        counters.values()
                .forEach(counted -> add(counted.counter(), counted.count().sumThenReset()));
        gauges.forEach((name, value) -> gauge(Kamon.gauge(name).withoutTags(), value.getAsLong()));
        if (accessLog != null) {
            gauge(Kamon.gauge("convergate_access_log_dropped_lines").withoutTags(), accessLog.dropped());
        }
    }

    private static void gauge(Gauge gauge, long value) {
        gauge.update(value);
    }

    private void collect(RouteRecorder route) {
        TagSet tags = route.tags();
        for (int i = 0; i < CLASSES.size(); i++) {
            long count = route.takeRequests(i);
            if (count > 0) {
                add(requests(tags, CLASSES.get(i)), count);
            }
        }
        for (RouteCounter counter : ROUTE_COUNTERS) {
            long count = counter.taken.applyAsLong(route);
            if (count > 0) {
                add(counter.of(tags), count);
            }
        }
    }

    private static Counter requests(TagSet tags, String code) {
        return Kamon.counter("convergate_requests", "Requests by route and class of status")
                .withTags(tags.withTag("code", code));
    }

    private static void add(Counter counter, long value) {
        if (value > 0) {
            counter.increment(value);
        }
    }

    @Override
    public void close() {
        if (accessLog != null) {
            accessLog.close();
        }
        Kamon.stop();
    }
}
