package io.convergate.routing.match;

import io.convergate.routing.request.RequestFacts;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Everything that is served on one port. Immutable, read by all threads. */
public final class PortTable {
    private final Map<String, VirtualHost> hosts;
    private final HostIndex index;

    /** @param hosts by pattern in lower case: a name, {@code *.} and a name, or {@code *} */
    public PortTable(Map<String, VirtualHost> hosts) {
        this.hosts = Map.copyOf(hosts);
        this.index = new HostIndex(hosts);
    }

    /**
     * Finds the route of a request: one virtual host by its authority, the first route in it that matches. Allocates nothing,
     * unless regular expressions have to be run.
     *
     * @return null if there is no such host or no such route in it: 404 (NR)
     */
    public @Nullable CompiledRoute match(RequestFacts request) {
        VirtualHost host = index.find(request.authority());
        return host == null ? null : host.match(request);
    }

    /** The virtual hosts by their pattern. */
    public Map<String, VirtualHost> hosts() {
        return hosts;
    }
}
