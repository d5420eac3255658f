package io.convergate.node.admin.api;

/**
 * An endpoint that gets no requests from the node that says so.
 *
 * @param upstream the upstream, as {@code outbound|80|v1|shop}
 * @param address {@code address:port}
 * @param reason why it gets none
 */
public record EndpointView(String upstream, String address, String reason) {}
