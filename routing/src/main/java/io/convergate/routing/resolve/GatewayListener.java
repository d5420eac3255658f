package io.convergate.routing.resolve;

import io.convergate.routing.match.ListenerId;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.model.gatewayapi.GatewayClass;
import io.convergate.routing.model.gatewayapi.GatewayRoute;
import io.convergate.routing.model.gatewayapi.Listener;
import io.convergate.routing.model.gatewayapi.Listener.GroupKind;
import java.util.List;
import java.util.Optional;

/**
 * A listener of a gateway of ours, and what became of it.
 *
 * @param owner the gateway or listener set that says so
 * @param gateway the gateway
 * @param listener what was written
 * @param sockets where it listens
 * @param fault why it is not served; empty if it is
 */
public record GatewayListener(
        ResourceKey owner, ResourceKey gateway, Listener listener, List<ListenerId> sockets, Optional<Fault> fault) {
    public GatewayListener {
        sockets = List.copyOf(sockets);
    }

    /** Why a listener is not served. */
    public enum Fault {
        HOSTNAME_CONFLICT("HostnameConflict", "each port, protocol and hostname once"),
        PROTOCOL_CONFLICT("ProtocolConflict", "one protocol for a port"),
        /** Only of what another version accepted. */
        PORT_UNAVAILABLE("PortUnavailable", "a port from 1 to 65535"),
        UNSUPPORTED_PROTOCOL("UnsupportedProtocol", "HTTP: nothing else is listened for yet"),
        NOT_ALLOWED("NotAllowed", "a gateway whose allowedListeners take sets of this namespace"),
        GATEWAY_NOT_ACCEPTED("Invalid", "a gateway that is accepted");

        private final String reason;
        private final String expected;

        Fault(String reason, String expected) {
            this.reason = reason;
            this.expected = expected;
        }

        /** Gateway API's word for it. */
        public String reason() {
            return reason;
        }

        /** What would be right. */
        public String expected() {
            return expected;
        }

        /** Whether another listener is in the way. */
        public boolean isConflict() {
            return this == HOSTNAME_CONFLICT || this == PROTOCOL_CONFLICT;
        }
    }

    GatewayListener with(Fault other) {
        return new GatewayListener(owner, gateway, listener, sockets, Optional.of(other));
    }

    /** The host pattern it serves. */
    public String host() {
        return listener.hostname().map(HostNames::canonical).orElse("*");
    }

    /** Whether what comes in is read as requests, once TLS is ended if there is any. */
    public boolean carriesRequests() {
        return listener.protocol().equals(Listener.HTTP) || listener.protocol().equals(Listener.HTTPS);
    }

    /** The kinds of routes that go with its protocol. */
    private List<GroupKind> kindsOfProtocol() {
        List<GatewayRoute.Type> types =
                switch (listener.protocol()) {
                    case Listener.HTTP, Listener.HTTPS -> List.of(GatewayRoute.Type.HTTP, GatewayRoute.Type.GRPC);
                    case Listener.TLS -> List.of(GatewayRoute.Type.TLS);
                    case Listener.TCP -> List.of(GatewayRoute.Type.TCP);
                    case Listener.UDP -> List.of(GatewayRoute.Type.UDP);
                    default -> List.of();
                };
        return types.stream()
                .map(type -> new GroupKind(GatewayClass.GROUP, type.kind()))
                .toList();
    }

    /** The kinds of routes it takes. */
    public List<GroupKind> supportedKinds() {
        List<GroupKind> wanted = listener.allowedRoutes().kinds();
        return kindsOfProtocol().stream()
                .filter(kind -> wanted.isEmpty() || wanted.contains(kind))
                .toList();
    }

    /** Whether all kinds that it is to take go with its protocol. */
    public boolean hasValidKinds() {
        return kindsOfProtocol().containsAll(listener.allowedRoutes().kinds());
    }

    /** Whether it takes routes of a kind. */
    boolean takes(GatewayRoute route) {
        return supportedKinds().contains(new GroupKind(GatewayClass.GROUP, route.kind()));
    }
}
