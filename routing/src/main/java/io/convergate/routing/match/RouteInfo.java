package io.convergate.routing.match;

import io.convergate.routing.model.ResourceKey;

/**
 * What a route is called and where it comes from; for metrics, logs and explanations.
 *
 * @param name Istio's form {@code route.match}: the names of the rule and of its match, joined with a dot; empty if
 *     neither has one
 * @param source the resource that says so
 * @param virtualHost the host pattern under which it was chosen, such as {@code *.example.com}
 * @param port the port of the listener
 */
public record RouteInfo(String name, ResourceKey source, String virtualHost, int port) {}
