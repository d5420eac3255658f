package io.convergate.routing.compile;

import io.convergate.routing.collect.SharedMap;
import io.convergate.routing.model.DestinationRule;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.model.ServiceEntry;
import io.convergate.routing.model.Workload;
import io.convergate.routing.model.gatewayapi.KubernetesGateway;
import io.convergate.routing.model.k8s.EndpointSlice;
import io.convergate.routing.model.k8s.Service;
import io.convergate.routing.resolve.Configuration;
import io.convergate.routing.resolve.Objection;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Decides which version of each resource is served: the wanted one, or the one that is served already.
 *
 * <p>The rules, applied until nothing more is held back:
 *
 * <ol>
 *   <li>A resource that cannot be compiled is held back.
 *   <li>An update is held back if it is a GatewayClass or a Gateway that is not accepted while its older version is; a new
 *       gateway of a class that is held back waits, too.
 *   <li>An update is held back if it refers to a resource that is held back: what was changed together stays together.
 *   <li>An update is held back if it refers to something that is not there while its older version has all it needs.
 *   <li>A new resource is held back if it refers to something that is missing only because another is held back.
 *   <li>An update or deletion is held back if a resource that is held back needs what it would take away.
 *   <li>An update or deletion is held back if it would take away a host, a port or a subset that a route names which is
 *       going to be served, in whatever dialect: make before break. Where a service runs is not configuration in this sense:
 *       endpoints that vanish do so at once.
 * </ol>
 *
 * <p>To hold back is to go on with the served version, or without the resource if none is served. A new resource that refers
 * to something nobody wants is not held back: it answers as Istio does. What has nothing to do with any of these goes on.
 * Each round holds back at least one more resource, so there is an end.
 */
final class Activation {
    private final SharedMap<ResourceKey, Resource> served;
    private final Map<ResourceKey, ? extends Resource> wanted;
    private final Namers namers;
    private final Set<ResourceKey> changed = new TreeSet<>();
    private final Map<ResourceKey, HeldBack> heldBack = new TreeMap<>();

    /** What will be served in another version than now, or no longer where the value is null. */
    private final Map<ResourceKey, @Nullable Resource> edits = new HashMap<>();

    private final Configuration before;
    private Configuration now;

    private Activation(
            Configuration before,
            Map<ResourceKey, ? extends Resource> wanted,
            Collection<ResourceKey> mayDiffer,
            Namers namers) {
        this.before = before;
        this.namers = namers;
        this.served = before.resources();
        this.wanted = wanted;
        for (ResourceKey key : mayDiffer) {
            Resource resource = wanted.get(key);
            if (!Objects.equals(served.get(key), resource)) {
                edits.put(key, resource);
                changed.add(key);
            }
        }
        this.now = before.with(edits);
    }

    /** Who names what. */
    @FunctionalInterface
    interface Namers {
        /** The resources of one configuration that name some others, in the version there or in a later one; too many rather than too few. */
        Set<ResourceKey> of(Configuration before, Configuration now, Set<ResourceKey> named);
    }

    /**
     * What to serve.
     *
     * @param configuration the versions to serve
     * @param heldBack the resources that are not served as wanted
     */
    record Decision(Configuration configuration, Map<ResourceKey, HeldBack> heldBack) {}

    /**
     * Decides.
     *
     * @param before what is served
     * @param wanted what should be
     * @param mayDiffer the keys of all resources in which the two may differ
     * @param suspects the keys of all resources of which some version is known not to compile
     * @param failure why a version of a resource cannot be compiled; empty if it can, as far as is known
     * @param namers who names what in the configuration that is served
     */
    static Decision decide(
            Configuration before,
            Map<ResourceKey, ? extends Resource> wanted,
            Collection<ResourceKey> mayDiffer,
            Collection<ResourceKey> suspects,
            Function<Resource, Optional<String>> failure,
            Namers namers) {
        Activation activation = new Activation(before, wanted, mayDiffer, namers);
        activation.run(suspects, failure);
        return new Decision(activation.now, activation.heldBack);
    }

    private void run(Collection<ResourceKey> suspects, Function<Resource, Optional<String>> failure) {
        for (ResourceKey key : changed) {
            Resource resource = wanted.get(key);
            if (resource != null) {
                failure.apply(resource).ifPresent(why -> hold(key, HeldBack.Cause.UNCOMPILABLE, why, Set.of()));
                objection(served.get(key), resource)
                        .ifPresent(why -> hold(key, HeldBack.Cause.NOT_ACCEPTED, why, Set.of()));
            }
        }
        // A version that was served may turn out not to compile either, once what it refers to changed.
        for (ResourceKey key : suspects) {
            Resource resource = served.get(key);
            if (resource != null && effective(key) == resource) {
                failure.apply(resource).ifPresent(why -> drop(key, why));
            }
        }
        int heldBefore;
        do {
            heldBefore = heldBack.size();
            now = before.with(edits);
            for (ResourceKey key : changed) {
                if (!heldBack.containsKey(key)) {
                    judge(key);
                }
            }
            Set.copyOf(heldBack.keySet()).forEach(this::keepWhatItNeeds);
            keepWhatRoutesName();
        } while (heldBack.size() > heldBefore);
    }

    /** What makes an update of a class or of a gateway unacceptable, while the served version is accepted. */
    private static Optional<String> objection(@Nullable Resource old, Resource updated) {
        return old == null || Objection.to(old).isPresent()
                ? Optional.empty()
                : Objection.to(updated).map(objection -> objection.path() + ": " + objection.message());
    }

    private @Nullable Resource effective(ResourceKey key) {
        return edits.containsKey(key) ? edits.get(key) : served.get(key);
    }

    private void judge(ResourceKey key) {
        Resource resource = wanted.get(key);
        if (resource == null) {
            return;
        }
        Resource old = served.get(key);
        Set<ResourceKey> heldReferences = heldReferences(resource);
        if (!heldReferences.isEmpty() && (old != null || resource instanceof KubernetesGateway)) {
            hold(
                    key,
                    HeldBack.Cause.REFERS_TO_HELD_BACK,
                    "refers to " + heldReferences + ", held back",
                    heldReferences);
            return;
        }
        Set<String> missing = now.missingReferences(resource);
        if (missing.isEmpty()) {
            return;
        }
        if (old != null && now.missingReferences(old).isEmpty()) {
            String message = "refers to " + String.join(", ", missing) + ", not found; its older version works";
            hold(key, HeldBack.Cause.REFERENCE_MISSING, message, Set.of());
        } else if (old == null && !heldReferences.isEmpty()) {
            Set<String> waitedFor = new LinkedHashSet<>(missing);
            waitedFor.removeAll(now.with(wantedOf(heldReferences)).missingReferences(resource));
            if (!waitedFor.isEmpty()) {
                String message = "refers to " + String.join(", ", waitedFor) + " of " + heldReferences + ", held back";
                hold(key, HeldBack.Cause.REFERS_TO_HELD_BACK, message, heldReferences);
            }
        }
    }

    private Map<ResourceKey, @Nullable Resource> wantedOf(Set<ResourceKey> keys) {
        Map<ResourceKey, @Nullable Resource> versions = new HashMap<>();
        keys.forEach(key -> versions.put(key, wanted.get(key)));
        return versions;
    }

    /** The resources held back that this one refers to, in the version that was wanted or the one that is served. */
    private Set<ResourceKey> heldReferences(Resource resource) {
        Set<ResourceKey> references = new TreeSet<>();
        for (ResourceKey key : heldBack.keySet()) {
            if (refersTo(resource, wanted.get(key)) || refersTo(resource, served.get(key))) {
                references.add(key);
            }
        }
        return references;
    }

    private static boolean refersTo(Resource from, @Nullable Resource to) {
        return to != null && Configuration.refersTo(from, to);
    }

    private void keepWhatItNeeds(ResourceKey key) {
        Resource old = effective(key);
        if (old == null) {
            return;
        }
        Set<String> lost = new LinkedHashSet<>(now.missingNeeds(old));
        lost.removeAll(before.missingNeeds(old));
        if (lost.isEmpty()) {
            return;
        }
        for (ResourceKey other : changed) {
            if (!heldBack.containsKey(other) && refersTo(old, served.get(other))) {
                String message = String.join(", ", lost) + " is still needed by " + key;
                hold(other, HeldBack.Cause.NEEDED_BY_HELD_BACK, message, Set.of(key));
            }
        }
    }

    /** Whether an update or deletion may take away a host, a port or a subset: these are what routes name. */
    private static boolean mayTakeAway(@Nullable Resource old, @Nullable Resource updated) {
        if (old instanceof DestinationRule rule && updated instanceof DestinationRule next) {
            return !rule.host().equals(next.host())
                    || !rule.exportTo().equals(next.exportTo())
                    || !subsets(next).containsAll(subsets(rule));
        }
        if (old instanceof ServiceEntry entry && updated instanceof ServiceEntry next) {
            return !entry.exportTo().equals(next.exportTo())
                    || !next.hosts().containsAll(entry.hosts())
                    || !Set.copyOf(next.ports()).containsAll(entry.ports());
        }
        if (old instanceof Service service && updated instanceof Service next) {
            return !Set.copyOf(next.ports()).containsAll(service.ports());
        }
        return updated == null
                && (old instanceof DestinationRule || old instanceof ServiceEntry || old instanceof Service);
    }

    /** Whether a resource gives routes something to name, or a service where it runs, that another version of it does not. */
    static boolean provides(Resource resource, @Nullable Resource other) {
        return mayTakeAway(resource, other)
                || (other == null && (resource instanceof EndpointSlice || resource instanceof Workload));
    }

    private static List<String> subsets(DestinationRule rule) {
        return rule.subsets().stream().map(DestinationRule.Subset::name).toList();
    }

    private void keepWhatRoutesName() {
        Set<ResourceKey> takers = new TreeSet<>();
        for (ResourceKey key : changed) {
            if (!heldBack.containsKey(key) && mayTakeAway(served.get(key), wanted.get(key))) {
                takers.add(key);
            }
        }
        if (takers.isEmpty()) {
            return;
        }
        Map<ResourceKey, Set<String>> lost = new TreeMap<>();
        Map<ResourceKey, Set<ResourceKey>> naming = new HashMap<>();
        Set<ResourceKey> routes = new HashSet<>(changed); // one that begins to name something has itself changed
        routes.addAll(namers.of(before, now, takers));
        for (ResourceKey route : routes) {
            Resource resource = now.resources().get(route);
            if (resource == null) {
                continue;
            }
            now.losses(resource, before).forEach((what, providers) -> {
                for (ResourceKey provider : providers) {
                    if (takers.contains(provider)) {
                        lost.computeIfAbsent(provider, key -> new TreeSet<>()).add(what);
                        naming.computeIfAbsent(provider, key -> new TreeSet<>()).add(resource.key());
                    }
                }
            });
        }
        lost.forEach((key, what) -> {
            Set<ResourceKey> names = naming.getOrDefault(key, Set.of());
            String deleted = wanted.get(key) == null ? "was deleted, but " : "";
            String message = deleted + String.join(", ", what) + " is still named by " + names;
            hold(key, HeldBack.Cause.NAMED_BY_ROUTES, message, names);
        });
    }

    private void hold(ResourceKey key, HeldBack.Cause cause, String message, Set<ResourceKey> because) {
        Resource old = served.get(key);
        edits.remove(key);
        heldBack.put(key, new HeldBack(cause, message, because, old != null));
    }

    private void drop(ResourceKey key, String why) {
        edits.put(key, null);
        heldBack.put(key, new HeldBack(HeldBack.Cause.UNCOMPILABLE, why, Set.of(), false));
    }
}
