package io.convergate.routing.match;

import io.convergate.routing.collect.SharedMap;
import io.convergate.routing.request.RequestFacts;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Everything that is served on one port. Immutable, read by all threads. */
public final class PortTable {
    /** What a pattern begins with whose wildcard stands for exactly one label, as Kubernetes' Ingress has it. */
    public static final String ONE_LABEL = "+.";

    /** Serves nothing. */
    public static final PortTable EMPTY = new PortTable(SharedMap.empty(), HostIndex.empty());

    private final SharedMap<String, VirtualHost> hosts;
    private final HostIndex<VirtualHost> index;

    /**
     * @param hosts by pattern in lower case: a name, {@code *.} and a name for any number of labels before it, {@link #ONE_LABEL}
     *     and a name for exactly one, or {@code *}
     */
    public PortTable(Map<String, VirtualHost> hosts) {
        this(SharedMap.copyOf(hosts), HostIndex.<VirtualHost>empty().with(hosts));
    }

    private PortTable(SharedMap<String, VirtualHost> hosts, HostIndex<VirtualHost> index) {
        this.hosts = hosts;
        this.index = index;
    }

    /** This table with other virtual hosts, or without those that are null; the same instance if there are none. */
    public PortTable with(Map<String, ? extends @Nullable VirtualHost> changes) {
        return changes.isEmpty() ? this : new PortTable(hosts.with(changes), index.with(changes));
    }

    /**
     * Finds the route of a request: one virtual host by its authority, the first route in it that matches. Allocates nothing,
     * unless regular expressions have to be run.
     *
     * @return null if there is no such host or no such route in it: 404 (NR)
     */
    public @Nullable CompiledRoute match(RequestFacts request) {
        VirtualHost host = host(request.authority());
        return host == null ? null : host.match(request);
    }

    /** The virtual host for an authority; null if there is none. */
    public @Nullable VirtualHost host(String authority) {
        return index.find(authority);
    }

    /** The virtual hosts by their pattern. */
    public Map<String, VirtualHost> hosts() {
        return hosts;
    }
}
