package io.convergate.node.admin.api;

/**
 * One listener that a Gateway asks for.
 *
 * @param port the port the Gateway names
 * @param address where it is bound, {@code host:port}
 * @param open whether it takes connections
 * @param reason why it does not; empty if it does
 */
public record ListenerView(int port, String address, boolean open, String reason) {}
