package io.convergate.node.edge;

import io.convergate.routing.match.ListenerId;
import java.net.InetSocketAddress;

/**
 * A listener that a Gateway asks for, as it is on this node.
 *
 * @param id the Gateway's port, and the address if it names one
 * @param address where it is bound, or should be; a port map makes its port another one
 * @param isOpen whether it takes connections
 * @param problem why not; empty if it does
 */
public record ListenerState(ListenerId id, InetSocketAddress address, boolean isOpen, String problem) {
    public static ListenerState open(ListenerId id, InetSocketAddress address) {
        return new ListenerState(id, address, true, "");
    }

    public static ListenerState failed(ListenerId id, InetSocketAddress address, String problem) {
        return new ListenerState(id, address, false, problem);
    }
}
