package io.convergate.node.main;

import io.convergate.node.admin.api.ListenerView;
import io.convergate.routing.match.RouteTable;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

final class InterimEdge implements ServingEdge {
    public CompletionStage<List<ListenerView>> publish(RouteTable table) {
        return CompletableFuture.completedFuture(List.of());
    }

    public List<ListenerView> listeners() {
        return List.of();
    }

    public CompletionStage<Void> drain(Duration deadline) {
        return CompletableFuture.completedFuture(null);
    }

    public void close() {}

    public String description() {
        return "none yet";
    }
}
