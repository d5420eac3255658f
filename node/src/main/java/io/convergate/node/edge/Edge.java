package io.convergate.node.edge;

import io.convergate.node.breakers.NodeBreakers;
import io.convergate.node.edge.proxy.ForwardingTrust;
import io.convergate.node.edge.proxy.Mirroring;
import io.convergate.node.edge.proxy.Proxy;
import io.convergate.node.edge.upstream.UpstreamClient;
import io.convergate.node.edge.upstream.UpstreamRuntime;
import io.convergate.node.edge.upstream.Upstreams;
import io.convergate.node.edge.wire.EdgeLoops;
import io.convergate.node.edge.wire.Wire;
import io.convergate.node.edge.wire.WireLoop;
import io.convergate.node.limits.LimitSettings;
import io.convergate.node.limits.NodeLimits;
import io.convergate.node.telemetry.RouteRecorder;
import io.convergate.node.telemetry.Telemetry;
import io.convergate.routing.action.RateLimit;
import io.convergate.routing.explain.Explainer;
import io.convergate.routing.match.ListenerId;
import io.convergate.routing.match.ListenerSpec;
import io.convergate.routing.match.RouteInfo;
import io.convergate.routing.match.RouteTable;
import io.convergate.routing.upstream.Upstream;
import io.convergate.routing.upstream.UpstreamInfo;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.pekko.actor.ActorSystem;

/**
 * The edge of a node: its loops, its listeners, the proxy and the upstreams. A table is published whole; requests under way
 * keep the one they began with, and no connection breaks by it.
 */
public final class Edge implements AutoCloseable {
    /** How often a port that could not be opened is tried again. */
    private static final int RETRY_LISTEN_S = 2;

    private final EdgeSettings settings;
    private final EdgeLoops loops;
    private final Telemetry telemetry;
    private final NodeLimits limits;
    private final Upstreams upstreams;
    private final Proxy proxy;
    private final Wire wire;
    private final Map<ListenerId, InetSocketAddress> wanted = new HashMap<>();
    private CompletionStage<?> listening = CompletableFuture.completedFuture(null);
    private volatile boolean draining;

    private Edge(
            EdgeSettings settings, Telemetry telemetry, NodeLimits limits, NodeBreakers breakers, ActorSystem system) {
        this.settings = settings;
        this.telemetry = telemetry;
        this.limits = limits;
        this.loops = new EdgeLoops(settings.transport(), settings.loops(), system);
        this.upstreams = new Upstreams(loops, telemetry, breakers);
        List<UpstreamClient> clients = loops.loops().stream()
                .map(loop -> new UpstreamClient(loop, settings.limits(), settings.deadlines()))
                .toList();
        this.proxy = new Proxy(
                settings.nodeName(),
                clients,
                ForwardingTrust.of(settings.trustedProxies()),
                settings.unsafeRetries(),
                new Mirroring(clients, telemetry),
                telemetry.traces(),
                settings.sampledRequests());
        this.wire = Wire.of(settings, loops, proxy, telemetry::finished, system);
        telemetry.served(() -> new Telemetry.Served(
                proxy.table().routes().map(route -> (RouteRecorder) route.attachment()),
                proxy.table().upstreams().stream()
                        .map(upstream -> ((UpstreamRuntime) upstream.attachment()).recorder()),
                limits.recorders(),
                proxy.table().upstreams().stream().map(Upstream::name)));
        telemetry.gauge("convergate_downstream_connections", "Open client connections", wire::connections);
        telemetry.gauge(
                "convergate_edge_buffer_bytes",
                "Memory outside of the heap that the edge's buffers take from the system",
                EdgeLoops::bufferBytes);
        for (WireLoop loop : loops.loops()) {
            loop.measure(telemetry.durations(
                    "convergate_event_loop_delay",
                    "How late a loop of the edge was with what was due, for every ten milliseconds",
                    Map.of("loop", Integer.toString(loop.index()))));
        }
        retryLater();
    }

    /**
     * Looks whether an edge can be started, and starts none.
     *
     * @throws IllegalArgumentException if a setting does not work on this machine; the message says which
     */
    public static void check(EdgeSettings settings) {
        EdgeLoops.check(settings.transport());
    }

    /**
     * Starts an edge that listens nowhere yet.
     *
     * @param system the node system; it gets a dispatcher for each loop
     * @throws IllegalArgumentException if a setting is wrong or does not work on this machine; the message says which
     */
    public static Edge start(EdgeSettings settings, Telemetry telemetry, ActorSystem system) {
        return start(
                settings,
                telemetry,
                new NodeLimits(telemetry, LimitSettings.DEFAULT),
                new NodeBreakers(telemetry),
                system);
    }

    /** The same with limits and breakers that are shared with others. */
    public static Edge start(
            EdgeSettings settings, Telemetry telemetry, NodeLimits limits, NodeBreakers breakers, ActorSystem system) {
        return new Edge(settings, telemetry, limits, breakers, system);
    }

    /** What the compiler attaches to a limit. Any thread. */
    public Object limitAttachment(RateLimit.Info limit) {
        return limits.attach(limit);
    }

    /** What the compiler attaches to a route. Any thread. */
    public Object routeAttachment(RouteInfo route) {
        return telemetry.route(route);
    }

    /** What the compiler attaches to an upstream. Any thread. */
    public Object upstreamAttachment(UpstreamInfo upstream) {
        return upstreams.runtime(upstream);
    }

    /**
     * Serves this table from now on: requests that begin after this call see it. Listeners that it no longer names close, new
     * ones open; the others and their connections notice nothing.
     *
     * @return all listeners, when each is open or has failed to open; never fails
     */
    public CompletionStage<List<ListenerState>> publish(RouteTable table) {
        return upstreams.prepare(table.upstreams()).thenCompose(prepared -> {
            proxy.serve(table);
            upstreams.retain(table.upstreams());
            return listen(table);
        });
    }

    private CompletionStage<List<ListenerState>> listen(RouteTable table) {
        Map<ListenerId, InetSocketAddress> addresses = new HashMap<>();
        for (ListenerSpec listener : table.listeners()) {
            addresses.put(listener.id(), address(listener.id()));
        }
        return inTurn(() -> replace(addresses)).thenApply(done -> wire.states());
    }

    /** What goes is closed before what comes is opened: both may be one socket. */
    private CompletionStage<Void> replace(Map<ListenerId, InetSocketAddress> addresses) {
        List<ListenerId> gone = wanted.entrySet().stream()
                .filter(open -> !open.getValue().equals(addresses.get(open.getKey())))
                .map(Map.Entry::getKey)
                .toList();
        wanted.keySet().removeAll(gone);
        List<ListenerId> added = addresses.keySet().stream()
                .filter(id -> !wanted.containsKey(id))
                .toList();
        wanted.putAll(addresses);
        return all(gone, wire::close)
                .thenCompose(closed -> all(added, id -> wire.open(id, Objects.requireNonNull(addresses.get(id)))));
    }

    /** A port may be taken for a moment only, by what is just letting go of it. */
    private void retryFailed() {
        inTurn(() -> all(
                wire.states().stream()
                        .filter(state -> !state.isOpen() && !draining)
                        .toList(),
                state -> wire.open(state.id(), state.address())));
        retryLater();
    }

    /** One change of the listeners after the other, as each takes a while. */
    private synchronized CompletionStage<Void> inTurn(Supplier<CompletionStage<Void>> change) {
        CompletionStage<Void> changed =
                listening.handle((before, failure) -> before).thenCompose(before -> change.get());
        listening = changed;
        return changed;
    }

    private static <T> CompletionStage<Void> all(List<T> items, Function<T, CompletionStage<?>> each) {
        return CompletableFuture.allOf(items.stream()
                .map(item -> each.apply(item).toCompletableFuture())
                .toArray(CompletableFuture[]::new));
    }

    private void retryLater() {
        EdgeLoop loop = loops.loops().get(0);
        loop.execute(() -> loop.schedule(TimeUnit.SECONDS.toNanos(RETRY_LISTEN_S), this::retryFailed));
    }

    private InetSocketAddress address(ListenerId listener) {
        int port = settings.portMap().getOrDefault(listener.port(), listener.port());
        return new InetSocketAddress(listener.bind().isEmpty() ? settings.host() : listener.bind(), port);
    }

    /** Lets requests ask for configurations, from the next one on. Any thread. */
    public void gate(RevisionGate gate) {
        proxy.gate(gate);
    }

    /** Every listener that is open or should be, by port and address. Any thread. */
    public List<ListenerState> listeners() {
        return wire.states();
    }

    /** The endpoints of an upstream, each with what stands against it. Any thread. */
    public List<String> endpoints(Upstream upstream) {
        return upstream.attachment() instanceof UpstreamRuntime runtime
                ? runtime.describe()
                : Explainer.endpoints(upstream);
    }

    /** The endpoints that get no requests, at most so many of them. Any thread. */
    public List<EndpointState> leftOut(int atMost) {
        return upstreams.leftOut(atMost);
    }

    /** The recent requests that are kept in mind, the newest first. Any thread. */
    public List<SampledTraffic> sampled() {
        return proxy.sampled();
    }

    /** The address that listeners are bound to whose Gateway names none. */
    public String host() {
        return settings.host();
    }

    /** What the edge talks to the kernel with, and why; for the log. */
    public String transport() {
        return loops.transportName() + " (" + loops.transportReason() + "), "
                + loops.loops().size() + " loops";
    }

    /** Stops accepting and lets every request finish; done when all have, or when the time is over and they were cut off. */
    public CompletionStage<Void> drain(Duration atMost) {
        draining = true;
        return wire.drain(atMost);
    }

    /** Ends everything at once; drain first. */
    @Override
    public void close() {
        upstreams.close();
        wire.shutdown();
        loops.close();
    }
}
