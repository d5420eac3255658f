package io.convergate.routing.resolve;

import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.model.gatewayapi.GatewayRoute;
import io.convergate.routing.resolve.Attachment.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * HTTPRoutes and GRPCRoutes that want the same host of one listener: their rules are not merged, and the older route has the
 * listener. Gateway API: GRPCRouteSpec.hostnames. Immutable. Without GRPCRoutes it costs nothing.
 */
final class RouteRivals {
    static final RouteRivals NONE = new RouteRivals(Map.of(), Map.of());

    /** Gateway API: by age, then by {@code namespace/name}. */
    private static final Comparator<GatewayRoute> OLDEST_FIRST = Comparator.<GatewayRoute, Instant>comparing(
                    route -> route.metadata().creationTimestamp().orElse(Instant.MAX))
            .thenComparing(route -> route.metadata().namespace())
            .thenComparing(route -> route.metadata().name());

    /** The GRPCRoutes. */
    private final Map<ResourceKey, GatewayRoute> calls;

    /** By route, the listeners it lost and to whom. */
    private final Map<ResourceKey, Map<ListenerName, ResourceKey>> lost;

    private RouteRivals(Map<ResourceKey, GatewayRoute> calls, Map<ResourceKey, Map<ListenerName, ResourceKey>> lost) {
        this.calls = calls;
        this.lost = lost;
    }

    /** A listener of a gateway or a set. */
    private record ListenerName(ResourceKey owner, String name) {
        static ListenerName of(GatewayListener listener) {
            return new ListenerName(listener.owner(), listener.listener().name());
        }
    }

    /** A route that has a listener, and its hosts there. */
    private record Holder(GatewayRoute route, Set<String> hosts) {
        boolean isInTheWayOf(GatewayRoute other, Set<String> others) {
            return route.type() != other.type()
                    && hosts.stream().anyMatch(host -> others.stream()
                            .anyMatch(one -> HostNames.intersection(host, one).isPresent()));
        }
    }

    /**
     * The version after a change.
     *
     * @param wanted everything that there is then
     * @param api what there is of Gateway API then
     */
    RouteRivals with(
            Collection<Resource> removed,
            Collection<Resource> added,
            boolean sameGateways,
            Map<ResourceKey, Resource> wanted,
            GatewayApi api) {
        boolean concerned =
                !sameGateways || Stream.concat(removed.stream(), added.stream()).anyMatch(RouteRivals::isOfRequests);
        if (!concerned) {
            return this;
        }
        Map<ResourceKey, GatewayRoute> newCalls = new HashMap<>(calls);
        removed.forEach(resource -> newCalls.remove(resource.key()));
        for (Resource resource : added) {
            if (resource instanceof GatewayRoute route && route.type() == GatewayRoute.Type.GRPC) {
                newCalls.put(route.key(), route);
            }
        }
        if (newCalls.isEmpty()) {
            return NONE;
        }
        Set<ResourceKey> parents = new HashSet<>();
        newCalls.values().forEach(route -> parents.addAll(parents(route)));
        List<GatewayRoute> all = new ArrayList<>(newCalls.values());
        for (Resource resource : wanted.values()) {
            if (resource instanceof GatewayRoute route
                    && route.type() == GatewayRoute.Type.HTTP
                    && parents(route).stream().anyMatch(parents::contains)) {
                all.add(route);
            }
        }
        all.sort(OLDEST_FIRST);
        Map<ResourceKey, Map<ListenerName, ResourceKey>> losses = losses(all, api);
        return new RouteRivals(newCalls, losses);
    }

    private static boolean isOfRequests(Resource resource) {
        return resource instanceof GatewayRoute route && route.type().carriesRequests();
    }

    private static List<ResourceKey> parents(GatewayRoute route) {
        return route.parents().stream()
                .map(parent -> parent.key(route.metadata().namespace()))
                .toList();
    }

    private static Map<ResourceKey, Map<ListenerName, ResourceKey>> losses(List<GatewayRoute> routes, GatewayApi api) {
        Map<ListenerName, List<Holder>> holders = new HashMap<>();
        Map<ResourceKey, Map<ListenerName, ResourceKey>> losses = new HashMap<>();
        for (GatewayRoute route : routes) {
            for (Attachment attachment : api.attach(route)) {
                for (GatewayListener listener : attachment.listeners()) {
                    ListenerName name = ListenerName.of(listener);
                    Set<String> hosts = GatewayApi.patterns(route, listener);
                    List<Holder> before = holders.computeIfAbsent(name, key -> new ArrayList<>());
                    Optional<Holder> older = before.stream()
                            .filter(holder -> holder.isInTheWayOf(route, hosts))
                            .findFirst();
                    if (older.isPresent()) {
                        losses.computeIfAbsent(route.key(), key -> new HashMap<>())
                                .put(name, older.get().route().key());
                    } else {
                        before.add(new Holder(route, hosts));
                    }
                }
            }
        }
        return losses;
    }

    /** The routes that lost a listener in one of two versions; none if in both the same did. */
    Set<ResourceKey> losers(RouteRivals other) {
        if (lost.equals(other.lost)) {
            return Set.of();
        }
        Set<ResourceKey> keys = new HashSet<>(lost.keySet());
        keys.addAll(other.lost.keySet());
        return keys;
    }

    /** What is left of a route's wishes once it has given way. */
    List<Attachment> applied(GatewayRoute route, List<Attachment> attachments) {
        Map<ListenerName, ResourceKey> losses = lost.get(route.key());
        return losses == null
                ? attachments
                : attachments.stream()
                        .map(attachment -> applied(attachment, losses))
                        .toList();
    }

    private static Attachment applied(Attachment attachment, Map<ListenerName, ResourceKey> losses) {
        List<GatewayListener> left = attachment.listeners().stream()
                .filter(listener -> !losses.containsKey(ListenerName.of(listener)))
                .toList();
        if (!left.isEmpty() || attachment.outcome() != Outcome.ACCEPTED) {
            return new Attachment(
                    attachment.parent(), attachment.index(), left, attachment.outcome(), attachment.message());
        }
        ResourceKey older = losses.get(ListenerName.of(attachment.listeners().get(0)));
        return new Attachment(
                attachment.parent(),
                attachment.index(),
                left,
                Outcome.CONFLICTED,
                "a hostname that " + older + " has (expected: one that no older route of another kind has here)");
    }
}
