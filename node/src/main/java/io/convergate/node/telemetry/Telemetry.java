package io.convergate.node.telemetry;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.convergate.routing.match.RouteInfo;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import kamon.Kamon;
import kamon.metric.Counter;
import kamon.metric.Gauge;
import kamon.tag.TagSet;
import org.jspecify.annotations.Nullable;

/**
 * Where the edge reports requests, and where Prometheus reads them. Plain counters are what a request touches; they are
 * handed to Kamon when somebody scrapes.
 *
 * <p>Kamon is one to a process, so this is too.
 */
public final class Telemetry implements AutoCloseable {
    private static final String REPORTER = "prometheus";

    private final @Nullable AccessLog accessLog;
    private final ThreadLocal<AccessLog.Writer> writers;
    private final ConcurrentHashMap<String, RouteRecorder> routes = new ConcurrentHashMap<>();
    private final RouteRecorder unrouted = new RouteRecorder("", "");
    private final LongAdder[] flags = new LongAdder[ResponseFlag.values().length];
    private final ConcurrentHashMap<String, LongSupplier> gauges = new ConcurrentHashMap<>();
    private final Scrapes scrapes;

    private Telemetry(@Nullable AccessLog accessLog, Scrapes scrapes) {
        this.accessLog = accessLog;
        this.writers = ThreadLocal.withInitial(() -> {
            if (accessLog == null) {
                throw new IllegalStateException("no access log");
            }
            return accessLog.writer();
        });
        this.scrapes = scrapes;
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
        Config config = ConfigFactory.parseString("kamon.environment.service = convergate\n"
                        + "kamon.metric.tick-interval = 15 seconds\n"
                        + "kamon.prometheus.start-embedded-http-server = no\n"
                        + "kamon.prometheus.include-environment-tags = no\n"
                        + "kamon.prometheus.buckets.time-buckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25,"
                        + " 0.5, 1, 2.5, 5, 10, 30]")
                .withFallback(ConfigFactory.load());
        Kamon.initWithoutAttaching(config);
        Scrapes scrapes = new Scrapes();
        Kamon.addReporter(REPORTER, scrapes);
        AccessLog log = settings.format() == TelemetrySettings.Format.OFF
                ? null
                : new AccessLog(settings.format(), open(settings.path()));
        return new Telemetry(log, scrapes);
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

    /** The recorder of a route; the same one for the same virtual service and name for statistics. Any thread. */
    public RouteRecorder route(RouteInfo route) {
        String service = route.source().namespace() + '/' + route.source().name();
        String name = route.statName();
        return routes.computeIfAbsent(service + ' ' + name, key -> new RouteRecorder(service, name));
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

    /** Reads the value at every scrape. */
    public void gauge(String name, LongSupplier value) {
        gauges.put(name, value);
    }

    /** The state of all metrics at this moment in Prometheus' text format. */
    public synchronized String prometheus() {
        collect();
        return scrapes.text();
    }

    private void collect() {
        collect(unrouted);
        routes.values().forEach(this::collect);
        for (ResponseFlag flag : ResponseFlag.ALL) {
            add(
                    Kamon.counter("convergate_response_flags", "Replies by the reason for which the gateway made them")
                            .withTag("flag", flag.name()),
                    flags[flag.ordinal()].sumThenReset());
        }
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
        List<String> classes = List.of("none", "1xx", "2xx", "3xx", "4xx", "5xx");
        for (int i = 0; i < classes.size(); i++) {
            long count = route.takeRequests(i);
            if (count > 0) {
                add(
                        Kamon.counter("convergate_requests", "Requests by route and class of status")
                                .withTags(tags.withTag("code", classes.get(i))),
                        count);
            }
        }
        add(
                Kamon.counter("convergate_retries", "Attempts at requests beyond their first")
                        .withTags(tags),
                route.takeRetries());
        add(
                Kamon.counter("convergate_request_bytes", "Bytes of request bodies")
                        .withTags(tags),
                route.takeBytesReceived());
        add(
                Kamon.counter("convergate_response_bytes", "Bytes of response bodies")
                        .withTags(tags),
                route.takeBytesSent());
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
