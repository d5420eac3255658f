package io.convergate.node.main;

import io.convergate.node.admin.api.BreakerDetail;
import io.convergate.node.admin.api.EndpointView;
import io.convergate.node.admin.api.ListenerView;
import io.convergate.node.breakers.NodeBreakers;
import io.convergate.node.breakers.cluster.ShardedBreakers;
import io.convergate.node.edge.Edge;
import io.convergate.node.edge.EdgeSettings;
import io.convergate.node.edge.ListenerState;
import io.convergate.node.edge.RevisionGate;
import io.convergate.node.edge.SampledTraffic;
import io.convergate.node.limits.NodeLimits;
import io.convergate.node.limits.cluster.ShardedOwners;
import io.convergate.node.limits.service.LimitServer;
import io.convergate.node.limits.service.LimitServiceSettings;
import io.convergate.node.telemetry.Telemetry;
import io.convergate.routing.compile.CompileSettings;
import io.convergate.routing.match.RouteTable;
import io.convergate.routing.request.PathNormalization;
import io.convergate.routing.upstream.Upstream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.jspecify.annotations.Nullable;

/** The edge of the product, as the wiring sees it. */
final class NodeEdge implements ServingEdge {
    /** So many of the endpoints that get no requests are shown. */
    private static final int LEFT_OUT_MAX = 100;

    /** So many of the breakers that are not closed are shown. */
    private static final int BREAKERS_MAX = 1_000;

    private final Edge edge;
    private final PathNormalization pathNormalization;
    private final ShardedOwners owners;
    private final NodeBreakers breakers;
    private final ShardedBreakers sharedBreakers;

    /** Null unless the rate limit service is on. */
    private final @Nullable LimitServer limitService;

    private NodeEdge(
            Edge edge,
            PathNormalization pathNormalization,
            ShardedOwners owners,
            NodeBreakers breakers,
            ShardedBreakers sharedBreakers,
            @Nullable LimitServer limitService) {
        this.edge = edge;
        this.owners = owners;
        this.breakers = breakers;
        this.sharedBreakers = sharedBreakers;
        this.pathNormalization = pathNormalization;
        this.limitService = limitService;
    }

    /**
     * Starts the edge; it listens nowhere yet, but for the rate limit service, if that is on.
     *
     * @param owners who shares the limits; closed with the edge
     * @param breakers the breakers of the node
     * @param sharedBreakers who shares them
     * @throws IllegalArgumentException if a setting does not work on this machine
     * @throws UncheckedIOException if the rate limit service cannot be bound
     */
    static NodeEdge start(
            EdgeSettings settings,
            Optional<LimitServiceSettings> limitService,
            Telemetry telemetry,
            NodeLimits limits,
            ShardedOwners owners,
            NodeBreakers breakers,
            ShardedBreakers sharedBreakers,
            ActorSystem<?> system) {
        LimitServer started = limitService.isEmpty() ? null : limitService(limitService.get(), telemetry, owners);
        try {
            return new NodeEdge(
                    Edge.start(settings, telemetry, limits, breakers, Adapter.toClassic(system)),
                    settings.pathNormalization(),
                    owners,
                    breakers,
                    sharedBreakers,
                    started);
        } catch (RuntimeException e) {
            if (started != null) {
                started.close();
            }
            throw e;
        }
    }

    private static LimitServer limitService(LimitServiceSettings settings, Telemetry telemetry, ShardedOwners owners) {
        try {
            return LimitServer.start(settings, telemetry, () -> !owners.isWarmingUp());
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "--limit-service-port " + settings.port() + " on " + settings.host() + ": " + Failures.describe(e),
                    e);
        }
    }

    @Override
    public CompileSettings compileSettings(Map<String, String> labels) {
        return new CompileSettings(
                labels,
                edge.host(),
                edge::routeAttachment,
                edge::upstreamAttachment,
                edge::limitAttachment,
                CompileSettings.ISTIO_SYSTEM);
    }

    @Override
    public PathNormalization pathNormalization() {
        return pathNormalization;
    }

    @Override
    public CompletionStage<List<ListenerView>> publish(RouteTable table) {
        if (limitService != null) {
            limitService.serve(table.domains());
        }
        return edge.publish(table).thenApply(NodeEdge::views);
    }

    @Override
    public void gate(RevisionGate gate) {
        edge.gate(gate);
    }

    @Override
    public List<String> endpoints(Upstream upstream) {
        return edge.endpoints(upstream);
    }

    @Override
    public List<EndpointView> leftOut() {
        return edge.leftOut(LEFT_OUT_MAX).stream()
                .map(state -> new EndpointView(state.upstream(), state.address(), state.reason()))
                .toList();
    }

    @Override
    public List<SampledTraffic> sampled() {
        return edge.sampled();
    }

    @Override
    public List<ListenerView> listeners() {
        return views(edge.listeners());
    }

    @Override
    public void leave() {
        if (limitService != null) {
            limitService.leave();
        }
    }

    @Override
    public String warmingUp() {
        if (owners.isWarmingUp()) {
            return "not all owners of rate limits are reached yet";
        }
        return sharedBreakers.isWaiting()
                ? "not told yet which breakers are open and which endpoints are left out"
                : "";
    }

    @Override
    public List<BreakerDetail> openBreakers() {
        return breakers.notClosed(BREAKERS_MAX).stream()
                .map(BreakerViews::detail)
                .toList();
    }

    @Override
    public CompletionStage<Void> drain(Duration deadline) {
        CompletionStage<Void> service =
                limitService == null ? CompletableFuture.completedFuture(null) : limitService.drain(deadline);
        // Nobody is served any more; what the node holds of limits is of use to the others.
        return edge.drain(deadline).thenCombine(service, (one, other) -> one).thenCompose(done -> owners.handBack());
    }

    @Override
    public void close() {
        if (limitService != null) {
            limitService.close();
        }
        edge.close();
        owners.close();
    }

    @Override
    public String description() {
        return edge.transport();
    }

    @Override
    public Optional<String> limitService() {
        return Optional.ofNullable(limitService)
                .map(service -> Addresses.text(service.address()) + ", rate limit service, " + service.description());
    }

    /** Listeners as the admin API tells of them. */
    static List<ListenerView> views(List<ListenerState> states) {
        return states.stream()
                .map(state -> new ListenerView(
                        state.id().port(), Addresses.text(state.address()), state.isOpen(), state.problem()))
                .toList();
    }
}
