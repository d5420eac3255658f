package io.convergate.node.main;

import io.convergate.node.admin.api.BreakerDetail;
import io.convergate.node.admin.api.EndpointView;
import io.convergate.node.admin.api.ListenerView;
import io.convergate.node.edge.ListenerState;
import io.convergate.node.edge.RevisionGate;
import io.convergate.node.edge.SampledTraffic;
import io.convergate.routing.compile.CompileSettings;
import io.convergate.routing.explain.Explainer;
import io.convergate.routing.match.ListenerSpec;
import io.convergate.routing.match.RouteTable;
import io.convergate.routing.request.PathNormalization;
import io.convergate.routing.upstream.Upstream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** An edge without sockets: every listener opens, but for one port that never does. */
final class FakeEdge implements ServingEdge {
    /** No listener on this port opens. */
    static final int TAKEN_PORT = 81;

    final CompletableFuture<Void> drained = new CompletableFuture<>();
    volatile List<SampledTraffic> sampled = List.of();
    private final String host;
    private volatile List<ListenerView> listeners = List.of();

    FakeEdge() {
        this("127.0.0.1");
    }

    /** @param host the address that it would listen on */
    FakeEdge(String host) {
        this.host = host;
    }

    @Override
    public CompileSettings compileSettings(Map<String, String> labels) {
        return CompileSettings.of(labels);
    }

    @Override
    public PathNormalization pathNormalization() {
        return PathNormalization.BASE;
    }

    @Override
    public CompletionStage<List<ListenerView>> publish(RouteTable table) {
        listeners = NodeEdge.views(table.listeners().stream().map(this::state).toList());
        return CompletableFuture.completedFuture(listeners);
    }

    private ListenerState state(ListenerSpec listener) {
        int port = listener.id().port();
        InetSocketAddress address = new InetSocketAddress(host, port);
        return port == TAKEN_PORT
                ? ListenerState.failed(listener.id(), address, "address already in use")
                : ListenerState.open(listener.id(), address);
    }

    @Override
    public void gate(RevisionGate gate) {}

    @Override
    public List<String> endpoints(Upstream upstream) {
        return Explainer.endpoints(upstream);
    }

    @Override
    public List<EndpointView> leftOut() {
        return List.of();
    }

    @Override
    public List<SampledTraffic> sampled() {
        return sampled;
    }

    @Override
    public List<ListenerView> listeners() {
        return listeners;
    }

    @Override
    public void leave() {}

    @Override
    public String warmingUp() {
        return "";
    }

    @Override
    public List<BreakerDetail> openBreakers() {
        return List.of();
    }

    @Override
    public CompletionStage<Void> drain(Duration deadline) {
        return drained;
    }

    @Override
    public void close() {
        listeners = List.of();
    }

    @Override
    public String description() {
        return "fake";
    }

    @Override
    public Optional<String> limitService() {
        return Optional.of("fake service");
    }
}
