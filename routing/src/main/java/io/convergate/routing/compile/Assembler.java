package io.convergate.routing.compile;

import io.convergate.routing.action.Redirect;
import io.convergate.routing.match.CompiledRoute;
import io.convergate.routing.match.ListenerSpec;
import io.convergate.routing.match.PortTable;
import io.convergate.routing.match.RouteEntry;
import io.convergate.routing.match.RouteInfo;
import io.convergate.routing.match.RouteTable;
import io.convergate.routing.match.VirtualHost;
import io.convergate.routing.model.Gateway;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.model.ServerTls;
import io.convergate.routing.model.VirtualService;
import io.convergate.routing.resolve.Configuration;
import io.convergate.routing.resolve.ServerHosts;
import io.convergate.routing.upstream.Upstream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Puts a route table together from a configuration, and keeps every part for the next time: a block whose virtual service
 * and upstreams are the same, a virtual host whose blocks are the same, a port whose virtual hosts are the same. What changes
 * costs; what does not costs a look-up. Confined to the compiler's thread.
 */
final class Assembler {
    private final CompileSettings settings;
    private final UpstreamCompiler upstreams;
    private Map<Block.Id, Block> blocks = new HashMap<>();
    private Map<HostId, Host> hosts = new HashMap<>();
    private Map<Integer, PortTable> ports = new HashMap<>();

    Assembler(CompileSettings settings) {
        this.settings = settings;
        this.upstreams = new UpstreamCompiler(settings.upstreamAttachment());
    }

    /** A host pattern on a port. */
    private record HostId(int port, String host) {}

    /** A virtual host and what it was made of. */
    private record Host(
            VirtualHost virtualHost,
            List<Block> blocks,
            @Nullable ResourceKey redirectedBy) {
        boolean isMadeOf(List<Block> others, @Nullable ResourceKey otherRedirect) {
            if (blocks.size() != others.size() || !Objects.equals(redirectedBy, otherRedirect)) {
                return false;
            }
            for (int i = 0; i < blocks.size(); i++) {
                if (blocks.get(i) != others.get(i)) {
                    return false;
                }
            }
            return true;
        }
    }

    /** A server of a gateway that this node serves. */
    private record Served(Gateway gateway, Gateway.Server server, ServerHosts hosts) {
        int port() {
            return (int) server.port().number();
        }

        boolean redirectsToHttps() {
            return server.tls().map(ServerTls::httpsRedirect).orElse(false);
        }
    }

    /** What a host pattern on a port will be made of. */
    private static final class Plan {
        private final Map<VirtualService, Set<ResourceKey>> sources = new IdentityHashMap<>();
        private final List<VirtualService> order = new ArrayList<>();
        private @Nullable ResourceKey redirectedBy;

        void add(VirtualService source, ResourceKey gateway) {
            sources.computeIfAbsent(source, key -> {
                        order.add(key);
                        return new LinkedHashSet<>();
                    })
                    .add(gateway);
        }
    }

    /**
     * The table for a configuration.
     *
     * @throws CompileFailure if a resource cannot be compiled; the parts kept so far stay as they were
     */
    RouteTable assemble(Configuration configuration) {
        upstreams.use(configuration.registry());
        List<Served> servers = servers(configuration);
        Map<Integer, Map<String, Plan>> plans = plan(configuration, servers);
        Map<Block.Id, Block> newBlocks = new HashMap<>();
        Map<HostId, Host> newHosts = new HashMap<>();
        Map<Integer, PortTable> newPorts = new HashMap<>();
        plans.forEach((port, planned) -> {
            Map<String, VirtualHost> virtualHosts = new HashMap<>();
            planned.forEach((name, plan) -> {
                Host host = host(configuration, new HostId(port, name), plan, newBlocks);
                newHosts.put(new HostId(port, name), host);
                virtualHosts.put(name, host.virtualHost());
            });
            PortTable known = ports.get(port);
            newPorts.put(
                    port, known != null && known.hosts().equals(virtualHosts) ? known : new PortTable(virtualHosts));
        });
        blocks = newBlocks;
        hosts = newHosts;
        ports = newPorts;
        Set<Upstream> used = Collections.newSetFromMap(new IdentityHashMap<>());
        newBlocks.values().forEach(block -> block.upstreams().forEach(used::add));
        upstreams.retain(used);
        List<Upstream> sorted =
                used.stream().sorted(Comparator.comparing(Upstream::name)).toList();
        return new RouteTable(listeners(servers), newPorts, sorted);
    }

    private List<Served> servers(Configuration configuration) {
        List<Served> servers = new ArrayList<>();
        for (Gateway gateway : configuration.gateways()) {
            if (settings.nodeLabels().entrySet().containsAll(gateway.selector().entrySet())) {
                gateway.servers().stream()
                        .filter(server -> server.port().protocol().isPlainHttp())
                        .filter(server ->
                                server.port().number() >= 1 && server.port().number() <= 65535)
                        .map(server -> new Served(
                                gateway,
                                server,
                                new ServerHosts(gateway.metadata().namespace(), server)))
                        .forEach(servers::add);
            }
        }
        return servers;
    }

    /** One socket per port and address; the oldest gateway says what is spoken there. */
    private static List<ListenerSpec> listeners(List<Served> servers) {
        Map<String, ListenerSpec> listeners = new TreeMap<>();
        for (Served served : servers) {
            String address = served.server().bind().orElse("");
            ListenerSpec listener = new ListenerSpec(
                    served.port(),
                    served.server().port().protocol(),
                    served.server().bind().filter(bind -> !bind.isEmpty()));
            listeners.putIfAbsent(String.format("%05d %s", served.port(), address), listener);
        }
        return List.copyOf(listeners.values());
    }

    private Map<Integer, Map<String, Plan>> plan(Configuration configuration, List<Served> servers) {
        Map<ResourceKey, List<Served>> byGateway = new HashMap<>();
        Map<Integer, Map<String, Plan>> plans = new TreeMap<>();
        for (Served served : servers) {
            byGateway
                    .computeIfAbsent(served.gateway().key(), key -> new ArrayList<>())
                    .add(served);
            plans.computeIfAbsent(served.port(), key -> new HashMap<>());
        }
        for (VirtualService service : configuration.virtualServices()) {
            for (ResourceKey key : Configuration.gatewayKeys(service)) {
                for (Served served : byGateway.getOrDefault(key, List.of())) {
                    bind(service, served, plans.get(served.port()));
                }
            }
        }
        for (Served served : servers) {
            if (served.redirectsToHttps()) {
                served.hosts()
                        .all()
                        .forEach(
                                host -> plans.get(served.port()).computeIfAbsent(host, key -> new Plan()).redirectedBy =
                                        served.gateway().key());
            }
        }
        return plans;
    }

    private static void bind(VirtualService service, Served served, Map<String, Plan> plans) {
        if (!Configuration.isVisible(service, served.hosts().namespace())) {
            return;
        }
        for (String host : service.hosts()) {
            for (String name : served.hosts().served(host, service.metadata().namespace())) {
                Plan plan = plans.computeIfAbsent(name, key -> new Plan());
                plan.add(service, served.gateway().key());
                if (served.redirectsToHttps()) {
                    plan.redirectedBy = served.gateway().key();
                }
            }
        }
    }

    private Host host(Configuration configuration, HostId id, Plan plan, Map<Block.Id, Block> newBlocks) {
        List<Block> made = new ArrayList<>(plan.order.size());
        for (VirtualService source : plan.order) {
            Block.Id blockId = new Block.Id(source.key(), plan.sources.get(source), id.port(), id.host());
            Block block = block(configuration, blockId, source);
            newBlocks.put(blockId, block);
            made.add(block);
        }
        Host known = hosts.get(id);
        if (known != null && known.isMadeOf(made, plan.redirectedBy)) {
            return known;
        }
        return new Host(new VirtualHost(merge(made), httpsRedirect(id, plan.redirectedBy)), made, plan.redirectedBy);
    }

    private Block block(Configuration configuration, Block.Id id, VirtualService source) {
        Block known = blocks.get(id);
        try {
            return known != null && known.isCurrent(source, configuration.registry(), id.port(), upstreams)
                    ? known
                    : Block.compile(id, source, settings, configuration.registry(), upstreams);
        } catch (CompileFailure e) {
            throw e;
        } catch (RuntimeException | StackOverflowError e) {
            throw new CompileFailure(source, e);
        }
    }

    /**
     * The routes of several virtual services for one host: the oldest one's first, and at the very end the first that takes
     * everything; within one virtual service nothing after such a route is reached. Istio: combineVHostRoutes.
     */
    private static List<RouteEntry> merge(List<Block> blocks) {
        List<RouteEntry> merged = new ArrayList<>();
        RouteEntry last = null;
        for (Block block : blocks) {
            for (RouteEntry entry : block.entries()) {
                if (entry.isCatchAll()) {
                    last = last == null ? entry : last;
                    break;
                }
                merged.add(entry);
            }
        }
        if (last != null) {
            merged.add(last);
        }
        return merged;
    }

    private @Nullable CompiledRoute httpsRedirect(HostId id, @Nullable ResourceKey gateway) {
        if (gateway == null) {
            return null;
        }
        RouteInfo info = new RouteInfo("", gateway, id.host(), id.port());
        return new CompiledRoute(
                info, Redirect.toHttps(), settings.routeAttachment().apply(info));
    }
}
