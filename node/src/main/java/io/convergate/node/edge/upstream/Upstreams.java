package io.convergate.node.edge.upstream;

import io.convergate.node.breakers.NodeBreakers;
import io.convergate.node.edge.EdgeLoop;
import io.convergate.node.edge.EndpointState;
import io.convergate.node.edge.wire.EdgeLoops;
import io.convergate.node.edge.wire.WireLoop;
import io.convergate.node.telemetry.Telemetry;
import io.convergate.routing.balance.SlowStart;
import io.convergate.routing.breaker.CircuitBreaking;
import io.convergate.routing.breaker.ConcurrencyLimit;
import io.convergate.routing.breaker.ConcurrencySettings;
import io.convergate.routing.health.HealthCheck;
import io.convergate.routing.health.HealthMonitor;
import io.convergate.routing.outlier.OutlierDetector;
import io.convergate.routing.outlier.OutlierSettings;
import io.convergate.routing.upstream.EndpointSpec;
import io.convergate.routing.upstream.PoolSettings;
import io.convergate.routing.upstream.Resolution;
import io.convergate.routing.upstream.Upstream;
import io.convergate.routing.upstream.UpstreamInfo;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The upstreams a node serves and the endpoints behind them. Upstreams that share an address and keep connections
 * in the same way share them, unless their number is bounded. Calls
 * are serialised; nothing here is on the path of a request.
 */
public final class Upstreams {
    /** A table waits this long for the addresses of names that nobody has asked for yet. */
    private static final int NAMES_WITHIN_S = 3;

    /** How often it is looked which intervals of outlier detection are over. */
    private static final long SWEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final EdgeLoops loops;
    private final NameResolution names;
    private final Map<EndpointKey, Endpoint> endpoints = new HashMap<>();
    private final Map<LimitsKey, UpstreamLimits> limits = new HashMap<>();
    private final Map<OutliersKey, OutlierDetector<InetSocketAddress>> outliers = new ConcurrentHashMap<>();
    private final Map<HealthKey, HealthMonitor<InetSocketAddress>> health = new ConcurrentHashMap<>();
    private final Map<ArrivalsKey, Arrivals> arrivals = new HashMap<>();
    private final Map<ConcurrencyKey, ConcurrencyLimit> concurrency = new ConcurrentHashMap<>();
    private final NodeBreakers breakers;
    private final HealthChecker checker;
    private final Telemetry telemetry;
    private volatile boolean closed;
    private final Set<UpstreamRuntime> served = new HashSet<>();

    /** Those that are served by their names; only upstreams of one name have memories in common. */
    private final Map<String, Set<UpstreamRuntime>> servedByName = new HashMap<>();

    /** What connections have in common that may be shared; an upstream with bounds shares its connections with nobody. */
    private record EndpointKey(
            InetSocketAddress address,
            PoolSettings connections,
            @Nullable UpstreamLimits owner) {}

    /** Equal bounds of one upstream are the same bounds, whatever else of it has changed. */
    private record LimitsKey(String upstream, UpstreamLimits.Bounds bounds) {}

    /** Equal rules of one upstream go on with what is known of its endpoints. */
    private record OutliersKey(String upstream, OutlierSettings settings) {}

    /** Equal checks of one upstream go on. */
    private record HealthKey(String upstream, HealthCheck check) {}

    /** Who has come when is asked only where endpoints start slowly. */
    private record ArrivalsKey(String upstream, SlowStart slowStart) {}

    /** Equal rules of one upstream go on with what was found out. */
    private record ConcurrencyKey(String upstream, ConcurrencySettings settings) {}

    /** @param breakers the breakers of the node */
    public Upstreams(EdgeLoops loops, Telemetry telemetry, NodeBreakers breakers) {
        this.loops = loops;
        this.breakers = breakers;
        this.telemetry = telemetry;
        telemetry.gauge(
                "convergate_ejected_endpoints",
                "Endpoints that are left out because they kept failing",
                () -> outliers.values().stream()
                        .mapToLong(OutlierDetector::ejected)
                        .sum());
        telemetry.gauges(
                "convergate_upstream_requests_in_flight",
                "Requests under way by upstream, where there are any",
                "upstream",
                () -> ofServed(UpstreamRuntime::inFlight));
        telemetry.gauges(
                "convergate_upstream_connections",
                "Connections by upstream, idle ones too, where there are any; upstreams may share them",
                "upstream",
                () -> ofServed(UpstreamRuntime::connections));
        telemetry.gauge(
                "convergate_unhealthy_endpoints",
                "Endpoints that are left out because they fail their health checks",
                () -> health.values().stream()
                        .mapToLong(HealthMonitor::unhealthy)
                        .sum());
        telemetry.gauges(
                "convergate_adaptive_concurrency_limit",
                "Requests that an upstream may get at a time from this node, as that was found out",
                "upstream",
                this::concurrencyLimits);
        sweepLater();
        this.checker = new HealthChecker(loops.loops(), telemetry, HealthChecker.ENDPOINTS_MAX);
        this.names = new NameResolution(loops);
    }

    /** What the compiler attaches to an upstream. It has its endpoints at once, as far as their addresses are known. */
    public UpstreamRuntime runtime(UpstreamInfo info) {
        UpstreamRuntime runtime = new UpstreamRuntime(
                info, telemetry.destination(info), loops.loops().size(), memory(info));
        assign(runtime, names.lastKnown(info));
        return runtime;
    }

    /** What is counted of each upstream that is served, but for those that have none of it: a bound on series that nobody needs. */
    private synchronized Map<String, Integer> ofServed(ToIntFunction<UpstreamRuntime> count) {
        Map<String, Integer> counts = new HashMap<>();
        for (UpstreamRuntime runtime : served) {
            int number = count.applyAsInt(runtime);
            if (number > 0) {
                counts.merge(runtime.info().name(), number, Integer::sum);
            }
        }
        return counts;
    }

    private synchronized UpstreamMemory memory(UpstreamInfo info) {
        String name = info.name();
        if (info.outliers().isEmpty()
                && info.healthCheck().isEmpty()
                && info.slowStart().isEmpty()
                && info.breaking().isEmpty()
                && UpstreamLimits.Bounds.of(info.pool()) == null) {
            return UpstreamMemory.NONE;
        }
        return new UpstreamMemory(
                limits(info),
                outliers(info),
                info.healthCheck()
                        .map(check -> health.computeIfAbsent(
                                new HealthKey(name, check), key -> new HealthMonitor<>(check, System::nanoTime)))
                        .orElse(null),
                info.slowStart()
                        .map(slowly -> arrivals.computeIfAbsent(
                                new ArrivalsKey(name, slowly), key -> new Arrivals(System::nanoTime)))
                        .orElse(null),
                info.breaking()
                        .flatMap(breaking ->
                                breaking.breaker().map(settings -> breakers.breaker(name, breaking, settings)))
                        .orElse(null),
                info.breaking()
                        .flatMap(CircuitBreaking::concurrency)
                        .map(settings -> concurrency.computeIfAbsent(
                                new ConcurrencyKey(name, settings),
                                key -> new ConcurrencyLimit(settings, System::nanoTime)))
                        .orElse(null));
    }

    private Map<String, Integer> concurrencyLimits() {
        Map<String, Integer> limits = new HashMap<>();
        concurrency.forEach((key, limit) -> limits.merge(key.upstream(), limit.limit(), Math::max));
        return limits;
    }

    private @Nullable OutlierDetector<InetSocketAddress> outliers(UpstreamInfo info) {
        return info.outliers()
                .map(settings -> outliers.computeIfAbsent(
                        new OutliersKey(info.name(), settings), key -> detector(info.name(), settings)))
                .orElse(null);
    }

    private OutlierDetector<InetSocketAddress> detector(String upstream, OutlierSettings settings) {
        LongAdder ejections = telemetry.counter(
                "convergate_ejections",
                "Endpoints that were left out because they kept failing",
                Telemetry.UPSTREAM,
                upstream);
        OutlierDetector<InetSocketAddress> detector = new OutlierDetector<>(settings, System::nanoTime, () -> {
            ejections.increment();
            if (settings.shared()) {
                breakers.ejected();
            }
        });
        if (settings.shared()) {
            breakers.shareEjections(upstream, detector);
        }
        return detector;
    }

    /** Whoever was left out for long enough comes back, whether or not there are requests. */
    private void sweepLater() {
        EdgeLoop loop = loops.loops().get(0);
        loop.execute(() -> loop.schedule(SWEEP_NANOS, () -> {
            outliers.values().forEach(OutlierDetector::sweep);
            if (!closed) {
                sweepLater();
            }
        }));
    }

    private @Nullable UpstreamLimits limits(UpstreamInfo info) {
        UpstreamLimits.Bounds bounds = UpstreamLimits.Bounds.of(info.pool());
        return bounds == null
                ? null
                : limits.computeIfAbsent(
                        new LimitsKey(info.name(), bounds), key -> new UpstreamLimits(bounds, loops.loops()));
    }

    /**
     * Prepares the upstreams of the table that is about to be served.
     *
     * @return done when the names of those that are new have been resolved, and endpoints that count as unhealthy until they are
     *     checked have been, or after a few seconds; never fails
     */
    public synchronized CompletionStage<Void> prepare(Collection<Upstream> upstreams) {
        List<CompletableFuture<Void>> answers = new ArrayList<>();
        for (Upstream upstream : upstreams) {
            UpstreamRuntime runtime = (UpstreamRuntime) upstream.attachment();
            if (served.add(runtime)) {
                servedByName
                        .computeIfAbsent(runtime.info().name(), none -> new HashSet<>(2))
                        .add(runtime);
                // Again: an address may have been let go since the runtime was made.
                CompletableFuture<Void> asked = assign(runtime, names.lastKnown(runtime.info()));
                if (!runtime.info()
                        .healthCheck()
                        .map(HealthCheck::healthyAtFirst)
                        .orElse(true)) {
                    answers.add(asked);
                }
                if (runtime.info().resolution() != Resolution.STATIC) {
                    answers.add(names.watch(runtime, addresses -> assign(runtime, addresses))
                            .toCompletableFuture());
                }
            }
        }
        return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                .completeOnTimeout(null, NAMES_WITHIN_S, TimeUnit.SECONDS);
    }

    /** Lets go of every upstream that is none of these: the table that named it is no longer served. */
    public synchronized void retain(Collection<Upstream> upstreams) {
        Set<UpstreamRuntime> wanted = new HashSet<>();
        for (Upstream upstream : upstreams) {
            wanted.add((UpstreamRuntime) upstream.attachment());
        }
        List<UpstreamRuntime> gone =
                served.stream().filter(runtime -> !wanted.contains(runtime)).toList();
        gone.forEach(runtime -> {
            served.remove(runtime);
            names.forget(runtime);
        });
        retireUnused();
        limits.values().retainAll(used(wanted, UpstreamMemory::limits));
        Set<OutlierDetector<InetSocketAddress>> detectors = used(wanted, UpstreamMemory::outliers);
        outliers.values().retainAll(detectors);
        breakers.retainEjections(detectors);
        arrivals.values().retainAll(used(wanted, UpstreamMemory::arrivals));
        breakers.retain(used(wanted, UpstreamMemory::breaker));
        concurrency.values().retainAll(used(wanted, UpstreamMemory::concurrency));
        Set<HealthMonitor<InetSocketAddress>> monitors = used(wanted, UpstreamMemory::health);
        health.values().retainAll(monitors);
        checker.retain(monitors);
        for (UpstreamRuntime runtime : gone) {
            Set<UpstreamRuntime> others =
                    servedByName.getOrDefault(runtime.info().name(), Set.of());
            others.remove(runtime);
            others.forEach(this::remember);
            if (others.isEmpty()) {
                servedByName.remove(runtime.info().name());
            }
        }
    }

    /** The endpoints that are left out, at most so many of them. */
    public synchronized List<EndpointState> leftOut(int atMost) {
        return served.stream()
                .filter(runtime ->
                        runtime.memory().outliers() != null || runtime.memory().health() != null)
                .sorted(Comparator.comparing(runtime -> runtime.info().name()))
                .flatMap(runtime -> runtime.endpoints().groups().stream()
                        .flatMap(group -> group.members().stream())
                        .filter(member -> !member.isIn())
                        .map(member -> new EndpointState(
                                runtime.info().name(), member.endpoint().text(), member.trouble())))
                .limit(atMost)
                .toList();
    }

    private static <T> Set<T> used(Set<UpstreamRuntime> runtimes, Function<UpstreamMemory, @Nullable T> part) {
        Set<T> used = Collections.newSetFromMap(new IdentityHashMap<>());
        for (UpstreamRuntime runtime : runtimes) {
            T one = part.apply(runtime.memory());
            if (one != null) {
                used.add(one);
            }
        }
        return used;
    }

    /** Gives the runtime the endpoints that its specification and these addresses of its names make. */
    private synchronized CompletableFuture<Void> assign(
            UpstreamRuntime runtime, Map<String, List<InetAddress>> addresses) {
        UpstreamInfo info = runtime.info();
        Map<Endpoint, Integer> weights = new LinkedHashMap<>();
        Map<Endpoint, Integer> groups = new HashMap<>();
        for (int g = 0; g < info.groups().size(); g++) {
            for (EndpointSpec spec : info.groups().get(g).endpoints()) {
                for (InetAddress address : addresses.getOrDefault(spec.address(), literal(spec))) {
                    Endpoint endpoint = endpoint(new InetSocketAddress(address, spec.port()), runtime);
                    weights.merge(endpoint, spec.weight(), Integer::sum);
                    groups.putIfAbsent(endpoint, g);
                }
            }
        }
        List<Endpoint> list = new ArrayList<>(weights.keySet());
        runtime.endpoints(
                list,
                weights.values().stream().mapToInt(Integer::intValue).toArray(),
                list.stream().mapToInt(groups::get).toArray());
        return served.contains(runtime) ? remember(runtime) : CompletableFuture.completedFuture(null);
    }

    /**
     * Remembers of an upstream, and of those that share its memory, what concerns the endpoints they have now, and has these asked how
     * they are.
     *
     * @return done when each has been asked once
     */
    private CompletableFuture<Void> remember(UpstreamRuntime runtime) {
        UpstreamMemory memory = runtime.memory();
        String name = runtime.info().name();
        if (memory.outliers() != null) {
            memory.outliers().retain(addresses(name, memory.outliers(), UpstreamMemory::outliers));
        }
        if (memory.arrivals() != null) {
            memory.arrivals().retain(addresses(name, memory.arrivals(), UpstreamMemory::arrivals));
        }
        HealthMonitor<InetSocketAddress> monitor = memory.health();
        if (monitor == null) {
            return CompletableFuture.completedFuture(null);
        }
        Set<InetSocketAddress> asked = addresses(name, monitor, UpstreamMemory::health);
        monitor.retain(asked);
        return checker.follow(monitor, name, runtime.info().host(), asked);
    }

    /** The addresses of all served upstreams that have this part of their memories in common. */
    private <T> Set<InetSocketAddress> addresses(String name, T common, Function<UpstreamMemory, @Nullable T> part) {
        Set<InetSocketAddress> addresses = new LinkedHashSet<>();
        for (UpstreamRuntime runtime : servedByName.getOrDefault(name, Set.of())) {
            if (part.apply(runtime.memory()) == common) {
                runtime.endpoints().endpoints().forEach(endpoint -> addresses.add(endpoint.address()));
            }
        }
        return addresses;
    }

    private Endpoint endpoint(InetSocketAddress address, UpstreamRuntime runtime) {
        PoolSettings connections = runtime.info().pool().ofConnections();
        UpstreamLimits owner = runtime.limits();
        return endpoints.computeIfAbsent(new EndpointKey(address, connections, owner), key -> {
            Endpoint endpoint = new Endpoint(address, loops.loops().size(), connections, owner);
            if (owner != null) {
                owner.add(endpoint);
            }
            return endpoint;
        });
    }

    private static List<InetAddress> literal(EndpointSpec spec) {
        return NameResolution.isLiteral(spec.address()) ? List.of(NameResolution.parse(spec.address())) : List.of();
    }

    private void retireUnused() {
        Set<Endpoint> used = new HashSet<>();
        served.forEach(runtime -> used.addAll(runtime.endpoints().endpoints()));
        endpoints.values().removeIf(endpoint -> {
            boolean unused = !used.contains(endpoint);
            if (unused) {
                endpoint.retire();
                if (endpoint.limits() != null) {
                    endpoint.limits().remove(endpoint);
                }
                for (WireLoop loop : loops.loops()) {
                    loop.execute(() -> endpoint.pool(loop).closeIdle());
                }
            }
            return unused;
        });
    }

    /** Ends the resolution of names. */
    public void close() {
        closed = true;
        names.close();
        checker.retain(Set.of());
    }
}
