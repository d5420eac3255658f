package io.convergate.routing.resolve;

import static io.convergate.routing.resolve.ConditionTeller.ACCEPTED;
import static io.convergate.routing.resolve.ConditionTeller.INVALID;
import static io.convergate.routing.resolve.ConditionTeller.PROGRAMMED;
import static io.convergate.routing.resolve.ConditionTeller.RESOLVED_REFS;
import static io.convergate.routing.resolve.ConditionTeller.classOf;
import static io.convergate.routing.resolve.ConditionTeller.withClass;

import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.model.gatewayapi.BackendTlsPolicy;
import io.convergate.routing.model.gatewayapi.GatewayClass;
import io.convergate.routing.model.gatewayapi.GatewayRoute;
import io.convergate.routing.model.gatewayapi.KubernetesGateway;
import io.convergate.routing.model.gatewayapi.ListenerSet;
import io.convergate.routing.model.gatewayapi.ParentRef;
import io.convergate.routing.model.k8s.Ingress;
import io.convergate.routing.resolve.ResourceStatus.Condition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Derives the status of Gateway API's resources, with the conditions and reasons that it specifies, and of Ingresses. */
public final class GatewayApiStatus {
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
            return api.isOurs(gateway) ? Optional.of(of(gateway)) : Optional.empty();
        }
        if (resource instanceof ListenerSet set) {
            boolean ours = api.gatewayOf(set).filter(api::isOurs).isPresent();
            return ours ? Optional.of(of(set)) : Optional.empty();
        }
        if (resource instanceof Ingress ingress) {
            return Optional.of(of(ingress));
        }
        if (resource instanceof BackendTlsPolicy policy) {
            return Optional.of(new BackendTlsStatus(configuration, facts).of(policy));
        }
        return resource instanceof GatewayRoute route ? Optional.of(of(route)) : Optional.empty();
    }

    private ConditionTeller teller(Resource of, Stream<ResourceKey> causes) {
        return ConditionTeller.of(of, causes, configuration, facts);
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
        if (!one.isOurs()) {
            return Optional.empty();
        }
        Optional<Objection> objection = Objection.to(one);
        ConditionTeller teller = teller(one, Stream.empty());
        Condition accepted = teller.say(
                ACCEPTED,
                objection.map(Objection::reason),
                objection.map(Objection::message).orElse(""));
        return Optional.of(new ResourceStatus.OfClass(
                objection.isEmpty()
                        ? List.of(accepted)
                        : List.of(accepted, teller.say(PROGRAMMED, false, INVALID, "its gateways are not served")),
                SupportedFeatures.ALL.stream().map(ResourceStatus.Feature::new).toList()));
    }

    private ResourceStatus of(KubernetesGateway gateway) {
        List<GatewayListener> listeners = api.listeners(gateway.key());
        long served = listeners.stream()
                .filter(listener -> listener.fault().isEmpty())
                .count();
        Optional<Objection> objection = api.objection(gateway);
        boolean accepted = objection.isEmpty() && served > 0;
        String reason =
                objection.map(Objection::reason).orElse(served == listeners.size() ? ACCEPTED : "ListenersNotValid");
        String message = objection.map(Objection::message).orElse("");
        ConditionTeller teller = teller(gateway, Stream.of(classOf(gateway)));
        Optional<String> unresolved = listeners.stream()
                .filter(listener -> listenerReferences(gateway, listener).isPresent())
                .findFirst()
                .map(listener -> "ListenersNotResolved");
        List<Condition> conditions = List.of(
                teller.say(ACCEPTED, accepted, reason, message),
                teller.say(PROGRAMMED, accepted, accepted ? PROGRAMMED : INVALID, message),
                teller.say(RESOLVED_REFS, unresolved, ""));
        return new ResourceStatus.OfGateway(
                accepted ? addresses(gateway) : List.of(),
                conditions,
                listeners(gateway, teller, listeners),
                attachedSets(gateway));
    }

    private int attachedSets(KubernetesGateway gateway) {
        return (int) api.all(ListenerSet.class)
                .filter(set -> api.gatewayOf(set).filter(gateway::equals).isPresent())
                .filter(set -> api.listeners(set.key()).stream()
                        .anyMatch(listener -> listener.fault().isEmpty()))
                .count();
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
        boolean served =
                listeners.stream().anyMatch(listener -> listener.fault().isEmpty());
        String reason = isRefused(listeners, GatewayListener.Fault.NOT_ALLOWED)
                ? "NotAllowed"
                : isRefused(listeners, GatewayListener.Fault.GATEWAY_NOT_ACCEPTED)
                        ? "ParentNotAccepted"
                        : served ? ACCEPTED : "ListenersNotValid";
        ConditionTeller teller = teller(
                set, api.gatewayOf(set).map(Resource::key).stream().flatMap(key -> withClass(key, configuration)));
        List<Condition> conditions = List.of(
                teller.say(ACCEPTED, served, reason, ""),
                teller.say(PROGRAMMED, served, served ? PROGRAMMED : INVALID, ""));
        return new ResourceStatus.OfListenerSet(conditions, listeners(set, teller, listeners));
    }

    private static boolean isRefused(List<GatewayListener> listeners, GatewayListener.Fault reason) {
        return listeners.stream()
                .anyMatch(listener -> listener.fault().filter(reason::equals).isPresent());
    }

    private List<ResourceStatus.OfListener> listeners(
            Resource owner, ConditionTeller teller, List<GatewayListener> listeners) {
        return listeners.stream()
                .map(listener -> new ResourceStatus.OfListener(
                        listener.listener().name(),
                        listener.supportedKinds(),
                        attached().getOrDefault(listener, 0),
                        conditions(owner, teller, listener)))
                .toList();
    }

    private List<Condition> conditions(Resource owner, ConditionTeller teller, GatewayListener listener) {
        Optional<GatewayListener.Fault> fault = listener.fault();
        boolean served = fault.isEmpty();
        boolean conflicted = fault.filter(GatewayListener.Fault::isConflict).isPresent();
        String reason = fault.map(GatewayListener.Fault::reason).orElse(ACCEPTED);
        String message = fault.map(found -> "expected: " + found.expected()).orElse("");
        Optional<String> references = listenerReferences(owner, listener);
        return List.of(
                teller.say(ACCEPTED, served, reason, message),
                teller.say("Conflicted", conflicted, conflicted ? reason : "NoConflicts", ""),
                teller.say(RESOLVED_REFS, references, ""),
                teller.say(PROGRAMMED, served, served ? PROGRAMMED : INVALID, ""));
    }

    /** What is wrong with what a listener names: a kind of route, a certificate. */
    private Optional<String> listenerReferences(Resource owner, GatewayListener listener) {
        return listener.hasValidKinds()
                ? ServerCertificates.of(owner, "", listener.listener(), configuration).stream()
                        .map(ServerCertificates.Fault::reason)
                        .findFirst()
                : Optional.of("InvalidRouteKinds");
    }

    private Map<GatewayListener, Integer> attached() {
        if (attached.isEmpty()) {
            attached = Optional.of(configuration.resources().values().stream()
                    .filter(GatewayRoute.class::isInstance)
                    .flatMap(route -> configuration.attach((GatewayRoute) route).stream()
                            .flatMap(attachment -> attachment.listeners().stream())
                            .distinct())
                    .collect(Collectors.groupingBy(Function.identity(), Collectors.summingInt(route -> 1))));
        }
        return attached.get();
    }

    private ResourceStatus of(GatewayRoute route) {
        Optional<BackendProblem> unresolved =
                BackendProblem.of(route, configuration).stream().findFirst();
        Condition references = teller(route, references(route))
                .say(
                        RESOLVED_REFS,
                        unresolved.map(BackendProblem::reason),
                        unresolved.map(BackendProblem::message).orElse(""));
        List<ResourceStatus.OfParent> parents = new ArrayList<>();
        for (Attachment attachment : configuration.attach(route)) {
            if (attachment.outcome() != Attachment.Outcome.NOT_OURS) {
                boolean accepted = attachment.outcome() == Attachment.Outcome.ACCEPTED;
                Condition condition = teller(route, parents(route, attachment.parent()))
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
                .flatMap(key -> withClass(key, configuration));
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

    /** A reference as a status shows it. */
    static Map<String, Object> fields(ParentRef parent) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("group", parent.group());
        fields.put("kind", parent.kind());
        parent.namespace().ifPresent(namespace -> fields.put("namespace", namespace));
        fields.put("name", parent.name());
        parent.sectionName().ifPresent(section -> fields.put("sectionName", section));
        parent.port().ifPresent(port -> fields.put("port", port));
        return fields;
    }
}
