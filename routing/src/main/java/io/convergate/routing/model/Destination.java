package io.convergate.routing.model;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * A service that requests can go to. Istio: Destination.
 *
 * @param host its host; a short name is completed with the virtual service's namespace
 * @param subset the subset of it, as a destination rule names it
 * @param port its port; may be left out where the service has only one
 */
public record Destination(String host, Optional<String> subset, OptionalLong port) {
    /** As people say it: {@code reviews:9080 v1}. */
    @Override
    public String toString() {
        return host
                + (port.isPresent() ? ":" + port.getAsLong() : "")
                + subset.map(part -> " " + part).orElse("");
    }
}
