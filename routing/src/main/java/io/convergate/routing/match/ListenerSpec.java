package io.convergate.routing.match;

import io.convergate.routing.model.Protocol;
import java.util.Objects;

/**
 * A socket to listen on.
 *
 * @param id its port and address
 * @param protocol what is spoken there; of the plain HTTP family
 */
public record ListenerSpec(ListenerId id, Protocol protocol) {
    public ListenerSpec {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(protocol, "protocol");
    }
}
