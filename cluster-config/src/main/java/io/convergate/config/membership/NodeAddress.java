package io.convergate.config.membership;

import io.convergate.routing.request.IpAddresses;
import java.util.Comparator;
import org.apache.pekko.actor.Address;

/**
 * Where a node's cluster transport listens. Ordered by host, as text, then port.
 *
 * @param host an IP address without brackets, an IPv6 one in its long form
 * @param port 1 to 65535
 */
public record NodeAddress(String host, int port) implements Comparable<NodeAddress> {
    /** The name of every cluster system, part of every Pekko address. */
    public static final String SYSTEM = "convergate";

    private static final Comparator<NodeAddress> ORDER =
            Comparator.comparing(NodeAddress::host).thenComparing(NodeAddress::port);

    public NodeAddress {
        host = IpAddresses.canonical(host);
        if (host.isEmpty() || port < 1 || port > 65535) {
            throw new IllegalArgumentException(host + ":" + port + " (expected: host and a port from 1 to 65535)");
        }
    }

    /**
     * Reads {@code host} or {@code host:port}; an IPv6 address with a port stands in brackets.
     *
     * @throws IllegalArgumentException if it is neither
     */
    public static NodeAddress parse(String text, int defaultPort) {
        int colon = text.lastIndexOf(':');
        boolean withPort = colon > 0 && (text.indexOf(':') == colon || text.charAt(colon - 1) == ']');
        String host = withPort ? text.substring(0, colon) : text;
        int port = withPort ? Integer.parseInt(text.substring(colon + 1)) : defaultPort;
        return new NodeAddress(withoutBrackets(host), port);
    }

    /** The node of a Pekko address, in which an IPv6 address stands in brackets. */
    static NodeAddress of(Address address) {
        return new NodeAddress(
                withoutBrackets(address.getHost().orElse("?")),
                address.getPort().orElse(1));
    }

    /** This node as a Pekko address. */
    Address toPekko() {
        return new Address("pekko", SYSTEM, hostInAddress(), port);
    }

    private static String withoutBrackets(String host) {
        return host.replace("[", "").replace("]", "");
    }

    private String hostInAddress() {
        return host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    }

    @Override
    public int compareTo(NodeAddress other) {
        return ORDER.compare(this, other);
    }

    /** What {@link #parse} reads. */
    @Override
    public String toString() {
        return hostInAddress() + ":" + port;
    }
}
