package io.convergate.routing.match;

import io.convergate.routing.request.IpAddresses;
import java.util.Comparator;

/**
 * What tells one listener from another, and by which routes are chosen: each has virtual hosts of its own. Istio:
 * gatewayRDSRouteName.
 *
 * @param port the TCP port that a Gateway names, 1 to 65535
 * @param bind the address that its server names, an IPv6 one in its long form ({@code 0:0:0:0:0:0:0:1}); empty if none, or the node's own
 */
public record ListenerId(int port, String bind) implements Comparable<ListenerId> {
    private static final Comparator<ListenerId> ORDER =
            Comparator.comparingInt(ListenerId::port).thenComparing(ListenerId::bind);

    public ListenerId {
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException(port + " (expected: 1 to 65535)");
        }
        bind = IpAddresses.canonical(bind);
    }

    /** The listener on the node's own address. */
    public static ListenerId of(int port) {
        return new ListenerId(port, "");
    }

    @Override
    public int compareTo(ListenerId other) {
        return ORDER.compare(this, other);
    }
}
