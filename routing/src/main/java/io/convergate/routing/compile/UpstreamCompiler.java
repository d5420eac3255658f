package io.convergate.routing.compile;

import io.convergate.routing.breaker.CircuitBreaking;
import io.convergate.routing.health.HealthCheck;
import io.convergate.routing.model.Destination;
import io.convergate.routing.model.DestinationRule;
import io.convergate.routing.model.OutlierDetection;
import io.convergate.routing.model.ServiceEntry;
import io.convergate.routing.model.WorkloadEntry;
import io.convergate.routing.model.policy.CircuitBreakerPolicy;
import io.convergate.routing.outlier.OutlierSettings;
import io.convergate.routing.resolve.BackendTls;
import io.convergate.routing.resolve.NginxUpstream;
import io.convergate.routing.resolve.ResolvedDestination;
import io.convergate.routing.resolve.ServiceRegistry;
import io.convergate.routing.upstream.EndpointSpec;
import io.convergate.routing.upstream.Resolution;
import io.convergate.routing.upstream.Upstream;
import io.convergate.routing.upstream.UpstreamInfo;
import io.convergate.routing.upstream.UpstreamTls;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
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
    /** Several may have one name, seen from different namespaces; any order will do if it is always the same. */
    private static final Comparator<Upstream> BY_NAME = Comparator.comparing(Upstream::name)
            .thenComparing(upstream -> upstream.info().toString());

    private final Function<UpstreamInfo, Object> attachment;
    private final LocalityGroups localities;
    private final Map<UpstreamInfo, Upstream> upstreams = new HashMap<>();
    private final Map<Question, Optional<Upstream>> answers = new HashMap<>();

    /** By how many blocks each upstream is used. */
    private final Map<Upstream, Integer> uses = new IdentityHashMap<>();

    /** Upstreams that may not be used by any block: new ones, and those that a block gave up. */
    private final Set<Upstream> doubtful = Collections.newSetFromMap(new IdentityHashMap<>());

    private List<Upstream> listed = List.of();
    private @Nullable ServiceRegistry registry;

    /** @param nodeLabels the labels of the node, which say where it is */
    UpstreamCompiler(Function<UpstreamInfo, Object> attachment, Map<String, String> nodeLabels) {
        this.attachment = attachment;
        this.localities = new LocalityGroups(nodeLabels);
    }

    /** A destination as seen from a namespace, for requests that come in on a port; 0 where the port is told by itself. */
    private record Question(Destination destination, String namespace, int listenerPort, NginxUpstream wishes) {}

    /** Answers from now on by this registry. */
    void use(ServiceRegistry newRegistry) {
        if (registry != newRegistry) {
            registry = newRegistry;
            answers.clear();
        }
    }

    /** A block uses this upstream from now on. */
    void acquire(Upstream upstream) {
        uses.merge(upstream, 1, Integer::sum);
        if (upstream.standIn() != null) {
            acquire(upstream.standIn());
        }
    }

    /** A block uses this upstream no longer. */
    void release(Upstream upstream) {
        if (uses.merge(upstream, -1, Integer::sum) == 0) {
            uses.remove(upstream);
            doubtful.add(upstream);
        }
        if (upstream.standIn() != null) {
            release(upstream.standIn());
        }
    }

    /** Forgets the upstreams that no block uses; those that remain, by name. */
    List<Upstream> settle() {
        if (doubtful.isEmpty()) {
            return listed;
        }
        List<Upstream> used = new ArrayList<>(listed);
        used.removeAll(doubtful);
        Set<Upstream> dropped = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Upstream upstream : doubtful) {
            if (uses.containsKey(upstream)) {
                used.add(upstream);
            } else {
                upstreams.remove(upstream.info());
                dropped.add(upstream);
            }
        }
        if (!dropped.isEmpty()) {
            answers.values().removeIf(answer -> answer.isPresent() && dropped.contains(answer.get()));
        }
        doubtful.clear();
        used.sort(BY_NAME);
        listed = List.copyOf(used);
        return listed;
    }

    /**
     * The upstream of a destination; null if its host, port or subset is not known, or not resolved in a way that is served, or
     * if TLS must be spoken to it and nobody is trusted.
     *
     * @throws CompileFailure if the service cannot be compiled
     */
    @Nullable
    Upstream find(Destination destination, String namespace, int listenerPort) {
        return find(destination, namespace, listenerPort, NginxUpstream.NONE);
    }

    /** The same as whoever leads to it wishes it, in place of what rules say. */
    @Nullable
    Upstream find(Destination destination, String namespace, int listenerPort, NginxUpstream wishes) {
        Question question =
                new Question(destination, namespace, destination.port().isPresent() ? 0 : listenerPort, wishes);
        return answers.computeIfAbsent(question, this::answer).orElse(null);
    }

    private Optional<Upstream> answer(Question question) {
        ServiceRegistry services = registry;
        if (services == null
                || !(services.resolve(question.destination, question.namespace, question.listenerPort)
                        instanceof ResolvedDestination.Found found)) {
            return Optional.empty();
        }
        Optional<BackendTls.Held> policy =
                services.tls().of(found.service().host(), found.port().name());
        Optional<UpstreamTls> tls = policy.flatMap(BackendTls.Held::settings);
        if (policy.isPresent() && tls.isEmpty()) {
            return Optional.empty();
        }
        try {
            return resolution(found.service().entry().resolution())
                    .map(resolution -> info(found, resolution, services, tls, question.wishes))
                    .map(this::upstream);
        } catch (RuntimeException e) {
            throw new CompileFailure(found.service().source(), e);
        }
    }

    private Upstream upstream(UpstreamInfo info) {
        Upstream known = upstreams.get(info);
        if (known == null) {
            Upstream standIn = info.standIn().map(this::upstream).orElse(null);
            known = new Upstream(info, attachment.apply(info), standIn);
            upstreams.put(info, known);
            doubtful.add(known);
        }
        return known;
    }

    /** Who stands in for a service: as nobody stands in for that one in turn. Empty if it is not known. */
    private Optional<UpstreamInfo> standIn(CircuitBreakerPolicy policy, ServiceRegistry services) {
        return policy.fallback()
                .flatMap(CircuitBreakerPolicy.Fallback::destination)
                .map(destination ->
                        services.resolve(destination, policy.metadata().namespace(), 0))
                .flatMap(resolved -> resolved instanceof ResolvedDestination.Found found
                        ? Optional.of(found)
                        : Optional.<ResolvedDestination.Found>empty())
                .filter(found -> services.tls()
                        .of(found.service().host(), found.port().name())
                        .isEmpty())
                .flatMap(found -> resolution(found.service().entry().resolution())
                        .map(how -> info(
                                found,
                                how,
                                services,
                                Optional.empty(),
                                NginxUpstream.NONE,
                                services.breaker(found).map(CircuitBreakers::of),
                                Optional.empty())));
    }

    private static Optional<Resolution> resolution(ServiceEntry.Resolution resolution) {
        return switch (resolution) {
            case STATIC -> Optional.of(Resolution.STATIC);
            case DNS -> Optional.of(Resolution.DNS);
            case DNS_ROUND_ROBIN -> Optional.of(Resolution.DNS_ROUND_ROBIN);
            case NONE, DYNAMIC_DNS -> Optional.empty();
        };
    }

    private UpstreamInfo info(
            ResolvedDestination.Found found,
            Resolution resolution,
            ServiceRegistry services,
            Optional<UpstreamTls> tls,
            NginxUpstream wishes) {
        Optional<CircuitBreakerPolicy> breaker = services.breaker(found);
        return info(
                found,
                resolution,
                services,
                tls,
                wishes,
                breaker.map(CircuitBreakers::of),
                breaker.flatMap(policy -> standIn(policy, services)));
    }

    private UpstreamInfo info(
            ResolvedDestination.Found found,
            Resolution resolution,
            ServiceRegistry services,
            Optional<UpstreamTls> tls,
            NginxUpstream wishes,
            Optional<CircuitBreaking> breaking,
            Optional<UpstreamInfo> standIn) {
        String host = found.service().host();
        ServiceEntry.Port port = found.port();
        Optional<String> subset = found.subset().map(part -> part.name());
        Map<String, String> labels = found.subset().map(part -> part.labels()).orElse(Map.of());
        TrafficSettings traffic = TrafficSettings.of(found.rules(), found.subset(), port.number());
        Optional<HealthCheck> healthCheck = services.healthCheck(found).map(HealthChecks::of);
        List<EndpointSpec> endpoints = endpoints(found.service(), port, resolution, services).stream()
                .filter(endpoint -> endpoint.labels().entrySet().containsAll(labels.entrySet()))
                .toList();
        return new UpstreamInfo(
                "outbound|" + port.number() + "|" + subset.orElse("") + "|" + host,
                host,
                (int) port.number(),
                subset,
                resolution,
                localities.of(endpoints, traffic.locality(), traffic.outliers().isPresent() || healthCheck.isPresent()),
                traffic.loadBalancing(),
                wishes.hash().or(traffic::hash),
                wishes.connectTimeout().map(traffic.pool()::withConnectTimeout).orElseGet(traffic::pool),
                traffic.slowStart(),
                shared(found.rules()) ? traffic.outliers().map(OutlierSettings::forAllNodes) : traffic.outliers(),
                healthCheck,
                breaking,
                standIn,
                tls);
    }

    /** Whether a rule says that all nodes leave out what most of them do. */
    private static boolean shared(List<DestinationRule> rules) {
        return rules.stream()
                .anyMatch(rule -> OutlierDetection.CLUSTER.equals(
                        rule.metadata().annotations().get(OutlierDetection.SCOPE)));
    }

    /** A service that is resolved by DNS and names no endpoints is its own endpoint. */
    private static List<EndpointSpec> endpoints(
            ServiceRegistry.Service service, ServiceEntry.Port port, Resolution resolution, ServiceRegistry services) {
        List<WorkloadEntry> places = services.endpoints(service.entry());
        boolean selects = service.entry().workloadSelector().isPresent();
        if (places.isEmpty() && !selects && resolution != Resolution.STATIC) {
            int number = (int) port.targetPort().orElse(port.number());
            return List.of(new EndpointSpec(service.host(), number, 1, Map.of(), ""));
        }
        return places.stream()
                .filter(endpoint -> endpoint.address().isPresent())
                .filter(endpoint -> number(endpoint, port) != ServiceRegistry.NO_PORT)
                .limit(resolution == Resolution.DNS_ROUND_ROBIN ? 1 : Long.MAX_VALUE)
                .map(endpoint -> endpoint(endpoint, port))
                .toList();
    }

    private static long number(WorkloadEntry endpoint, ServiceEntry.Port port) {
        return endpoint.ports().getOrDefault(port.name(), port.targetPort().orElse(port.number()));
    }

    private static EndpointSpec endpoint(WorkloadEntry endpoint, ServiceEntry.Port port) {
        return new EndpointSpec(
                endpoint.address().orElseThrow(),
                (int) number(endpoint, port),
                (int) Math.max(1, endpoint.weight().orElse(1)),
                endpoint.labels(),
                endpoint.locality().orElse(""));
    }
}
