package io.convergate.routing.upstream;

import java.util.List;
import java.util.Objects;

/**
 * Endpoints of an upstream that stand together. Requests go to the groups of the lowest priority as long as enough of these
 * are healthy, and among groups of one priority by weight.
 *
 * @param name what they have in common, for people; empty for the only group there is
 * @param priority 0 for those that come first; no number is left out
 * @param weight the share relative to the other groups of the same priority, at least 1
 * @param endpoints the endpoints; may be empty
 */
public record EndpointGroup(String name, int priority, int weight, List<EndpointSpec> endpoints) {
    public EndpointGroup {
        Objects.requireNonNull(name, "name");
        if (priority < 0 || weight < 1) {
            throw new IllegalArgumentException(priority + ", " + weight + " (expected: from 0, from 1)");
        }
        endpoints = List.copyOf(endpoints);
    }

    /** The only group: all endpoints are alike. */
    public static List<EndpointGroup> all(List<EndpointSpec> endpoints) {
        return List.of(new EndpointGroup("", 0, 1, endpoints));
    }
}
