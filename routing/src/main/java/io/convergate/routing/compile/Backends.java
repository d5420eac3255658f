package io.convergate.routing.compile;

import io.convergate.routing.model.Destination;
import io.convergate.routing.model.ServiceEntry;
import io.convergate.routing.resolve.NginxUpstream;
import io.convergate.routing.resolve.ServiceRegistry;
import io.convergate.routing.upstream.Upstream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The upstreams that the routes of a block lead to, by what these say of them. Confined to the compiler's thread. */
final class Backends {
    private final UpstreamCompiler compiler;
    private final int listenerPort;
    private final Map<Target, Optional<Upstream>> found = new LinkedHashMap<>();
    private ServiceRegistry registry;

    /** @param listenerPort the port of the listener, which is the service's where nothing else says it */
    Backends(UpstreamCompiler compiler, ServiceRegistry registry, int listenerPort) {
        this.compiler = compiler;
        this.registry = registry;
        this.listenerPort = listenerPort;
    }

    /**
     * A destination as seen from a namespace.
     *
     * @param portName the name of its port, where that is said instead of the number; empty otherwise
     * @param wishes what is wished of it in place of what rules say
     */
    private record Target(Destination destination, String namespace, String portName, NginxUpstream wishes) {}

    /** The upstream of a destination; null if it is not known. */
    @Nullable
    Upstream find(Destination destination, String namespace) {
        return find(destination, namespace, NginxUpstream.NONE);
    }

    /** The upstream of a destination as it is wished; null if it is not known. */
    @Nullable
    Upstream find(Destination destination, String namespace, NginxUpstream wishes) {
        return find(new Target(destination, namespace, "", wishes));
    }

    /** The upstream of a service's port by the port's name; null if it is not known. */
    @Nullable
    Upstream find(String host, String portName, String namespace, NginxUpstream wishes) {
        Destination service = new Destination(host, Optional.empty(), OptionalLong.empty());
        return find(new Target(service, namespace, portName, wishes));
    }

    private @Nullable Upstream find(Target target) {
        return found.computeIfAbsent(target, key -> Optional.ofNullable(ask(key, registry)))
                .orElse(null);
    }

    private @Nullable Upstream ask(Target target, ServiceRegistry services) {
        if (target.portName().isEmpty()) {
            return compiler.find(target.destination(), target.namespace(), listenerPort, target.wishes());
        }
        String host = target.destination().host();
        return services.service(host, target.namespace()).stream()
                .flatMap(service -> service.entry().ports().stream())
                .filter(port -> port.name().equals(target.portName()))
                .map(ServiceEntry.Port::number)
                .findFirst()
                .map(number -> compiler.find(
                        new Destination(host, Optional.empty(), OptionalLong.of(number)),
                        target.namespace(),
                        listenerPort,
                        target.wishes()))
                .orElse(null);
    }

    /** Whether asking again would find the same. */
    boolean areCurrent(ServiceRegistry now) {
        if (registry == now) {
            return true;
        }
        boolean same = found.entrySet().stream()
                .allMatch(entry -> ask(entry.getKey(), now) == entry.getValue().orElse(null));
        if (same) {
            registry = now;
        }
        return same;
    }

    /** All that were found. */
    Iterable<Upstream> upstreams() {
        return found.values().stream().flatMap(Optional::stream)::iterator;
    }
}
