package io.convergate.routing.resolve;

import io.convergate.routing.model.Destination;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.model.gatewayapi.BackendRef;
import io.convergate.routing.model.gatewayapi.GatewayClass;
import io.convergate.routing.model.gatewayapi.GatewayRoute;
import io.convergate.routing.model.gatewayapi.KubernetesGateway;
import io.convergate.routing.model.gatewayapi.Listener;
import io.convergate.routing.model.gatewayapi.ListenerSet;
import io.convergate.routing.model.gatewayapi.ParentRef;
import io.convergate.routing.model.gatewayapi.ReferenceGrant;
import io.convergate.routing.model.gatewayapi.RouteFilter;
import io.convergate.routing.model.k8s.Ingress;
import io.convergate.routing.resolve.ResourceStatus.Condition;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Derives the status of Gateway API's resources, with the conditions and reasons that it specifies, and of Ingresses. */
public final class GatewayApiStatus {
    private static final String ACCEPTED = "Accepted";
    private static final String PROGRAMMED = "Programmed";
    private static final String RESOLVED_REFS = "ResolvedRefs";
    private static final String INVALID = "Invalid";

    private final Configuration configuration;
    private final GatewayApi api;
    private final StatusFacts facts;

    /** How many routes each listener has taken; empty until somebody asks. */
    private Optional<Map<GatewayListener, Integer>> attached = Optional.empty();

    /** Derives from this configuration; confined to one thread. */
    public GatewayApiStatus(Configuration configuration, StatusFacts facts) {
        this.configuration = configuration;
        this.api = configuration.gatewayApi();
        this.facts = facts;
    }

    /** The status of a resource; empty for one that has none, or whose class is somebody else's. */
    public Optional<ResourceStatus> of(Resource resource) {
        if (resource instanceof GatewayClass one) {
            return of(one);
        }
        if (resource instanceof KubernetesGateway gateway) {
            return api.isServed(gateway) ? Optional.of(of(gateway)) : Optional.empty();
        }
        if (resource instanceof ListenerSet set) {
            boolean ours = api.gatewayOf(set).filter(api::isServed).isPresent();
            return ours ? Optional.of(of(set)) : Optional.empty();
        }
        if (resource instanceof Ingress ingress) {
            return Optional.of(of(ingress));
        }
        return resource instanceof GatewayRoute route ? Optional.of(of(route)) : Optional.empty();
    }

    /** Says conditions of a resource, which have held since the newest of their causes was written. */
    private final class Teller {
        private final Resource of;
        private final String since;

        /** @param causes what the conditions follow from beside the resource itself; may name what is not there */
        Teller(Resource of, Stream<ResourceKey> causes) {
            this.of = of;
            this.since = Stream.concat(Stream.of(of.key()), causes)
                    .flatMap(key -> written(key).stream())
                    .max(Comparator.naturalOrder())
                    .map(time -> time.truncatedTo(ChronoUnit.SECONDS).toString())
                    .orElse(Condition.UNKNOWN_TIME);
        }

        Condition say(String type, boolean holds, String reason, String message) {
            return new Condition(
                    type,
                    holds ? "True" : "False",
                    reason,
                    message,
                    of.metadata().generation(),
                    since);
        }
    }

    private Optional<Instant> written(ResourceKey key) {
        return facts.written().apply(key).or(() -> Optional.ofNullable(
                        configuration.resources().get(key))
                .flatMap(resource -> resource.metadata().creationTimestamp()));
    }

    private static ResourceKey classOf(KubernetesGateway gateway) {
        return new ResourceKey(GatewayClass.GROUP, GatewayClass.KIND, "", gateway.className());
    }

    /** A gateway and its class. */
    private Stream<ResourceKey> withClass(ResourceKey gateway) {
        return configuration.resources().get(gateway) instanceof KubernetesGateway found
                ? Stream.of(gateway, classOf(found))
                : Stream.of(gateway);
    }

    private ResourceStatus of(Ingress ingress) {
        return new ResourceStatus.OfIngress(new ResourceStatus.LoadBalancer(
                configuration.ingresses().isServed(ingress)
                        ? facts.addresses().stream()
                                .map(address -> Map.of(
                                        address.type().equals(ResourceStatus.Address.IP) ? "ip" : "hostname",
                                        address.value()))
                                .toList()
                        : List.of()));
    }

    private Optional<ResourceStatus> of(GatewayClass one) {
        if (!one.controllerName().equals(GatewayClass.CONTROLLER)) {
            return Optional.empty();
        }
        boolean accepted = one.parameters().isEmpty();
        String reason = accepted ? ACCEPTED : "InvalidParameters";
        return Optional.of(new ResourceStatus.OfClass(
                List.of(new Teller(one, Stream.empty())
                        .say(ACCEPTED, accepted, reason, accepted ? "" : "a class has no parameters here")),
                SupportedFeatures.ALL.stream().map(ResourceStatus.Feature::new).toList()));
    }

    private ResourceStatus of(KubernetesGateway gateway) {
        List<GatewayListener> listeners = api.listeners(gateway.key());
        long served = listeners.stream()
                .filter(listener -> listener.fault().isEmpty())
                .count();
        Optional<String> objection = GatewayApi.objection(gateway);
        boolean accepted = objection.isEmpty() && served > 0;
        String reason = objection.orElse(served == listeners.size() ? ACCEPTED : "ListenersNotValid");
        Teller teller = new Teller(gateway, Stream.of(classOf(gateway)));
        List<Condition> conditions = List.of(
                teller.say(ACCEPTED, accepted, reason, ""),
                teller.say(PROGRAMMED, accepted, accepted ? PROGRAMMED : INVALID, ""));
        return new ResourceStatus.OfGateway(
                accepted ? addresses(gateway) : List.of(), conditions, listeners(gateway, teller, listeners));
    }

    /** The addresses that a gateway asks for; those of the nodes where it asks for none, or for any. */
    private List<ResourceStatus.Address> addresses(KubernetesGateway gateway) {
        boolean any =
                gateway.addresses().stream().anyMatch(address -> address.value().isEmpty());
        Stream<ResourceStatus.Address> named = gateway.addresses().stream()
                .filter(address -> address.value().isPresent())
                .map(address -> new ResourceStatus.Address(
                        address.type(), address.value().get()));
        return gateway.addresses().isEmpty() || any
                ? Stream.concat(named, facts.addresses().stream()).distinct().toList()
                : named.toList();
    }

    private ResourceStatus of(ListenerSet set) {
        List<GatewayListener> listeners = api.listeners(set.key());
        boolean refused = listeners.stream().anyMatch(listener -> listener.fault()
                .filter(GatewayListener.Fault.NOT_ALLOWED::equals)
                .isPresent());
        boolean served =
                listeners.stream().anyMatch(listener -> listener.fault().isEmpty());
        String reason = refused ? "NotAllowed" : served ? ACCEPTED : "ListenersNotValid";
        Teller teller =
                new Teller(set, api.gatewayOf(set).map(Resource::key).stream().flatMap(this::withClass));
        List<Condition> conditions = List.of(
                teller.say(ACCEPTED, served, reason, ""),
                teller.say(PROGRAMMED, served, served ? PROGRAMMED : INVALID, ""));
        return new ResourceStatus.OfListenerSet(conditions, listeners(set, teller, listeners));
    }

    private List<ResourceStatus.OfListener> listeners(Resource owner, Teller teller, List<GatewayListener> listeners) {
        return listeners.stream()
                .map(listener -> new ResourceStatus.OfListener(
                        listener.listener().name(),
                        listener.supportedKinds(),
                        attached().getOrDefault(listener, 0),
                        conditions(owner, teller, listener)))
                .toList();
    }

    private List<Condition> conditions(Resource owner, Teller teller, GatewayListener listener) {
        Optional<GatewayListener.Fault> fault = listener.fault();
        boolean served = fault.isEmpty();
        boolean conflicted = fault.filter(GatewayListener.Fault::isConflict).isPresent();
        String reason = fault.map(GatewayListener.Fault::reason).orElse(ACCEPTED);
        String message = fault.map(found -> "expected: " + found.expected()).orElse("");
        Optional<String> references = listenerReferences(owner, listener);
        return List.of(
                teller.say(ACCEPTED, served, reason, message),
                teller.say("Conflicted", conflicted, conflicted ? reason : "NoConflicts", ""),
                teller.say(RESOLVED_REFS, references.isEmpty(), references.orElse(RESOLVED_REFS), ""),
                teller.say(PROGRAMMED, served, served ? PROGRAMMED : INVALID, ""));
    }

    /** What is wrong with what a listener names: a kind of route, a certificate (of which none is kept here). */
    private Optional<String> listenerReferences(Resource owner, GatewayListener listener) {
        if (!listener.hasValidKinds()) {
            return Optional.of("InvalidRouteKinds");
        }
        List<Listener.Certificate> certificates =
                listener.listener().tls().map(Listener.Tls::certificates).orElse(List.of());
        ReferenceGrant.From from = new ReferenceGrant.From(
                owner.group(), owner.kind(), owner.metadata().namespace());
        boolean permitted = certificates.stream()
                .allMatch(certificate -> api.permits(
                        from,
                        certificate.group(),
                        certificate.kind(),
                        certificate.namespace().orElse(owner.metadata().namespace()),
                        certificate.name()));
        if (!permitted) {
            return Optional.of("RefNotPermitted");
        }
        return certificates.isEmpty() ? Optional.empty() : Optional.of("InvalidCertificateRef");
    }

    private Map<GatewayListener, Integer> attached() {
        if (attached.isEmpty()) {
            attached = Optional.of(configuration.resources().values().stream()
                    .filter(GatewayRoute.class::isInstance)
                    .flatMap(route -> api.attach((GatewayRoute) route).stream()
                            .flatMap(attachment -> attachment.listeners().stream())
                            .distinct())
                    .collect(Collectors.groupingBy(Function.identity(), Collectors.summingInt(route -> 1))));
        }
        return attached.get();
    }

    private ResourceStatus of(GatewayRoute route) {
        Optional<BackendProblem> unresolved =
                backendProblems(route, configuration).stream().findFirst();
        Condition references = new Teller(route, references(route))
                .say(
                        RESOLVED_REFS,
                        unresolved.isEmpty(),
                        unresolved.map(BackendProblem::reason).orElse(RESOLVED_REFS),
                        unresolved.map(BackendProblem::message).orElse(""));
        List<ResourceStatus.OfParent> parents = new ArrayList<>();
        for (Attachment attachment : api.attach(route)) {
            if (attachment.outcome() != Attachment.Outcome.NOT_OURS) {
                boolean accepted = attachment.outcome() == Attachment.Outcome.ACCEPTED;
                Condition condition = new Teller(route, parents(route, attachment.parent()))
                        .say(ACCEPTED, accepted, attachment.outcome().reason(), attachment.message());
                parents.add(new ResourceStatus.OfParent(
                        fields(attachment.parent()), GatewayClass.CONTROLLER, List.of(condition, references)));
            }
        }
        return new ResourceStatus.OfRoute(parents);
    }

    /** What a parent of a route is: a gateway with its class, maybe by way of a set of listeners. */
    private Stream<ResourceKey> parents(GatewayRoute route, ParentRef parent) {
        ResourceKey named = parent.key(route.metadata().namespace());
        return Stream.concat(Stream.of(named), api.listeners(named).stream().map(GatewayListener::gateway))
                .distinct()
                .flatMap(this::withClass);
    }

    /** The services that a route names, and what permits it to. */
    private Stream<ResourceKey> references(GatewayRoute route) {
        String namespace = route.metadata().namespace();
        return route.allBackends()
                .flatMap(backend -> Stream.concat(
                        GatewayApi.host(route, backend).stream()
                                .flatMap(host -> configuration.registry().service(host, namespace).stream())
                                .map(service -> service.source().key()),
                        backend.namespace().stream()
                                .filter(other -> !other.equals(namespace))
                                .flatMap(api::grants)
                                .map(Resource::key)));
    }

    private static Map<String, Object> fields(ParentRef parent) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("group", parent.group());
        fields.put("kind", parent.kind());
        parent.namespace().ifPresent(namespace -> fields.put("namespace", namespace));
        fields.put("name", parent.name());
        parent.sectionName().ifPresent(section -> fields.put("sectionName", section));
        parent.port().ifPresent(port -> fields.put("port", port));
        return fields;
    }

    /**
     * What is wrong with a backend of a route.
     *
     * @param path where the route names it
     * @param reason why, in one of Gateway API's words
     * @param message what was found and what was expected
     */
    public record BackendProblem(String path, String reason, String message) {}

    /** The backends of a route that are none. */
    public static List<BackendProblem> backendProblems(GatewayRoute route, Configuration configuration) {
        List<BackendProblem> problems = new ArrayList<>();
        for (int i = 0; i < route.rules().size(); i++) {
            GatewayRoute.Rule rule = route.rules().get(i);
            for (int j = 0; j < rule.backends().size(); j++) {
                String path = "spec.rules[" + i + "].backendRefs[" + j + "]";
                backendProblem(path, route, rule.backends().get(j), configuration)
                        .forEach(problems::add);
            }
            for (int j = 0; j < rule.filters().size(); j++) {
                if (rule.filters().get(j) instanceof RouteFilter.RequestMirror mirror) {
                    String path = "spec.rules[" + i + "].filters[" + j + "].requestMirror.backendRef";
                    backendProblem(path, route, mirror.backend(), configuration).forEach(problems::add);
                }
            }
        }
        return problems;
    }

    private static Stream<BackendProblem> backendProblem(
            String path, GatewayRoute route, BackendRef backend, Configuration configuration) {
        Optional<String> objection = configuration.gatewayApi().objection(route, backend);
        String namespace = backend.namespace().orElse(route.metadata().namespace());
        if (objection.isPresent()) {
            String expected = objection.get().equals("InvalidKind")
                    ? "a Service, or a Hostname of networking.istio.io"
                    : "a ReferenceGrant in namespace " + namespace + " that permits it";
            return Stream.of(new BackendProblem(
                    path,
                    objection.get(),
                    backend.kind() + " " + namespace + "/" + backend.name() + " (expected: " + expected + ")"));
        }
        Destination destination =
                new Destination(GatewayApi.host(route, backend).orElseThrow(), Optional.empty(), backend.port());
        return configuration.registry().resolve(destination, route.metadata().namespace(), 0)
                        instanceof ResolvedDestination.Missing missing
                ? Stream.of(new BackendProblem(
                        path,
                        "BackendNotFound",
                        missing.name() + " (expected: a service with that port; until then 500)"))
                : Stream.empty();
    }
}
