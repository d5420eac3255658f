package io.convergate.node.edge;

/**
 * An endpoint that gets no requests.
 *
 * @param upstream the upstream's name
 * @param address {@code address:port}
 * @param reason why it gets none
 */
public record EndpointState(String upstream, String address, String reason) {}
