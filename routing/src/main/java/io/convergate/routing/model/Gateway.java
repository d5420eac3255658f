package io.convergate.routing.model;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Ports that nodes listen on, and the hosts they serve there. Istio: networking Gateway.
 *
 * @param apiVersion the API group and version it was written in
 * @param metadata its name and labels
 * @param selector the labels of the nodes that serve it; empty means every node
 * @param servers what is served
 */
public record Gateway(String apiVersion, Metadata metadata, Map<String, String> selector, List<Server> servers)
        implements Resource {
    public static final String KIND = "Gateway";

    /** The annotation that says in which order the routes of virtual services are tried on its hosts. */
    public static final String ROUTE_ORDER = "convergate.io/route-order";

    /** Istio's order, the default: the oldest virtual service first, each in its own order. */
    public static final String AS_WRITTEN = "as-written";

    /** Kubernetes' order: the most specific route first, whichever virtual service it is of. */
    public static final String MOST_SPECIFIC_FIRST = "most-specific-first";

    public Gateway {
        Objects.requireNonNull(apiVersion, "apiVersion");
        Objects.requireNonNull(metadata, "metadata");
        selector = Map.copyOf(selector);
        servers = List.copyOf(servers);
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public Gateway with(Metadata metadata) {
        return new Gateway(apiVersion, metadata, selector, servers);
    }

    /** Whether it asks for the most specific route first. */
    public boolean isMostSpecificFirst() {
        return MOST_SPECIFIC_FIRST.equals(metadata.annotations().get(ROUTE_ORDER));
    }

    /**
     * One port and its hosts.
     *
     * @param port where to listen
     * @param bind the address to listen on; empty means every address of the node
     * @param hosts the hosts served, each {@code [namespace/]host}
     * @param tls how TLS is spoken, or that clients are sent to https
     * @param name a unique name, for statistics
     * @param defaultEndpoint read, never used, as in Istio
     */
    public record Server(
            Port port,
            Optional<String> bind,
            List<String> hosts,
            Optional<ServerTls> tls,
            Optional<String> name,
            Optional<String> defaultEndpoint) {
        public Server {
            Objects.requireNonNull(port, "port");
            hosts = List.copyOf(hosts);
        }
    }

    /**
     * A port of a server.
     *
     * @param number 1 to 65535
     * @param protocol what is spoken there
     * @param name a name, unique within the gateway
     * @param targetPort deprecated in Istio, refused on a gateway
     */
    public record Port(long number, Protocol protocol, String name, OptionalLong targetPort) {}
}
