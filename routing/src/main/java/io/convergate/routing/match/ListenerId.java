package io.convergate.routing.match;

import java.util.Comparator;

/**
 * What tells one listener from another, and by which routes are chosen: each has virtual hosts of its own. Istio:
 * gatewayRDSRouteName.
 *
 * @param port the TCP port that a Gateway names, 1 to 65535
 * @param bind the address that its server names; empty if none, or the node's own
 */
public record ListenerId(int port, String bind) implements Comparable<ListenerId> {
    private static final Comparator<ListenerId> ORDER =
            Comparator.comparingInt(ListenerId::port).thenComparing(ListenerId::bind);

    public ListenerId {
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException(port + " (expected: 1 to 65535)");
        }
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
