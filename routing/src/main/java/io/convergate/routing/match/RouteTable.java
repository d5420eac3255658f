package io.convergate.routing.match;

import io.convergate.routing.upstream.Upstream;
import java.util.Collection;
import java.util.List;
import java.util.Map;
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
    private final Collection<Upstream> upstreams;

    /**
     * @param listeners the sockets to listen on
     * @param tables what is served, by listener
     * @param upstreams everything that some route leads to
     */
    public RouteTable(
            List<ListenerSpec> listeners, Map<ListenerId, PortTable> tables, Collection<Upstream> upstreams) {
        this.listeners = List.copyOf(listeners);
        this.tables = Map.copyOf(tables);
        this.upstreams = List.copyOf(upstreams);
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

    /** Everything that some route leads to, each once. */
    public Collection<Upstream> upstreams() {
        return upstreams;
    }
}
