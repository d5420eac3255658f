package io.convergate.routing.compile;

import io.convergate.routing.action.Action;
import io.convergate.routing.match.CompiledRoute;
import io.convergate.routing.match.PathPattern;
import io.convergate.routing.match.RouteEntry;
import io.convergate.routing.match.RouteInfo;
import io.convergate.routing.model.Destination;
import io.convergate.routing.model.HttpMatch;
import io.convergate.routing.model.HttpRoute;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.model.VirtualService;
import io.convergate.routing.resolve.Configuration;
import io.convergate.routing.resolve.ServiceRegistry;
import io.convergate.routing.upstream.Upstream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The compiled routes of one virtual service for one host on one port, and what they were made of. */
final class Block {
    private final Id id;
    private final VirtualService source;
    private final List<RouteEntry> entries;
    private final Map<Destination, Optional<Upstream>> upstreams;
    private ServiceRegistry registry;

    private Block(
            Id id,
            VirtualService source,
            List<RouteEntry> entries,
            Map<Destination, Optional<Upstream>> upstreams,
            ServiceRegistry registry) {
        this.id = id;
        this.source = source;
        this.entries = entries;
        this.upstreams = upstreams;
        this.registry = registry;
    }

    /**
     * Which block it is.
     *
     * @param source the virtual service
     * @param gateways the gateways through which it is bound to the host
     * @param port the port
     * @param host the host pattern
     */
    record Id(ResourceKey source, Set<ResourceKey> gateways, int port, String host) {}

    /** The virtual service. */
    VirtualService source() {
        return source;
    }

    /** The routes, in order. */
    List<RouteEntry> entries() {
        return entries;
    }

    /** The upstreams that its routes lead to. */
    Iterable<Upstream> upstreams() {
        return upstreams.values().stream().flatMap(Optional::stream)::iterator;
    }

    /** Whether compiling again would give the same routes: same place, same source, same upstreams. */
    boolean isCurrent(Id wantedId, VirtualService wanted, ServiceRegistry now, UpstreamCompiler compiler) {
        if (source != wanted || !id.equals(wantedId)) {
            return false;
        }
        if (registry == now) {
            return true;
        }
        String namespace = source.metadata().namespace();
        boolean same = upstreams.entrySet().stream()
                .allMatch(entry -> compiler.find(entry.getKey(), namespace, id.port())
                        == entry.getValue().orElse(null));
        if (same) {
            registry = now;
        }
        return same;
    }

    /**
     * Compiles a block.
     *
     * @throws RuntimeException if the virtual service cannot be compiled
     */
    static Block compile(
            Id id,
            VirtualService source,
            CompileSettings settings,
            ServiceRegistry registry,
            UpstreamCompiler compiler) {
        Map<Destination, Optional<Upstream>> upstreams = new LinkedHashMap<>();
        String namespace = source.metadata().namespace();
        ActionCompiler actions = new ActionCompiler(destination -> upstreams
                .computeIfAbsent(destination, key -> Optional.ofNullable(compiler.find(key, namespace, id.port())))
                .orElse(null));
        List<RouteEntry> entries = new ArrayList<>();
        for (HttpRoute route : source.http()) {
            Function<PathPattern, Optional<Action>> action = path -> actions.compile(route, path);
            if (route.match().isEmpty() && isBound(source.gateways(), id, namespace)) {
                add(entries, id, settings, route, null, action);
            }
            for (HttpMatch match : route.match()) {
                if (applies(match, id, source, settings.nodeLabels())) {
                    add(entries, id, settings, route, match, action);
                }
            }
        }
        return new Block(id, source, List.copyOf(entries), upstreams, registry);
    }

    private static void add(
            List<RouteEntry> entries,
            Id id,
            CompileSettings settings,
            HttpRoute route,
            @Nullable HttpMatch match,
            Function<PathPattern, Optional<Action>> actions) {
        PathPattern path = match == null ? PathPattern.ANY : MatchCompiler.path(match);
        actions.apply(path).ifPresent(action -> {
            RouteInfo info = new RouteInfo(name(route, match), id.source(), id.host(), id.port());
            CompiledRoute compiled =
                    new CompiledRoute(info, action, settings.routeAttachment().apply(info));
            entries.add(new RouteEntry(path, match == null ? List.of() : MatchCompiler.conditions(match), compiled));
        });
    }

    /** Istio: the rule's name, a dot, the match's name; either alone if the other is missing. */
    private static String name(HttpRoute route, @Nullable HttpMatch match) {
        String ruleName = route.name().orElse("");
        String matchName = match == null ? "" : match.name().orElse("");
        return ruleName.isEmpty() || matchName.isEmpty() ? ruleName + matchName : ruleName + '.' + matchName;
    }

    /** Whether a match can hold on this port, through these gateways, on this node. */
    private static boolean applies(HttpMatch match, Id id, VirtualService source, Map<String, String> nodeLabels) {
        String namespace = source.metadata().namespace();
        boolean gateway = isBound(match.gateways().isEmpty() ? source.gateways() : match.gateways(), id, namespace);
        return gateway
                && (match.port().isEmpty() || match.port().getAsLong() == id.port())
                && nodeLabels.entrySet().containsAll(match.sourceLabels().entrySet())
                && !MatchCompiler.isUnserved(match);
    }

    private static boolean isBound(List<String> gateways, Id id, String namespace) {
        return gateways.stream()
                .filter(name -> !name.equals(VirtualService.MESH))
                .anyMatch(name -> id.gateways().contains(Configuration.gatewayKey(name, namespace)));
    }
}
