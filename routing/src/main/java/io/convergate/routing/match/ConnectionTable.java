package io.convergate.routing.match;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where connections of one port go that are not read as HTTP: TLS connections by the server name their client asks for, others
 * all to one place. Immutable, read by all threads.
 */
public final class ConnectionTable {
    private final Map<String, CompiledRoute> byServerName;
    private final HostIndex<CompiledRoute> index;
    private final @Nullable CompiledRoute any;

    /**
     * @param byServerName routes by pattern in lower case: a name, {@code *.} and a name, or {@code *}
     * @param any the route of connections without TLS; null if there is none
     */
    public ConnectionTable(Map<String, CompiledRoute> byServerName, @Nullable CompiledRoute any) {
        this.byServerName = Map.copyOf(byServerName);
        this.index = HostIndex.<CompiledRoute>empty().with(byServerName);
        this.any = any;
    }

    /** The route for a server name: the exact name's, else the longest suffix's, else that of {@code *}; null if there is none. */
    public @Nullable CompiledRoute match(String serverName) {
        return index.find(serverName);
    }

    /** The route of connections without TLS; null if there is none. */
    public @Nullable CompiledRoute any() {
        return any;
    }

    /** The routes by pattern of the server name. */
    public Map<String, CompiledRoute> byServerName() {
        return byServerName;
    }
}
