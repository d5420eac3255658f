package io.convergate.routing.resolve;

import io.convergate.routing.match.ListenerId;
import io.convergate.routing.model.Destination;
import io.convergate.routing.model.Metadata;
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
import io.convergate.routing.model.k8s.Namespace;
import io.convergate.routing.model.k8s.Service;
import io.convergate.routing.resolve.Attachment.Outcome;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Gateway API's resources but the routes, and what they mean for these: which listeners there are, whose routes they take, what
 * may be named from where. Immutable; the same instance in all versions between which none of these resources changed.
 */
public final class GatewayApi {
    /** The protocols that are listened for. */
    public static final Set<String> SPOKEN = Set.of(Listener.HTTP);

    private final Set<String> spoken;
    private final List<Resource> resources;
    private final Map<ResourceKey, List<GatewayListener>> listeners;

    /** The host patterns of the listeners that are served at each place: of those that carry requests, and of the others. */
    private final Map<ListenerId, Set<String>> hosts = new HashMap<>();

    private final Map<ListenerId, Set<String>> connectionHosts = new HashMap<>();

    private GatewayApi(Set<String> spoken, List<Resource> resources) {
        this.spoken = spoken;
        this.resources = resources;
        this.listeners = GatewayListeners.of(this);
        served().forEach(listener -> listener.sockets().forEach(socket -> hosts(listener)
                .computeIfAbsent(socket, key -> new LinkedHashSet<>())
                .add(listener.host())));
    }

    /** Without resources. */
    static GatewayApi empty(Set<String> spoken) {
        return new GatewayApi(spoken, List.of());
    }

    /** Whether a protocol is listened for. */
    boolean speaks(String protocol) {
        return spoken.contains(protocol);
    }

    private Map<ListenerId, Set<String>> hosts(GatewayListener listener) {
        return listener.carriesRequests() ? hosts : connectionHosts;
    }

    GatewayApi with(Collection<Resource> removed, Collection<Resource> added) {
        if (Stream.concat(removed.stream(), added.stream()).noneMatch(GatewayApi::concerns)) {
            return this;
        }
        Set<ResourceKey> gone = new HashSet<>();
        removed.forEach(resource -> gone.add(resource.key()));
        List<Resource> all = new ArrayList<>(resources);
        all.removeIf(resource -> gone.contains(resource.key()));
        added.stream().filter(GatewayApi::concerns).forEach(all::add);
        all.sort(Comparator.comparing(Resource::metadata, Metadata.OLDEST_FIRST));
        return new GatewayApi(spoken, List.copyOf(all));
    }

    private static boolean concerns(Resource resource) {
        return resource instanceof GatewayClass
                || resource instanceof KubernetesGateway
                || resource instanceof ListenerSet
                || resource instanceof ReferenceGrant
                || resource instanceof Namespace;
    }

    <T extends Resource> Stream<T> all(Class<T> type) {
        return resources.stream().filter(type::isInstance).map(type::cast);
    }

    /** The keys of the gateways and sets of listeners. */
    public Set<ResourceKey> parents() {
        Set<ResourceKey> keys = new HashSet<>();
        all(KubernetesGateway.class).forEach(gateway -> keys.add(gateway.key()));
        all(ListenerSet.class).forEach(set -> keys.add(set.key()));
        return keys;
    }

    /** The class of that name. */
    public Optional<GatewayClass> gatewayClass(String name) {
        return all(GatewayClass.class)
                .filter(one -> one.metadata().name().equals(name))
                .findFirst();
    }

    /** Whether a gateway's class is ours, be it accepted or not. */
    public boolean isOurs(KubernetesGateway gateway) {
        return gatewayClass(gateway.className()).filter(GatewayClass::isOurs).isPresent();
    }

    /** Why a gateway of ours cannot be served, for what it says itself or for what its class says; empty if it can. */
    public Optional<Objection> objection(KubernetesGateway gateway) {
        return Objection.to(gateway).or(() -> gatewayClass(gateway.className())
                .flatMap(Objection::to)
                .map(ofClass -> ofClass.through("spec.gatewayClassName", "class " + gateway.className())));
    }

    /** The gateway that a set of listeners adds to. */
    public Optional<KubernetesGateway> gatewayOf(ListenerSet set) {
        return gateway(set.parent(), set.metadata().namespace());
    }

    private Optional<KubernetesGateway> gateway(ParentRef reference, String namespace) {
        return all(KubernetesGateway.class)
                .filter(gateway -> reference.isGateway() && names(reference, namespace, gateway))
                .findFirst();
    }

    private static boolean names(ParentRef reference, String namespace, Resource resource) {
        return reference.name().equals(resource.metadata().name())
                && reference
                        .namespace()
                        .orElse(namespace)
                        .equals(resource.metadata().namespace());
    }

    /** The listeners of a gateway or of a set, served or not; none if they are nothing of ours. */
    public List<GatewayListener> listeners(ResourceKey parent) {
        return listeners.getOrDefault(parent, List.of());
    }

    private Stream<GatewayListener> served() {
        return listeners.values().stream().flatMap(List::stream).filter(listener -> listener.fault()
                .isEmpty());
    }

    /** Where the gateways listen for requests, and the host patterns that some listener serves there. */
    public Map<ListenerId, Set<String>> sockets() {
        return Map.copyOf(hosts);
    }

    /** Whether some namespaces, as seen from an owner's, include another. */
    boolean includes(Listener.Namespaces namespaces, String owner, String other) {
        return switch (namespaces.from()) {
            case ALL -> true;
            case SAME -> owner.equals(other);
            case NONE -> false;
            case SELECTOR -> namespaces.selector().matches(labels(other));
        };
    }

    private Map<String, String> labels(String namespace) {
        return all(Namespace.class)
                .filter(one -> one.metadata().name().equals(namespace))
                .findFirst()
                .map(one -> Namespace.labels(namespace, one.metadata().labels()))
                .orElseGet(() -> Namespace.labels(namespace, Map.of()));
    }

    /** What becomes of a route's wishes to be attached, one for each parent it names, if no other route is in the way. */
    List<Attachment> attach(GatewayRoute route) {
        List<Attachment> attachments = new ArrayList<>();
        for (int i = 0; i < route.parents().size(); i++) {
            attachments.add(attach(route, i));
        }
        return attachments;
    }

    private Attachment attach(GatewayRoute route, int index) {
        ParentRef reference = route.parents().get(index);
        String namespace = route.metadata().namespace();
        List<GatewayListener> candidates = listeners(reference.key(namespace));
        if (candidates.isEmpty()) {
            String expected = reference.isGateway() || reference.isListenerSet()
                    ? "a " + reference.kind() + " that exists, of a class whose controller is "
                            + GatewayClass.CONTROLLER
                    : "a Gateway or a ListenerSet";
            return refused(reference, index, Outcome.NOT_OURS, reference.kind() + " " + reference.name(), expected);
        }
        List<GatewayListener> named = only(
                candidates,
                listener -> reference
                                .sectionName()
                                .map(listener.listener().name()::equals)
                                .orElse(true)
                        && reference.port().orElse(listener.listener().port())
                                == listener.listener().port());
        if (named.isEmpty()) {
            String section = reference.sectionName().orElse("no name")
                    + (reference.port().isPresent()
                            ? " with port " + reference.port().getAsLong()
                            : "");
            return refused(reference, index, Outcome.NO_MATCHING_PARENT, section, "the name and port of a listener");
        }
        List<GatewayListener> allowing = only(
                named,
                listener -> listener.fault().isEmpty()
                        && listener.takes(route)
                        && includes(
                                listener.listener().allowedRoutes().namespaces(),
                                listener.owner().namespace(),
                                namespace));
        if (allowing.isEmpty()) {
            String found = route.kind() + " of namespace " + namespace;
            return refused(
                    reference,
                    index,
                    Outcome.NOT_ALLOWED_BY_LISTENERS,
                    found,
                    "a listener that is served and takes it");
        }
        List<GatewayListener> matching =
                only(allowing, listener -> !patterns(route, listener).isEmpty());
        return matching.isEmpty()
                ? refused(
                        reference,
                        index,
                        Outcome.NO_MATCHING_LISTENER_HOSTNAME,
                        String.join(", ", route.hostnames()),
                        "a hostname that a listener serves")
                : new Attachment(reference, index, matching, Outcome.ACCEPTED, "");
    }

    private static List<GatewayListener> only(List<GatewayListener> all, Predicate<GatewayListener> condition) {
        return all.stream().filter(condition).toList();
    }

    private static Attachment refused(ParentRef parent, int index, Outcome outcome, String found, String expected) {
        return new Attachment(parent, index, List.of(), outcome, found + " (expected: " + expected + ")");
    }

    /** The host patterns of a route at a listener. */
    static Set<String> patterns(GatewayRoute route, GatewayListener listener) {
        if (route.hostnames().isEmpty()) {
            return Set.of(listener.host());
        }
        Set<String> patterns = new LinkedHashSet<>();
        route.hostnames().forEach(hostname -> HostNames.intersection(HostNames.canonical(hostname), listener.host())
                .ifPresent(patterns::add));
        return patterns;
    }

    /**
     * A host pattern at a place where a route is served.
     *
     * @param socket the place
     * @param pattern the pattern; of connections without a server name {@code *}
     * @param gateway through which gateway
     */
    public record Place(ListenerId socket, String pattern, ResourceKey gateway) {}

    /**
     * Where a route is served. A request belongs to the listener with the most specific host alone, and only routes of that one
     * take it: what lies within the host of a more specific listener is left out. Gateway API: listener isolation.
     *
     * @param attachments what became of the route's wishes
     */
    Set<Place> places(GatewayRoute route, List<Attachment> attachments) {
        Set<Place> places = new LinkedHashSet<>();
        for (Attachment attachment : attachments) {
            for (GatewayListener listener : attachment.listeners()) {
                for (String pattern : patterns(route, listener)) {
                    for (ListenerId socket : listener.sockets()) {
                        if (!belongsToAnother(
                                pattern, listener.host(), hosts(listener).getOrDefault(socket, Set.of()))) {
                            places.add(new Place(socket, pattern, listener.gateway()));
                        }
                    }
                }
            }
        }
        return places;
    }

    private static boolean belongsToAnother(String pattern, String host, Set<String> others) {
        return others.stream()
                .anyMatch(other ->
                        !other.equals(host) && HostNames.covers(host, other) && HostNames.covers(other, pattern));
    }

    /** What permits others to name what is in a namespace. */
    Stream<ReferenceGrant> grants(String namespace) {
        return all(ReferenceGrant.class)
                .filter(grant -> grant.metadata().namespace().equals(namespace));
    }

    /** Whether something may be named from another namespace: the namespace of what is named has to say so. */
    public boolean permits(ReferenceGrant.From from, String group, String kind, String namespace, String name) {
        return from.namespace().equals(namespace)
                || grants(namespace)
                        .filter(grant -> grant.from().contains(from))
                        .flatMap(grant -> grant.to().stream())
                        .anyMatch(to -> to.group().equals(group)
                                && to.kind().equals(kind)
                                && to.name().map(name::equals).orElse(true));
    }

    /** Why a route's backend is none, in Gateway API's words, as far as it does not depend on the services there are. */
    public Optional<String> objection(GatewayRoute route, BackendRef backend) {
        if (host(route, backend).isEmpty()) {
            return Optional.of("InvalidKind");
        }
        ReferenceGrant.From from = new ReferenceGrant.From(
                route.group(), route.kind(), route.metadata().namespace());
        String namespace = backend.namespace().orElse(route.metadata().namespace());
        boolean permitted = permits(from, backend.group(), backend.kind(), namespace, backend.name());
        return permitted ? Optional.empty() : Optional.of("RefNotPermitted");
    }

    /** Where a route's backend is; empty if it is none, as {@link #objection} says, whether or not there is such a service. */
    public Optional<Destination> destination(GatewayRoute route, BackendRef backend) {
        return objection(route, backend).isPresent()
                ? Optional.empty()
                : host(route, backend).map(host -> new Destination(host, Optional.empty(), backend.port()));
    }

    /** The name under which the registry knows a backend; empty if it is of a kind that is no service. */
    public static Optional<String> host(GatewayRoute route, BackendRef backend) {
        if (backend.group().isEmpty() && backend.kind().equals(Service.KIND)) {
            String namespace = backend.namespace().orElse(route.metadata().namespace());
            return Optional.of(HostNames.service(backend.name(), namespace));
        }
        boolean isHostname = backend.group().equals(Resource.ISTIO_NETWORKING)
                && backend.kind().equals("Hostname");
        return isHostname ? Optional.of(backend.name()) : Optional.empty();
    }
}
