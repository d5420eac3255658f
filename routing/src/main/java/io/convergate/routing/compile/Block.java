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
import io.convergate.routing.resolve.Delegation;
import io.convergate.routing.resolve.EffectiveRule;
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
    private final List<@Nullable VirtualService> delegates;
    private final Map<Target, Optional<Upstream>> upstreams;
    private ServiceRegistry registry;

    private Block(
            Id id,
            VirtualService source,
            List<@Nullable VirtualService> delegates,
            List<RouteEntry> entries,
            Map<Target, Optional<Upstream>> upstreams,
            ServiceRegistry registry) {
        this.id = id;
        this.source = source;
        this.delegates = delegates;
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

    /** A destination as seen from a namespace. */
    private record Target(Destination destination, String namespace) {}

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

    /** Whether compiling again would give the same routes: same place, same source and delegates, same upstreams. */
    boolean isCurrent(Id wantedId, VirtualService wanted, Configuration configuration, UpstreamCompiler compiler) {
        if (source != wanted || !id.equals(wantedId) || !sameDelegates(configuration)) {
            return false;
        }
        ServiceRegistry now = configuration.registry();
        if (registry == now) {
            return true;
        }
        boolean same = upstreams.entrySet().stream()
                .allMatch(entry -> compiler.find(
                                entry.getKey().destination(), entry.getKey().namespace(), id.port())
                        == entry.getValue().orElse(null));
        if (same) {
            registry = now;
        }
        return same;
    }

    private boolean sameDelegates(Configuration configuration) {
        List<@Nullable VirtualService> now = Delegation.delegates(source, configuration);
        for (int i = 0; i < delegates.size(); i++) {
            if (delegates.get(i) != now.get(i)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Compiles a block.
     *
     * @throws CompileFailure if the virtual service or a delegate of it cannot be compiled
     */
    static Block compile(
            Id id,
            VirtualService source,
            CompileSettings settings,
            Configuration configuration,
            UpstreamCompiler compiler) {
        Map<Target, Optional<Upstream>> upstreams = new LinkedHashMap<>();
        List<RouteEntry> entries = new ArrayList<>();
        for (EffectiveRule rule : Delegation.rules(source, configuration)) {
            String namespace = rule.writtenIn().metadata().namespace();
            ActionCompiler actions = new ActionCompiler(destination -> upstreams
                    .computeIfAbsent(
                            new Target(destination, namespace),
                            key -> Optional.ofNullable(compiler.find(destination, namespace, id.port())))
                    .orElse(null));
            try {
                add(entries, id, settings, source, rule, actions);
            } catch (CompileFailure e) {
                throw e;
            } catch (RuntimeException | StackOverflowError e) {
                throw new CompileFailure(rule.writtenIn(), e);
            }
        }
        return new Block(
                id,
                source,
                Delegation.delegates(source, configuration),
                List.copyOf(entries),
                upstreams,
                configuration.registry());
    }

    private static void add(
            List<RouteEntry> entries,
            Id id,
            CompileSettings settings,
            VirtualService source,
            EffectiveRule rule,
            ActionCompiler actions) {
        HttpRoute route = rule.route();
        Function<PathPattern, Optional<Action>> action = path -> actions.compile(route, path);
        if (route.match().isEmpty()
                && isBound(source.gateways(), id, source.metadata().namespace())) {
            add(entries, id, settings, rule, null, rule.path(), action);
        }
        for (int i = 0; i < route.match().size(); i++) {
            HttpMatch match = route.match().get(i);
            if (applies(match, id, source, settings)) {
                add(entries, id, settings, rule, match, rule.matchPaths().get(i), action);
            }
        }
    }

    private static void add(
            List<RouteEntry> entries,
            Id id,
            CompileSettings settings,
            EffectiveRule rule,
            @Nullable HttpMatch match,
            String rulePath,
            Function<PathPattern, Optional<Action>> actions) {
        PathPattern path = match == null ? PathPattern.ANY : MatchCompiler.path(match);
        actions.apply(path).ifPresent(action -> {
            RouteInfo info = new RouteInfo(
                    name(rule.route(), match),
                    id.source(),
                    id.host(),
                    id.port(),
                    Optional.ofNullable(match).flatMap(HttpMatch::statPrefix),
                    rule.writtenIn().key(),
                    rulePath);
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
    private static boolean applies(HttpMatch match, Id id, VirtualService source, CompileSettings settings) {
        String namespace = source.metadata().namespace();
        boolean gateway = isBound(match.gateways().isEmpty() ? source.gateways() : match.gateways(), id, namespace);
        return gateway && Applicability.objection(match, id.port(), settings).isEmpty();
    }

    private static boolean isBound(List<String> gateways, Id id, String namespace) {
        return gateways.stream()
                .filter(name -> !name.equals(VirtualService.MESH))
                .anyMatch(name -> id.gateways().contains(Configuration.gatewayKey(name, namespace)));
    }
}
