package io.convergate.routing.compile;

import io.convergate.routing.model.Destination;
import io.convergate.routing.model.ServiceEntry;
import io.convergate.routing.model.WorkloadEntry;
import io.convergate.routing.resolve.ResolvedDestination;
import io.convergate.routing.resolve.ServiceRegistry;
import io.convergate.routing.upstream.EndpointSpec;
import io.convergate.routing.upstream.Resolution;
import io.convergate.routing.upstream.Upstream;
import io.convergate.routing.upstream.UpstreamInfo;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * From destinations to upstreams. An upstream is known by everything that is configured about it: as long as that is equal,
 * compilations get the same instance, whichever resources say it. Confined to the compiler's thread.
 */
final class UpstreamCompiler {
    private final Function<UpstreamInfo, Object> attachment;
    private final Map<UpstreamInfo, Upstream> upstreams = new HashMap<>();
    private final Map<Question, Optional<Upstream>> answers = new HashMap<>();
    private @Nullable ServiceRegistry registry;

    UpstreamCompiler(Function<UpstreamInfo, Object> attachment) {
        this.attachment = attachment;
    }

    /** A destination as seen from a namespace, for requests that come in on a port; 0 where the port is told by itself. */
    private record Question(Destination destination, String namespace, int listenerPort) {}

    /** Answers from now on by this registry. */
    void use(ServiceRegistry newRegistry) {
        if (registry != newRegistry) {
            registry = newRegistry;
            answers.clear();
        }
    }

    /** Forgets the upstreams that are no longer used. */
    void retain(Collection<Upstream> used) {
        upstreams.values().retainAll(Set.copyOf(used));
        answers.values()
                .removeIf(answer -> answer.isPresent()
                        && !upstreams.containsKey(answer.get().info()));
    }

    /**
     * The upstream of a destination; null if its host, port or subset is not known, or not resolved in a way that is served.
     *
     * @throws CompileFailure if the service cannot be compiled
     */
    @Nullable
    Upstream find(Destination destination, String namespace, int listenerPort) {
        Question question =
                new Question(destination, namespace, destination.port().isPresent() ? 0 : listenerPort);
        return answers.computeIfAbsent(question, this::answer).orElse(null);
    }

    private Optional<Upstream> answer(Question question) {
        ServiceRegistry services = registry;
        if (services == null
                || !(services.resolve(question.destination, question.namespace, question.listenerPort)
                        instanceof ResolvedDestination.Found found)) {
            return Optional.empty();
        }
        try {
            return resolution(found.service().entry().resolution())
                    .map(resolution -> info(found, resolution))
                    .map(info -> upstreams.computeIfAbsent(info, key -> new Upstream(key, attachment.apply(key))));
        } catch (RuntimeException e) {
            throw new CompileFailure(found.service().entry(), e);
        }
    }

    private static Optional<Resolution> resolution(ServiceEntry.Resolution resolution) {
        return switch (resolution) {
            case STATIC -> Optional.of(Resolution.STATIC);
            case DNS -> Optional.of(Resolution.DNS);
            case DNS_ROUND_ROBIN -> Optional.of(Resolution.DNS_ROUND_ROBIN);
            case NONE, DYNAMIC_DNS -> Optional.empty();
        };
    }

    private static UpstreamInfo info(ResolvedDestination.Found found, Resolution resolution) {
        String host = found.service().host();
        ServiceEntry.Port port = found.port();
        Optional<String> subset = found.subset().map(part -> part.name());
        Map<String, String> labels = found.subset().map(part -> part.labels()).orElse(Map.of());
        TrafficSettings traffic = TrafficSettings.of(found.rules(), found.subset(), port.number());
        return new UpstreamInfo(
                "outbound|" + port.number() + "|" + subset.orElse("") + "|" + host,
                host,
                (int) port.number(),
                subset,
                resolution,
                endpoints(found.service(), port, resolution).stream()
                        .filter(endpoint -> endpoint.labels().entrySet().containsAll(labels.entrySet()))
                        .toList(),
                traffic.loadBalancing(),
                traffic.pool());
    }

    /** A service that is resolved by DNS and names no endpoints is its own endpoint. */
    private static List<EndpointSpec> endpoints(
            ServiceRegistry.Service service, ServiceEntry.Port port, Resolution resolution) {
        List<WorkloadEntry> written = service.entry().endpoints();
        if (written.isEmpty() && resolution != Resolution.STATIC) {
            int number = (int) port.targetPort().orElse(port.number());
            return List.of(new EndpointSpec(service.host(), number, 1, Map.of(), ""));
        }
        return written.stream()
                .filter(endpoint -> endpoint.address().isPresent()
                        && !endpoint.address().get().startsWith("unix:"))
                .map(endpoint -> endpoint(endpoint, port))
                .toList();
    }

    private static EndpointSpec endpoint(WorkloadEntry endpoint, ServiceEntry.Port port) {
        long number =
                endpoint.ports().getOrDefault(port.name(), port.targetPort().orElse(port.number()));
        return new EndpointSpec(
                endpoint.address().orElseThrow(),
                (int) number,
                (int) Math.max(1, endpoint.weight().orElse(1)),
                endpoint.labels(),
                endpoint.locality().orElse(""));
    }
}
