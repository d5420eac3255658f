package io.convergate.node.edge;

import java.net.InetSocketAddress;

/**
 * A port that a Gateway asks for, as it is on this node.
 *
 * @param port the Gateway's port
 * @param address where it is bound, or should be; a port map makes its port another one
 * @param isOpen whether it takes connections
 * @param problem why not; empty if it does
 */
public record ListenerState(int port, InetSocketAddress address, boolean isOpen, String problem) {
    public static ListenerState open(int port, InetSocketAddress address) {
        return new ListenerState(port, address, true, "");
    }

    public static ListenerState failed(int port, InetSocketAddress address, String problem) {
        return new ListenerState(port, address, false, problem);
    }
}
