package io.convergate.routing.explain;

import io.convergate.routing.compile.Applicability;
import io.convergate.routing.compile.CompileSettings;
import io.convergate.routing.compile.RouteTableCompiler;
import io.convergate.routing.match.ListenerSpec;
import io.convergate.routing.match.PathPattern;
import io.convergate.routing.match.PortTable;
import io.convergate.routing.match.RequestCondition;
import io.convergate.routing.match.RouteEntry;
import io.convergate.routing.match.RouteInfo;
import io.convergate.routing.match.RouteTable;
import io.convergate.routing.model.Gateway;
import io.convergate.routing.model.HttpMatch;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.model.VirtualService;
import io.convergate.routing.model.gatewayapi.GatewayClass;
import io.convergate.routing.model.gatewayapi.GatewayRoute;
import io.convergate.routing.model.gatewayapi.KubernetesGateway;
import io.convergate.routing.model.gatewayapi.ListenerSet;
import io.convergate.routing.model.k8s.Ingress;
import io.convergate.routing.model.k8s.IngressClass;
import io.convergate.routing.model.k8s.Namespace;
import io.convergate.routing.problem.Problem;
import io.convergate.routing.problem.ProblemCode;
import io.convergate.routing.resolve.Configuration;
import io.convergate.routing.resolve.Delegation;
import io.convergate.routing.resolve.EffectiveRule;
import io.convergate.routing.resolve.HostNames;
import io.convergate.routing.resolve.ServerHosts;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds routes for which others leave nothing, whichever resources they are of. A route is hidden if an earlier one of its
 * virtual host takes every path it takes and asks for nothing, or for just the same, beyond the path. Expressions are
 * compared as they are written. The cost grows with the number of routes, not with their pairs.
 */
public final class HiddenRoutes {
    private static final int NEAR_MAX = 500;

    /** What says on which listeners routes are, and which namespaces may have some there. */
    private static final Set<Class<?>> WHERE_ROUTES_ARE = Set.of(
            Gateway.class,
            GatewayClass.class,
            IngressClass.class,
            KubernetesGateway.class,
            ListenerSet.class,
            Namespace.class);

    private final Configuration configuration;
    private final CompileSettings settings;
    private final Map<Place, Problem> found = new TreeMap<>();
    private final Set<Place> present = new HashSet<>();

    private HiddenRoutes(Configuration configuration, CompileSettings settings) {
        this.configuration = configuration;
        this.settings = settings;
    }

    /** A place in a resource. */
    private record Place(ResourceKey resource, String path) implements Comparable<Place> {
        static Place of(RouteInfo info) {
            return new Place(info.writtenIn(), info.path());
        }

        @Override
        public int compareTo(Place other) {
            int order = resource.compareTo(other.resource);
            return order != 0 ? order : path.compareTo(other.path);
        }
    }

    /**
     * A warning for each route that is hidden, by resource and path.
     *
     * @param configuration the resources that the table was made of
     * @param settings those it was compiled with
     */
    public static List<Problem> find(RouteTable table, Configuration configuration, CompileSettings settings) {
        HiddenRoutes hidden = new HiddenRoutes(configuration, settings);
        for (ListenerSpec listener : table.listeners()) {
            PortTable port = table.listener(listener.id());
            if (port != null) {
                port.hosts().forEach((pattern, host) -> hidden.host(pattern, host.routes()));
            }
        }
        hidden.absent();
        return List.copyOf(hidden.found.values());
    }

    /**
     * The same for some resources of a configuration that is only thought of. It looks no further than those of the same dialect that share
     * a host with one of them; with more than {@value #NEAR_MAX} of these it looks at nothing, and whoever wants to know has the whole
     * configuration analysed.
     */
    public static List<Problem> near(
            Map<ResourceKey, ? extends Resource> resources,
            Collection<ResourceKey> interesting,
            CompileSettings settings) {
        Map<Class<?>, HostSet> hosts = new HashMap<>();
        int withRoutes = 0;
        for (ResourceKey key : interesting) {
            Resource resource = resources.get(key);
            if (resource == null || !hasRoutes(resource)) {
                continue;
            }
            withRoutes++;
            if (withRoutes > NEAR_MAX) {
                return List.of();
            }
            HostSet set = hosts.computeIfAbsent(resource.getClass(), dialect -> new HostSet());
            hosts(resource).forEach(set::add);
        }
        if (hosts.isEmpty()) {
            return List.of();
        }
        Map<ResourceKey, Resource> near = new HashMap<>();
        for (Resource resource : resources.values()) {
            HostSet shared = hosts.get(resource.getClass());
            if (shared != null && hosts(resource).anyMatch(shared::overlaps)) {
                near.put(resource.key(), resource);
                if (resource instanceof VirtualService service) {
                    Delegation.delegateKeys(service).forEach(key -> {
                        Resource delegate = resources.get(key);
                        if (delegate != null) {
                            near.put(key, delegate);
                        }
                    });
                }
                if (near.size() > NEAR_MAX) {
                    return List.of();
                }
            }
        }
        resources.values().stream()
                .filter(resource -> WHERE_ROUTES_ARE.contains(resource.getClass()))
                .forEach(resource -> near.put(resource.key(), resource));
        RouteTable table = new RouteTableCompiler(settings.withoutAttachments())
                .compile(near)
                .table();
        Configuration configuration =
                Configuration.empty(settings.rootNamespace()).become(near);
        return find(table, configuration, settings).stream()
                .filter(problem -> interesting.contains(problem.resource().orElseThrow()))
                .toList();
    }

    private static boolean hasRoutes(Resource resource) {
        return hosts(resource).findAny().isPresent();
    }

    /** The hosts of what has routes of requests; {@code *} where it names none. */
    private static Stream<String> hosts(Resource resource) {
        if (resource instanceof VirtualService service) {
            return service.hosts().stream().map(HostNames::canonical);
        }
        if (resource instanceof Ingress ingress) {
            Stream<String> others = ingress.defaultBackend().isPresent() ? Stream.of("*") : Stream.of();
            return Stream.concat(
                    others, ingress.rules().stream().map(rule -> rule.host().orElse("*")));
        }
        if (resource instanceof GatewayRoute route && route.type().carriesRequests()) {
            return route.hostnames().isEmpty() ? Stream.of("*") : route.hostnames().stream();
        }
        return Stream.of();
    }

    private void host(String pattern, List<RouteEntry> routes) {
        Map<Set<RequestCondition>, Earlier> earlier = new HashMap<>();
        for (RouteEntry entry : routes) {
            Set<RequestCondition> conditions = Set.copyOf(entry.conditions());
            RouteInfo info = entry.route().info();
            present.add(Place.of(info));
            Stream.of(Set.<RequestCondition>of(), conditions)
                    .map(earlier::get)
                    .map(same -> same == null ? null : same.covering(entry.path()))
                    .filter(other -> other != null)
                    .findFirst()
                    .ifPresent(other ->
                            report(info, "no earlier route of " + pattern + " that takes all of it: " + text(other)));
            earlier.computeIfAbsent(conditions, key -> new Earlier()).add(entry);
        }
    }

    private void report(RouteInfo info, String rule) {
        Place place = Place.of(info);
        String message = Problem.expected("a route that is never reached", rule);
        found.putIfAbsent(
                place,
                Problem.warning(place.path(), ProblemCode.UNREACHABLE_ROUTE, message)
                        .of(place.resource()));
    }

    private static String text(RouteInfo info) {
        return Explainer.text(info.writtenIn()) + ' ' + info.path();
    }

    /** Rules that could act on some listener and are on none: a route that takes everything comes before them. */
    private void absent() {
        configuration.resources().values().stream()
                .filter(VirtualService.class::isInstance)
                .map(VirtualService.class::cast)
                .forEach(service -> {
                    for (int port : ports(service)) {
                        Delegation.rules(service, configuration).forEach(rule -> absent(service, rule, port));
                    }
                });
    }

    private void absent(VirtualService service, EffectiveRule rule, int port) {
        List<HttpMatch> matches = rule.route().match();
        for (int i = 0; i < Math.max(1, matches.size()); i++) {
            Optional<HttpMatch> match = matches.isEmpty() ? Optional.empty() : Optional.of(matches.get(i));
            Place place = new Place(
                    rule.writtenIn().key(),
                    matches.isEmpty() ? rule.path() : rule.matchPaths().get(i));
            boolean forOthers = match.map(condition -> !condition.gateways().isEmpty()
                            || Applicability.objection(condition, port, settings)
                                    .isPresent())
                    .orElse(false);
            if (!forOthers && !present.contains(place)) {
                String rest = "no route that takes everything before it, in "
                        + service.key().name() + " or in an older virtual service for its hosts";
                String message = Problem.expected("a route that is never reached", rest);
                found.putIfAbsent(
                        place,
                        Problem.warning(place.path(), ProblemCode.UNREACHABLE_ROUTE, message)
                                .of(place.resource()));
            }
        }
    }

    /** The ports on which this node serves hosts of a virtual service. */
    private Set<Integer> ports(VirtualService service) {
        Set<Integer> ports = new HashSet<>();
        String namespace = service.metadata().namespace();
        for (String name : service.gateways()) {
            if (name.equals(VirtualService.MESH)) {
                continue;
            }
            configuration
                    .gateway(Configuration.gatewayKey(name, namespace))
                    .filter(gateway ->
                            Configuration.isVisible(service, gateway.metadata().namespace()))
                    .filter(gateway -> settings.nodeLabels()
                            .entrySet()
                            .containsAll(gateway.selector().entrySet()))
                    .ifPresent(gateway -> gateway.servers().stream()
                            .filter(server -> server.port().protocol().isPlainHttp())
                            .filter(server -> {
                                ServerHosts hosts =
                                        new ServerHosts(gateway.metadata().namespace(), server);
                                return service.hosts().stream().anyMatch(host -> !hosts.served(host, namespace)
                                        .isEmpty());
                            })
                            .forEach(server -> ports.add((int) server.port().number())));
        }
        return ports;
    }

    /** The earlier routes of one set of conditions. */
    private static final class Earlier {
        private final Map<PathPattern, RouteInfo> same = new HashMap<>();
        private final Map<String, RouteInfo> prefixes = new HashMap<>();

        void add(RouteEntry entry) {
            RouteInfo info = entry.route().info();
            same.putIfAbsent(entry.path(), info);
            if (entry.path() instanceof PathPattern.Prefix prefix && !prefix.ignoreCase()) {
                prefixes.putIfAbsent(prefix.value(), info);
            } else if (entry.path() instanceof PathPattern.Elements elements) {
                prefixes.putIfAbsent(elements.value() + '/', info);
                same.putIfAbsent(new PathPattern.Exact(elements.value(), false), info);
            }
        }

        @Nullable
        RouteInfo covering(PathPattern path) {
            RouteInfo equal = same.get(path);
            if (equal != null) {
                return equal;
            }
            String start = start(path);
            for (int length = 0; length <= start.length() && !prefixes.isEmpty(); length++) {
                RouteInfo shorter = prefixes.get(start.substring(0, length));
                if (shorter != null) {
                    return shorter;
                }
            }
            return null;
        }

        /** What all paths that meet a pattern begin with, as far as it is written. */
        private static String start(PathPattern path) {
            if (path instanceof PathPattern.Exact exact && !exact.ignoreCase()) {
                return exact.value();
            }
            if (path instanceof PathPattern.Prefix prefix && !prefix.ignoreCase()) {
                return prefix.value();
            }
            if (path instanceof PathPattern.Elements elements) {
                return elements.value();
            }
            return path instanceof PathPattern.Regex regex
                    ? regex.regex().shape().prefix()
                    : "";
        }
    }
}
