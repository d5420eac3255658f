package io.convergate.routing.model;

import java.util.OptionalInt;

/**
 * One of the destinations of a rule. Istio: HTTPRouteDestination.
 *
 * @param destination where to
 * @param weight its share relative to the others; empty means 0, or all for a single one
 * @param headers changes to headers, after the rule's own
 */
public record HttpRouteDestination(Destination destination, OptionalInt weight, Headers headers) {}
