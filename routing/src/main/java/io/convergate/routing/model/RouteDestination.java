package io.convergate.routing.model;

import java.util.OptionalInt;

/**
 * One of the destinations of a rule for connections. Istio: RouteDestination.
 *
 * @param destination where to
 * @param weight its share relative to the others
 */
public record RouteDestination(Destination destination, OptionalInt weight) {}
