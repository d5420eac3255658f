package io.convergate.node.telemetry;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.convergate.node.telemetry.trace.TraceSampling;
import io.convergate.routing.match.RouteInfo;
import io.convergate.routing.upstream.UpstreamInfo;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kamon.Kamon;
import kamon.metric.Counter;
import kamon.metric.Histogram;
import kamon.metric.MeasurementUnit;
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

    /** Destinations with series of their own; what goes to others shares those of {@code destination_service="overflow"}. */
    static final int DESTINATIONS_MAX = 5_000;

    /** Policies with series of their own; what is beyond shares those of {@code policy="overflow"}. */
    static final int POLICIES_MAX = 1_000;

    /** The tag of counters that end with the upstream that it names. */
    public static final String UPSTREAM = "upstream";

    private static final Duration SWEEP_EVERY = Duration.ofMinutes(1);
    private static final String REPORTER = "prometheus";

    /** What a series' labels have beyond those of its recorder. */
    private static final List<String> OF_SERIES = List.of("code", "response_code", "response_flags");

    private final @Nullable AccessLog accessLog;
    private final boolean counting;
    private final LogFilter logged;
    private final ThreadLocal<AccessLog.Writer> writers;
    private final Map<String, String> labels;
    private final Recorders<RouteRecorder> routes;
    private final RouteRecorder unrouted = new RouteRecorder("", "");
    private final Recorders<DestinationRecorder> destinations;
    private final DestinationRecorder nowhere;
    private final Recorders<PolicyRecorder> policies;
    private final LongAdder[] flags = new LongAdder[ResponseFlag.values().length];
    private final Gauges gauges = new Gauges();
    private final ConcurrentHashMap<String, Counted> counters = new ConcurrentHashMap<>();
    private final Scrapes scrapes;
    private final Tracing tracing;
    private final LongSupplier nanoTime;
    private volatile Supplier<Served> served =
            () -> new Served(Stream.empty(), Stream.empty(), Stream.empty(), Stream.empty());
    private long sweptNanos;

    /**
     * What is served now.
     *
     * @param upstreams the names of the upstreams
     */
    public record Served(
            Stream<RouteRecorder> routes,
            Stream<DestinationRecorder> destinations,
            Stream<PolicyRecorder> policies,
            Stream<String> upstreams) {}

    private Telemetry(
            Config config,
            TelemetrySettings settings,
            @Nullable AccessLog accessLog,
            LongSupplier nanoTime,
            int routesMax) {
        this.accessLog = accessLog;
        this.counting = settings.counting() == TelemetrySettings.Counting.ON;
        this.logged = settings.filter();
        this.labels = settings.labels();
        this.routes = new Recorders<>(nanoTime, routesMax, new RouteRecorder("overflow", ""));
        this.destinations = new Recorders<>(
                nanoTime, DESTINATIONS_MAX, new DestinationRecorder(IstioMetrics.overflow(this.labels)));
        this.nowhere = new DestinationRecorder(IstioMetrics.unknown(this.labels));
        this.policies = new Recorders<>(nanoTime, POLICIES_MAX, PolicyRecorder.overflow());
        this.nanoTime = nanoTime;
        this.sweptNanos = nanoTime.getAsLong();
        this.writers = ThreadLocal.withInitial(() -> {
            if (accessLog == null) {
                throw new IllegalStateException("no access log");
            }
            return accessLog.writer();
        });
        this.scrapes = new Scrapes(config, this::sweepIfDue);
        ProcessMetrics.register(gauges);
        if (accessLog != null) {
            gauges.register(
                    "convergate_access_log_dropped_lines",
                    "Lines lost because the log's file or terminal was too slow",
                    accessLog::dropped);
        }
        for (int i = 0; i < flags.length; i++) {
            flags[i] = new LongAdder();
        }
        tracing = new Tracing(this, settings.trace(), settings.node(), settings.labels());
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
        Config config = ConfigFactory.parseString("kamon.environment { service = convergate, host = convergate }\n"
                        + "kamon.metric.tick-interval = 15 seconds\n"
                        + "kamon.prometheus.start-embedded-http-server = no\n"
                        + "kamon.prometheus.include-environment-tags = no\n"
                        + "kamon.prometheus.buckets.time-buckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25,"
                        + " 0.5, 1, 2.5, 5, 10, 30]\n" + IstioMetrics.BUCKETS)
                .withFallback(ConfigFactory.load());
        Kamon.initWithoutAttaching(config);
        AccessLog log = settings.format() == TelemetrySettings.Format.OFF
                ? null
                : new AccessLog(settings.format(), open(settings.path()));
        Telemetry telemetry = new Telemetry(config, settings, log, nanoTime, routesMax);
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
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    /**
     * The recorder of a route that is about to be served: the same one for the same virtual service and name for statistics;
     * one for all that there is no room for. Any thread.
     */
    public RouteRecorder route(RouteInfo route) {
        String service = RouteRecorder.label(
                route.source().namespace() + '/' + route.source().name());
        String name = RouteRecorder.label(route.statName());
        return routes.of(service + ' ' + name, () -> new RouteRecorder(service, name));
    }

    /** The recorder of a destination that is about to be served: the same one for the same upstream. Any thread. */
    public DestinationRecorder destination(UpstreamInfo upstream) {
        return destinations.of(upstream.name(), () -> DestinationRecorder.of(labels, upstream));
    }

    /**
     * The recorder of a policy of rate limits that is about to be served: the same one for the same policy. Any thread.
     *
     * @param policy as {@code namespace/name}
     */
    public PolicyRecorder policy(String policy) {
        String label = RouteRecorder.label(policy);
        return policies.of(label, () -> PolicyRecorder.of(label));
    }

    /** Tells how to find the recorders of what is served; asked about once a minute. */
    public void served(Supplier<Served> recorders) {
        served = recorders;
    }

    /** A request is over. On the thread that served it. */
    public void finished(RequestRecord request) {
        if (counting) {
            count(request);
        }
        if (accessLog != null && logged.takes(request)) {
            writers.get().write(request);
        }
        tracing.finished(request);
    }

    private void count(RequestRecord request) {
        RouteRecorder route = request.route;
        (route == null ? unrouted : route).record(request);
        DestinationRecorder destination = request.destination;
        (destination == null ? nowhere : destination).record(request);
        if (request.isFlagged()) {
            for (ResponseFlag flag : ResponseFlag.ALL) {
                if (request.has(flag)) {
                    flags[flag.ordinal()].increment();
                }
            }
        }
    }

    /** Which requests are sampled. */
    public TraceSampling traces() {
        return tracing.sampling();
    }

    /**
     * A counter with one tag, handed to Kamon at every scrape; the same one for the same name and tag. One with the tag {@link #UPSTREAM}
     * ends some time after the last table that names the upstream, others by {@link #end}. Any thread.
     */
    public LongAdder counter(String name, String description, String tag, String value) {
        long now = nanoTime.getAsLong();
        Counted counted = counters.compute(name + ' ' + value, (key, known) -> {
            Counted one = known != null
                    ? known
                    : new Counted(
                            name, tag, value, Kamon.counter(name, description).withTag(tag, value));
            one.seenNanos = now;
            one.ended = false;
            return one;
        });
        return Objects.requireNonNull(counted).count;
    }

    /**
     * Ends a {@link #counter} some time from now, when what it has counted has been scraped; unless it is asked for again. Any thread.
     *
     * @param value of its tag
     */
    public void end(String name, String value) {
        counters.computeIfPresent(name + ' ' + value, (key, counted) -> {
            counted.ended = true;
            return counted;
        });
    }

    /** A counter of Kamon's, and what has come since the last scrape. */
    private static final class Counted {
        private final String name;
        private final String tag;
        private final String value;
        private final Counter counter;
        private final LongAdder count = new LongAdder();
        private volatile long seenNanos;
        private volatile boolean ended;

        Counted(String name, String tag, String value, Counter counter) {
            this.name = name;
            this.tag = tag;
            this.value = value;
            this.counter = counter;
        }
    }

    /** Reads the value at every scrape. */
    public void gauge(String name, String description, DoubleSupplier value) {
        gauges.register(name, description, value);
    }

    /**
     * Reads values at every scrape, one for each value of a label; a series that has none any more ends.
     *
     * @param values bounded in number by whoever asks for this
     */
    public void gauges(
            String name, String description, String label, Supplier<? extends Map<String, ? extends Number>> values) {
        gauges.register(name, description, label, values);
    }

    /**
     * A histogram of durations, for what happens far less often than requests.
     *
     * @param tags its labels, by name
     * @return takes nanoseconds, on any thread
     */
    public LongConsumer durations(String name, String description, Map<String, String> tags) {
        Histogram histogram = Kamon.histogram(
                        name, description, MeasurementUnit.time().nanoseconds())
                .withTags(TagSet.from(Map.copyOf(tags)));
        return histogram::record;
    }

    /** The state of all metrics at this moment in Prometheus' text format. */
    public synchronized String prometheus() {
        sweepIfDue();
        collect();
        return scrapes.text();
    }

    /**
     * The state of some metrics at this moment.
     *
     * @param metrics their names as they were given, without a suffix
     */
    public synchronized Map<String, List<Series>> read(Set<String> metrics) {
        collect();
        return scrapes.read(metrics);
    }

    private synchronized void sweepIfDue() {
        long now = nanoTime.getAsLong();
        if (now - sweptNanos >= SWEEP_EVERY.toNanos()) {
            sweptNanos = now;
            Served serving = served.get();
            List<Recorder> dropped = new ArrayList<>(routes.sweep(serving.routes));
            dropped.addAll(destinations.sweep(serving.destinations));
            dropped.addAll(policies.sweep(serving.policies));
            forget(dropped);
            forgetCounters(serving.upstreams.collect(Collectors.toSet()), now);
        }
    }

    /** Lets go of counters that ended too long ago, or of upstreams that no table has named for so long: names may come and go for ever. */
    private void forgetCounters(Set<String> upstreams, long now) {
        Set<Gone> gone = new HashSet<>();
        for (String key : counters.keySet()) {
            counters.computeIfPresent(key, (same, counted) -> {
                boolean lives = counted.tag.equals(UPSTREAM) ? upstreams.contains(counted.value) : !counted.ended;
                if (lives) {
                    counted.seenNanos = now;
                } else if (now - counted.seenNanos > Recorders.KEPT.toNanos()) {
                    counted.counter.remove();
                    gone.add(new Gone(counted.name, TagSet.of(counted.tag, counted.value)));
                    return null;
                }
                return counted;
            });
        }
        if (!gone.isEmpty()) {
            scrapes.forget((metric, tags) -> gone.contains(new Gone(metric, tags)));
        }
    }

    /** A series that has ended. */
    private record Gone(String metric, TagSet tags) {}

    private void forget(List<Recorder> dropped) {
        if (dropped.isEmpty()) {
            return;
        }
        Set<TagSet> gone = new HashSet<>();
        for (Recorder recorder : dropped) {
            gone.add(recorder.tags());
            recorder.remove();
        }
        scrapes.forget((metric, tags) -> {
            TagSet common = tags;
            for (String label : OF_SERIES) {
                common = common.without(label);
            }
            return gone.contains(common);
        });
    }

    private void collect() {
        unrouted.collect();
        nowhere.collect();
        routes.all().forEach(Recorder::collect);
        destinations.all().forEach(Recorder::collect);
        policies.all().forEach(Recorder::collect);
        add(
                Kamon.counter("convergate_route_series_overflows", "Routes that found no room for series of their own")
                        .withoutTags(),
                routes.takeOverflows());
        add(
                Kamon.counter(
                                "convergate_destination_series_overflows",
                                "Destinations that found no room for series of their own")
                        .withoutTags(),
                destinations.takeOverflows());
        for (ResponseFlag flag : ResponseFlag.ALL) {
            add(
                    Kamon.counter("convergate_response_flags", "Replies by the reason for which the gateway made them")
                            .withTag("flag", flag.name()),
                    flags[flag.ordinal()].sumThenReset());
        }
        counters.values().forEach(counted -> add(counted.counter, counted.count.sumThenReset()));
        gauges.collect(scrapes);
    }

    private static void add(Counter counter, long value) {
        if (value > 0) {
            counter.increment(value);
        }
    }

    @Override
    public void close() {
        tracing.close();
        if (accessLog != null) {
            accessLog.close();
        }
        Kamon.stop();
    }
}
