package io.convergate.routing.match;

import io.convergate.routing.upstream.Upstream;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a node serves: its listeners, the routes on each port, the upstreams they lead to. Immutable; publish it whole, read
 * it once per request and keep that one to the end of the request.
 */
public final class RouteTable {
    /** Serves nothing. */
    public static final RouteTable EMPTY = new RouteTable(List.of(), Map.of(), List.of());

    private final List<ListenerSpec> listeners;
    private final int[] ports;
    private final PortTable[] tables;
    private final Map<Integer, ConnectionTable> connections;
    private final Collection<Upstream> upstreams;

    /** A table of HTTP alone. */
    public RouteTable(List<ListenerSpec> listeners, Map<Integer, PortTable> ports, Collection<Upstream> upstreams) {
        this(listeners, ports, Map.of(), upstreams);
    }

    /**
     * @param listeners the sockets to listen on
     * @param ports what HTTP is served, by port
     * @param connections what other connections are served, by port
     * @param upstreams everything that some route leads to
     */
    public RouteTable(
            List<ListenerSpec> listeners,
            Map<Integer, PortTable> ports,
            Map<Integer, ConnectionTable> connections,
            Collection<Upstream> upstreams) {
        this.listeners = List.copyOf(listeners);
        this.connections = Map.copyOf(connections);
        this.upstreams = List.copyOf(upstreams);
        this.ports =
                ports.keySet().stream().mapToInt(Integer::intValue).sorted().toArray();
        this.tables = Arrays.stream(this.ports).mapToObj(ports::get).toArray(PortTable[]::new);
    }

    /** The sockets to listen on; by port, then by address. */
    public List<ListenerSpec> listeners() {
        return listeners;
    }

    /** What is served on a port; null if nothing is. Allocates nothing. */
    public @Nullable PortTable port(int port) {
        int i = Arrays.binarySearch(ports, port);
        return i < 0 ? null : tables[i];
    }

    /** Where connections of a port go that are not read as HTTP; null if the port has none. */
    public @Nullable ConnectionTable connections(int port) {
        return connections.get(port);
    }

    /** Everything that some route leads to, each once. */
    public Collection<Upstream> upstreams() {
        return upstreams;
    }
}
