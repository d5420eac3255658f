package io.convergate.routing.resolve;

import io.convergate.routing.match.ListenerId;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.model.gatewayapi.KubernetesGateway;
import io.convergate.routing.model.gatewayapi.Listener;
import io.convergate.routing.model.gatewayapi.ListenerSet;
import io.convergate.routing.resolve.GatewayListener.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Finds out which listeners of our gateways are served: those that are distinct, and speak what is spoken here. */
final class GatewayListeners {
    private final GatewayApi api;
    private final Map<ResourceKey, List<GatewayListener>> found = new TreeMap<>();

    private GatewayListeners(GatewayApi api) {
        this.api = api;
    }

    /** The listeners by the gateway or set that says them. */
    static Map<ResourceKey, List<GatewayListener>> of(GatewayApi api) {
        GatewayListeners listeners = new GatewayListeners(api);
        api.all(KubernetesGateway.class).filter(api::isOurs).forEach(listeners::add);
        return listeners.found;
    }

    private void add(KubernetesGateway gateway) {
        boolean accepted = api.objection(gateway).isEmpty();
        List<GatewayListener> own = new ArrayList<>();
        for (Listener listener : gateway.listeners()) {
            Optional<Fault> conflict = gateway.listeners().stream()
                    .filter(other -> other != listener)
                    .flatMap(other -> conflict(listener, other).stream())
                    .findFirst();
            own.add(judged(gateway.key(), gateway, listener, conflict, accepted));
        }
        found.put(gateway.key(), own);
        List<Listener> taken = new ArrayList<>(gateway.listeners());
        api.all(ListenerSet.class)
                .filter(set -> api.gatewayOf(set).filter(gateway::equals).isPresent())
                .forEach(set -> add(set, gateway, taken, accepted));
    }

    /** Of two that conflict the gateway's own wins, then the older set's. */
    private void add(ListenerSet set, KubernetesGateway gateway, List<Listener> taken, boolean accepted) {
        boolean allowed = api.includes(
                gateway.allowedListeners(),
                gateway.metadata().namespace(),
                set.metadata().namespace());
        List<GatewayListener> listeners = new ArrayList<>();
        for (Listener listener : set.listeners()) {
            Optional<Fault> conflict = taken.stream()
                    .flatMap(other -> conflict(listener, other).stream())
                    .findFirst();
            GatewayListener judged = judged(set.key(), gateway, listener, conflict, accepted);
            listeners.add(allowed ? judged : judged.with(Fault.NOT_ALLOWED));
            if (allowed && conflict.isEmpty()) {
                taken.add(listener);
            }
        }
        found.put(set.key(), listeners);
    }

    private GatewayListener judged(
            ResourceKey owner,
            KubernetesGateway gateway,
            Listener listener,
            Optional<Fault> conflict,
            boolean accepted) {
        Optional<Fault> fault = conflict;
        if (fault.isEmpty() && !api.speaks(listener.protocol())) {
            fault = Optional.of(Fault.UNSUPPORTED_PROTOCOL);
        }
        if (fault.isEmpty() && !accepted) {
            fault = Optional.of(Fault.GATEWAY_NOT_ACCEPTED);
        }
        if (listener.port() < 1 || listener.port() > 65535) {
            return new GatewayListener(owner, gateway.key(), listener, List.of(), Optional.of(Fault.PORT_UNAVAILABLE));
        }
        int port = (int) listener.port();
        List<ListenerId> sockets = gateway.addresses().stream()
                .map(address -> new ListenerId(port, address.value().orElse("")))
                .toList();
        return new GatewayListener(
                owner, gateway.key(), listener, sockets.isEmpty() ? List.of(ListenerId.of(port)) : sockets, fault);
    }

    /** Gateway API: listeners are distinct by port, protocol and, where the protocol has one, hostname. */
    private static Optional<Fault> conflict(Listener one, Listener other) {
        if (one.port() != other.port()
                || one.protocol().equals(Listener.UDP) != other.protocol().equals(Listener.UDP)) {
            return Optional.empty();
        }
        boolean bothTls = isTls(one) && isTls(other);
        boolean bothHttp =
                one.protocol().equals(Listener.HTTP) && other.protocol().equals(Listener.HTTP);
        if (!bothTls && !bothHttp) {
            return Optional.of(Fault.PROTOCOL_CONFLICT);
        }
        return one.hostname().equals(other.hostname()) ? Optional.of(Fault.HOSTNAME_CONFLICT) : Optional.empty();
    }

    private static boolean isTls(Listener listener) {
        return listener.protocol().equals(Listener.HTTPS) || listener.protocol().equals(Listener.TLS);
    }
}
