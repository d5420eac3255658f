package io.convergate.routing.compile;

import io.convergate.routing.action.Action;
import io.convergate.routing.action.Filter;
import io.convergate.routing.action.RateLimit;
import io.convergate.routing.match.CompiledRoute;
import io.convergate.routing.match.PathPattern;
import io.convergate.routing.match.RouteEntry;
import io.convergate.routing.match.RouteInfo;
import io.convergate.routing.model.HttpMatch;
import io.convergate.routing.model.HttpRoute;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.model.VirtualService;
import io.convergate.routing.model.gatewayapi.GatewayRoute;
import io.convergate.routing.model.k8s.Ingress;
import io.convergate.routing.model.policy.RateLimitPolicy;
import io.convergate.routing.resolve.Configuration;
import io.convergate.routing.resolve.Delegation;
import io.convergate.routing.resolve.EffectiveRule;
import io.convergate.routing.resolve.GatewayApi;
import io.convergate.routing.resolve.NginxAnnotations;
import io.convergate.routing.upstream.Upstream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The compiled routes of one resource for one host on one port, and what they were made of. */
final class Block {
    private final Id id;
    private final Resource source;
    private final List<RouteEntry> entries;
    private final List<Canaries.Canary> canaries;
    private final List<RpcRoutes.Ranked> rpcs;
    private final List<@Nullable VirtualService> delegates;
    private final Object setting;
    private final Backends backends;
    private final List<RateLimitPolicy> policies;

    private Block(
            Id id,
            Resource source,
            List<@Nullable VirtualService> delegates,
            List<RouteEntry> entries,
            List<Canaries.Canary> canaries,
            List<RpcRoutes.Ranked> rpcs,
            Object setting,
            Backends backends,
            List<RateLimitPolicy> policies) {
        this.id = id;
        this.source = source;
        this.delegates = delegates;
        this.entries = List.copyOf(entries);
        this.canaries = List.copyOf(canaries);
        this.rpcs = List.copyOf(rpcs);
        this.setting = setting;
        this.backends = backends;
        this.policies = policies;
    }

    /**
     * Which block it is.
     *
     * @param source the resource
     * @param gateways the gateways through which it is bound to the host
     * @param port the port
     * @param host the host pattern
     * @param mostSpecificFirst whether one of the gateways asks for that order
     */
    record Id(ResourceKey source, Set<ResourceKey> gateways, int port, String host, boolean mostSpecificFirst) {}

    /** Whether a gateway asks for the most specific route first. */
    boolean isMostSpecificFirst() {
        return id.mostSpecificFirst();
    }

    /** The resource that says what it holds. */
    Resource source() {
        return source;
    }

    /** The routes; in Istio's dialect in order. */
    List<RouteEntry> entries() {
        return entries;
    }

    /** Routes that take a part of what others would get. */
    List<Canaries.Canary> canaries() {
        return canaries;
    }

    /** Routes of gRPC, which have an order of their own. */
    List<RpcRoutes.Ranked> rpcs() {
        return rpcs;
    }

    /** The upstreams that its routes lead to. */
    Iterable<Upstream> upstreams() {
        return backends.upstreams();
    }

    /** Whether compiling again would give the same routes: same place, same source and delegates, same upstreams. */
    boolean isCurrent(Id wantedId, Resource wanted, Configuration configuration) {
        return source == wanted
                && id.equals(wantedId)
                && sameDelegates(configuration)
                && setting.equals(setting(source, configuration))
                && samePolicies(policies(id, source, delegates, configuration))
                && backends.areCurrent(configuration.registry());
    }

    /** What other resources say of how this one is read. */
    private static Object setting(Resource source, Configuration configuration) {
        if (source instanceof GatewayRoute) {
            return configuration.gatewayApi();
        }
        return source instanceof Ingress ingress && configuration.ingresses().isForIstio(ingress);
    }

    private boolean samePolicies(List<RateLimitPolicy> now) {
        boolean same = policies.size() == now.size();
        for (int i = 0; same && i < now.size(); i++) {
            same = policies.get(i) == now.get(i);
        }
        return same;
    }

    /** The policies that may name a route of a block. */
    private static List<RateLimitPolicy> policies(
            Id id, Resource source, List<@Nullable VirtualService> delegates, Configuration configuration) {
        Set<ResourceKey> named = new HashSet<>(id.gateways());
        named.add(source.key());
        delegates.stream().filter(Objects::nonNull).forEach(delegate -> named.add(delegate.key()));
        return configuration.rateLimits().naming(named);
    }

    private boolean sameDelegates(Configuration configuration) {
        if (!(source instanceof VirtualService service)) {
            return true;
        }
        List<@Nullable VirtualService> now = Delegation.delegates(service, configuration);
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
            Id id, Resource source, CompileSettings settings, Configuration configuration, UpstreamCompiler compiler) {
        Backends backends = new Backends(compiler, configuration.registry(), id.port());
        Object setting = setting(source, configuration);
        List<@Nullable VirtualService> delegates =
                source instanceof VirtualService service ? Delegation.delegates(service, configuration) : List.of();
        List<RateLimitPolicy> policies = policies(id, source, delegates, configuration);
        List<RouteEntry> routes;
        if (source instanceof Ingress ingress) {
            routes = IngressRoutes.compile(id, ingress, setting.equals(Boolean.TRUE), settings, backends);
        } else if (source instanceof GatewayRoute route) {
            GatewayApi api = configuration.gatewayApi();
            if (route.type() == GatewayRoute.Type.GRPC) {
                List<RpcRoutes.Ranked> rpcs = GatewayRoutes.compileRpcs(id, route, api, settings, backends).stream()
                        .map(ranked -> new RpcRoutes.Ranked(
                                RateLimitCompiler.limit(ranked.entry(), id.gateways(), policies, List.of(), settings),
                                ranked.serviceLength(),
                                ranked.methodLength()))
                        .toList();
                return new Block(id, source, delegates, List.of(), List.of(), rpcs, setting, backends, policies);
            }
            routes = GatewayRoutes.compile(id, route, api, settings, backends);
        } else {
            routes = istioRoutes(id, (VirtualService) source, settings, configuration, backends);
        }
        Optional<NginxAnnotations.Canary> canary =
                source instanceof Ingress ingress ? NginxAnnotations.of(ingress).canary() : Optional.empty();
        // A canary has those of the main Ingress.
        List<RateLimit> own =
                source instanceof Ingress ingress && canary.isEmpty() ? IngressLimits.of(ingress, settings) : List.of();
        List<RouteEntry> limited = routes.stream()
                .map(entry -> RateLimitCompiler.limit(entry, id.gateways(), policies, own, settings))
                .toList();
        List<Canaries.Canary> canaries =
                canary.map(rule -> canaries(limited, rule)).orElse(List.of());
        return new Block(
                id,
                source,
                delegates,
                canary.isPresent() ? List.of() : limited,
                canaries,
                List.of(),
                setting,
                backends,
                policies);
    }

    private static List<RouteEntry> istioRoutes(
            Id id, VirtualService service, CompileSettings settings, Configuration configuration, Backends backends) {
        List<RouteEntry> entries = new ArrayList<>();
        for (EffectiveRule rule : Delegation.rules(service, configuration)) {
            String namespace = rule.writtenIn().metadata().namespace();
            ActionCompiler actions = new ActionCompiler(destination -> backends.find(destination, namespace));
            try {
                add(entries, id, settings, service, rule, actions);
            } catch (CompileFailure e) {
                throw e;
            } catch (RuntimeException | StackOverflowError e) {
                throw new CompileFailure(rule.writtenIn(), e);
            }
        }
        return entries;
    }

    private static List<Canaries.Canary> canaries(List<RouteEntry> routes, NginxAnnotations.Canary rule) {
        return routes.stream().map(entry -> new Canaries.Canary(entry, rule)).toList();
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
        List<Filter> filters = FilterCompiler.compile(route);
        if (route.match().isEmpty()
                && isBound(source.gateways(), id, source.metadata().namespace())) {
            add(entries, id, settings, rule, null, rule.path(), filters, action);
        }
        for (int i = 0; i < route.match().size(); i++) {
            HttpMatch match = route.match().get(i);
            if (applies(match, id, source, settings)) {
                add(entries, id, settings, rule, match, rule.matchPaths().get(i), filters, action);
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
            List<Filter> filters,
            Function<PathPattern, Optional<Action>> actions) {
        PathPattern path = match == null ? PathPattern.ANY : MatchCompiler.path(match);
        actions.apply(path).ifPresent(action -> {
            RouteInfo info = new RouteInfo(
                    rule.route().routeName(match),
                    rule.route().name().orElse(""),
                    id.source(),
                    id.host(),
                    id.port(),
                    Optional.ofNullable(match).flatMap(HttpMatch::statPrefix),
                    rule.writtenIn().key(),
                    rulePath,
                    path.template());
            CompiledRoute compiled = new CompiledRoute(
                    info, filters, action, settings.routeAttachment().apply(info));
            entries.add(new RouteEntry(path, match == null ? List.of() : MatchCompiler.conditions(match), compiled));
        });
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
