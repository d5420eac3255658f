package io.convergate.routing.compile;

import io.convergate.routing.action.Redirect;
import io.convergate.routing.compile.Servers.Binding;
import io.convergate.routing.compile.Servers.HostId;
import io.convergate.routing.descriptor.Domains;
import io.convergate.routing.match.CompiledRoute;
import io.convergate.routing.match.ListenerId;
import io.convergate.routing.match.ListenerSpec;
import io.convergate.routing.match.PortTable;
import io.convergate.routing.match.RouteInfo;
import io.convergate.routing.match.RouteTable;
import io.convergate.routing.match.VirtualHost;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.resolve.Configuration;
import io.convergate.routing.resolve.Dependents;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Puts a route table together from a configuration, and keeps every part for the next time. Then it looks again only at the
 * routes that changed or name what changed, at the hosts that these are or were bound to, and at their listeners; the
 * rest of the table is shared. A first compilation is one in which everything changed. Confined to the compiler's thread.
 */
final class Assembler {
    private final CompileSettings settings;
    private final UpstreamCompiler upstreams;
    private final Dependents dependents = new Dependents();
    private final Map<ResourceKey, Map<HostId, Binding>> bindings = new HashMap<>();
    private final Map<HostId, Host> hosts = new HashMap<>();
    private Map<ListenerId, PortTable> tables = Map.of();
    private Servers servers = Servers.NONE;
    private Connections connections = Connections.NONE;
    private Domains domains = Domains.NONE;
    private Configuration last;

    Assembler(CompileSettings settings) {
        this.settings = settings;
        this.upstreams = new UpstreamCompiler(settings.upstreamAttachment(), settings.nodeLabels());
        this.last = Configuration.empty(settings.rootNamespace());
    }

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

    /** What becomes different; nothing is kept of it before all of it is done. */
    private static final class Draft {
        private final Configuration configuration;
        private final Servers servers;

        /** Where each resource with routes is bound that was looked at. */
        private final Map<ResourceKey, Map<HostId, Binding>> bindings = new HashMap<>();

        /** The hosts that were looked at, with the resources, looked at, that are bound to them now. */
        private final Map<HostId, List<Resource>> touched = new HashMap<>();

        /** The hosts that are different; null for one that is no longer there. */
        private final Map<HostId, @Nullable Host> hosts = new HashMap<>();

        Draft(Configuration configuration, Servers servers) {
            this.configuration = configuration;
            this.servers = servers;
        }

        List<Resource> touch(HostId id) {
            return touched.computeIfAbsent(id, key -> new ArrayList<>(1));
        }
    }

    /**
     * The table for a configuration.
     *
     * @throws CompileFailure if a resource cannot be compiled; the parts kept so far stay as they were
     */
    RouteTable assemble(Configuration configuration) {
        upstreams.use(configuration.registry());
        Set<ResourceKey> changed = configuration.differsFrom(last);
        boolean sameGateways = configuration.gateways() == last.gateways()
                && configuration.gatewayApi() == last.gatewayApi()
                && configuration.ingresses().anyServed() == last.ingresses().anyServed();
        Draft draft = new Draft(configuration, sameGateways ? servers : Servers.of(configuration, settings));
        Set<ResourceKey> affected = dependents.affected(last, configuration, changed);
        affected.forEach(key -> bind(key, draft));
        if (!sameGateways) {
            touchRedirects(draft);
            touchClaims(draft);
        }
        draft.touched.forEach((id, services) -> {
            Host known = hosts.get(id);
            Host made = host(id, known, services, draft);
            if (made != known) {
                draft.hosts.put(id, made);
            }
        });
        Connections newConnections =
                connections.become(configuration, affected, sameGateways, draft.servers, settings, upstreams);
        keep(draft);
        newConnections.upstreams().forEach(upstreams::acquire);
        connections.upstreams().forEach(upstreams::release);
        connections = newConnections;
        if (configuration.rateLimitDomains() != last.rateLimitDomains()) {
            domains = domains.become(configuration.rateLimitDomains().byName(), settings.limitAttachment());
        }
        dependents.follow(last, configuration, changed);
        last = configuration;
        return new RouteTable(servers.listeners(), tables, connections.tables(), upstreams.settle(), domains);
    }

    /**
     * The resources of a configuration that name some of it, in the version there or in a later one; too many rather than too few.
     * Any may, if it is not the configuration that was put together last.
     */
    Set<ResourceKey> naming(Configuration before, Configuration now, Set<ResourceKey> named) {
        return before == last
                ? dependents.affected(before, now, named)
                : before.resources().keySet();
    }

    private void bind(ResourceKey key, Draft draft) {
        Map<HostId, Binding> before = bindings.getOrDefault(key, Map.of());
        before.keySet().forEach(draft::touch);
        Resource source = draft.configuration.resources().get(key);
        Map<HostId, Binding> bound =
                source == null ? Map.of() : draft.servers.bind(source, draft.configuration, settings);
        if (source != null && !bound.isEmpty()) {
            bound.keySet().forEach(id -> draft.touch(id).add(source));
            draft.bindings.put(key, bound);
        } else if (!before.isEmpty()) {
            draft.bindings.put(key, Map.of());
        }
    }

    private void touchRedirects(Draft draft) {
        Map<HostId, ResourceKey> now = draft.servers.redirects();
        Set<HostId> all = new HashSet<>(now.keySet());
        all.addAll(servers.redirects().keySet());
        all.removeIf(id -> Objects.equals(now.get(id), servers.redirects().get(id)));
        all.forEach(draft::touch);
    }

    private void touchClaims(Draft draft) {
        draft.servers.claims().stream()
                .filter(id -> !servers.claims().contains(id))
                .forEach(draft::touch);
        servers.claims().stream()
                .filter(id -> !draft.servers.claims().contains(id))
                .forEach(draft::touch);
    }

    /** What a host is now; the known one if it is made of the same, null if of nothing. */
    private @Nullable Host host(HostId id, @Nullable Host known, List<Resource> looked, Draft draft) {
        Map<ResourceKey, Block> knownBlocks = new HashMap<>();
        List<Resource> sources = new ArrayList<>(looked);
        for (Block block : known == null ? List.<Block>of() : known.blocks()) {
            knownBlocks.put(block.source().key(), block);
            if (!draft.bindings.containsKey(block.source().key())) {
                sources.add(block.source());
            }
        }
        sources.sort(Dialect.ORDER);
        ResourceKey redirectedBy = null;
        List<Block> blocks = new ArrayList<>(sources.size());
        for (Resource source : sources) {
            ResourceKey key = source.key();
            boolean isNew = draft.bindings.containsKey(key);
            Binding binding =
                    Objects.requireNonNull(Objects.requireNonNull(isNew ? draft.bindings.get(key) : bindings.get(key))
                            .get(id));
            redirectedBy = binding.redirectedBy() == null ? redirectedBy : binding.redirectedBy();
            Block block = knownBlocks.get(key);
            blocks.add(
                    isNew || block == null
                            ? block(
                                    new Block.Id(
                                            key,
                                            binding.gateways(),
                                            id.listener().port(),
                                            id.host(),
                                            draft.configuration.anyMostSpecificFirst(binding.gateways())),
                                    source,
                                    block,
                                    draft)
                            : block);
        }
        redirectedBy = draft.servers.redirects().getOrDefault(id, redirectedBy);
        if (blocks.isEmpty() && redirectedBy == null && !draft.servers.claims().contains(id)) {
            return null;
        }
        return known != null && known.isMadeOf(blocks, redirectedBy)
                ? known
                : new Host(
                        new VirtualHost(Precedence.order(blocks), httpsRedirect(id, redirectedBy)),
                        blocks,
                        redirectedBy);
    }

    private Block block(Block.Id id, Resource source, @Nullable Block known, Draft draft) {
        try {
            return known != null && known.isCurrent(id, source, draft.configuration)
                    ? known
                    : Block.compile(id, source, settings, draft.configuration, upstreams);
        } catch (CompileFailure e) {
            throw e;
        } catch (RuntimeException | StackOverflowError e) {
            throw new CompileFailure(source, e);
        }
    }

    private void keep(Draft draft) {
        servers = draft.servers;
        draft.bindings.forEach((key, bound) -> {
            if (bound.isEmpty()) {
                bindings.remove(key);
            } else {
                bindings.put(key, bound);
            }
        });
        draft.hosts.values().stream().filter(Objects::nonNull).forEach(host -> host.blocks()
                .forEach(block -> block.upstreams().forEach(upstreams::acquire)));
        Map<ListenerId, Map<String, @Nullable VirtualHost>> changes = new HashMap<>();
        draft.hosts.forEach((id, host) -> {
            changes.computeIfAbsent(id.listener(), listener -> new HashMap<>())
                    .put(id.host(), host == null ? null : host.virtualHost());
            Host before = host == null ? hosts.remove(id) : hosts.put(id, host);
            if (before != null) {
                before.blocks().forEach(block -> block.upstreams().forEach(upstreams::release));
            }
        });
        Map<ListenerId, PortTable> made = new HashMap<>();
        for (ListenerSpec listener : servers.listeners()) {
            made.put(
                    listener.id(),
                    tables.getOrDefault(listener.id(), PortTable.EMPTY)
                            .with(changes.getOrDefault(listener.id(), Map.of())));
        }
        tables = made;
    }

    private @Nullable CompiledRoute httpsRedirect(HostId id, @Nullable ResourceKey gateway) {
        if (gateway == null) {
            return null;
        }
        RouteInfo info = new RouteInfo("", gateway, id.host(), id.listener().port());
        return new CompiledRoute(
                info, Redirect.toHttps(), settings.routeAttachment().apply(info));
    }
}
