package io.convergate.routing.match;

import io.convergate.routing.descriptor.Domains;
import io.convergate.routing.upstream.Upstream;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a node serves: its listeners, the routes of each, the upstreams they lead to. Immutable; publish it whole, read
 * it once per request and keep that one to the end of the request.
 */
public final class RouteTable {
    /** Serves nothing. */
    public static final RouteTable EMPTY = new RouteTable(List.of(), Map.of(), List.of());

    private final List<ListenerSpec> listeners;
    private final Map<ListenerId, PortTable> tables;
    private final Map<ListenerId, ConnectionTable> connections;
    private final Collection<Upstream> upstreams;
    private final Domains domains;

    /** A table of HTTP alone. */
    public RouteTable(List<ListenerSpec> listeners, Map<ListenerId, PortTable> tables, Collection<Upstream> upstreams) {
        this(listeners, tables, Map.of(), upstreams, Domains.NONE);
    }

    /**
     * @param listeners the sockets to listen on
     * @param tables what HTTP is served, by listener
     * @param connections what other connections are served, by listener
     * @param upstreams everything that some route leads to
     * @param domains what the rate limit service is asked for
     */
    public RouteTable(
            List<ListenerSpec> listeners,
            Map<ListenerId, PortTable> tables,
            Map<ListenerId, ConnectionTable> connections,
            Collection<Upstream> upstreams,
            Domains domains) {
        this.listeners = List.copyOf(listeners);
        this.tables = Map.copyOf(tables);
        this.connections = Map.copyOf(connections);
        this.upstreams = List.copyOf(upstreams);
        this.domains = domains;
    }

    /** The sockets to listen on; by port, then by address. */
    public List<ListenerSpec> listeners() {
        return listeners;
    }

    /** What is served on the node's own address at a port; null if nothing is. */
    public @Nullable PortTable port(int port) {
        return listener(ListenerId.of(port));
    }

    /** What a listener serves; null if nothing. Allocates nothing. */
    public @Nullable PortTable listener(ListenerId id) {
        return tables.get(id);
    }

    /** All routes of all hosts and listeners; walks through the whole table. */
    public Stream<CompiledRoute> routes() {
        return tables.values().stream()
                .flatMap(table -> table.hosts().values().stream())
                .flatMap(VirtualHost::compiled);
    }

    /** Where a listener's connections go that are not read as HTTP; null if it has none. */
    public @Nullable ConnectionTable connections(ListenerId id) {
        return connections.get(id);
    }

    /** Everything that some route leads to, each once. */
    public Collection<Upstream> upstreams() {
        return upstreams;
    }

    /** What the rate limit service is asked for; the same instance in all versions between which no domain changed. */
    public Domains domains() {
        return domains;
    }
}
