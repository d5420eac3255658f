package io.convergate.node.main;

import io.convergate.config.Revision;
import io.convergate.node.edge.RevisionGate;
import io.convergate.routing.model.ConfigPatience;
import io.convergate.routing.model.Gateway;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.gatewayapi.KubernetesGateway;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Which configuration this node serves, and who waits for a newer one. Requests may wait at the ports of Gateways whose
 * annotation {@value ConfigPatience#ANNOTATION} says how long, at most {@link #WAITERS_MAX} of them at a time. Thread-safe.
 */
final class ServedRevisions implements RevisionGate {
    /** The most requests that wait. */
    static final int WAITERS_MAX = 1024;

    private final Map<CompletableFuture<Boolean>, Revision> waiting = new ConcurrentHashMap<>();
    private volatile Map<Integer, Long> patience = Map.of();
    private volatile Revision served = Revision.EMPTY;

    /** Takes note of what Gateways opt in; of several on one port, the most patient counts. */
    void optIn(Collection<Resource> resources) {
        Map<Integer, Long> ports = new HashMap<>();
        for (Resource resource : resources) {
            Optional<Duration> wait = ConfigPatience.of(resource.metadata());
            if (wait.isPresent()) {
                ports(resource).forEach(port -> ports.merge(port, wait.get().toNanos(), Math::max));
            }
        }
        patience = Map.copyOf(ports);
    }

    private static IntStream ports(Resource resource) {
        if (resource instanceof Gateway gateway) {
            return gateway.servers().stream()
                    .mapToInt(server -> Math.toIntExact(server.port().number()));
        }
        return resource instanceof KubernetesGateway gateway
                ? gateway.listeners().stream().mapToInt(listener -> Math.toIntExact(listener.port()))
                : IntStream.empty();
    }

    /** Takes note that requests are served by this configuration from now on. */
    void served(Revision revision) {
        served = revision;
        waiting.forEach((waiter, wanted) -> {
            if (revision.covers(wanted)) {
                waiter.complete(true);
            }
        });
    }

    @Override
    public long patienceNanos(int port) {
        Map<Integer, Long> ports = patience;
        return ports.isEmpty() ? 0 : ports.getOrDefault(port, 0L);
    }

    @Override
    public CompletionStage<Boolean> served(String revision, long patienceNanos) {
        Revision wanted = Revision.parse(revision);
        if (served.covers(wanted)) {
            return CompletableFuture.completedFuture(true);
        }
        if (waiting.size() >= WAITERS_MAX) {
            return CompletableFuture.completedFuture(false);
        }
        CompletableFuture<Boolean> waiter = new CompletableFuture<>();
        waiting.put(waiter, wanted);
        waiter.whenComplete((there, failure) -> waiting.remove(waiter));
        if (served.covers(wanted)) {
            // Served since the first look, which may have been before the waiter was in the list.
            waiter.complete(true);
        }
        return waiter.completeOnTimeout(false, patienceNanos, TimeUnit.NANOSECONDS);
    }
}
