package io.convergate.routing.match;

import io.convergate.routing.model.Protocol;
import java.util.Objects;
import java.util.Optional;

/**
 * A socket to listen on.
 *
 * @param port the TCP port, 1 to 65535
 * @param protocol what is spoken there; of the plain HTTP family
 * @param bind the address; empty means every address of the node
 */
public record ListenerSpec(int port, Protocol protocol, Optional<String> bind) {
    public ListenerSpec {
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException(port + " (expected: 1 to 65535)");
        }
        Objects.requireNonNull(protocol, "protocol");
        Objects.requireNonNull(bind, "bind");
    }
}
