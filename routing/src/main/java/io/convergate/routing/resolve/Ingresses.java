package io.convergate.routing.resolve;

import io.convergate.routing.collect.SharedMap;
import io.convergate.routing.model.Metadata;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.model.k8s.Ingress;
import io.convergate.routing.model.k8s.IngressClass;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which Ingresses are served here: those whose class names one of the controllers that this gateway is. Immutable; the same
 * instance in all versions between which neither a class nor an Ingress changed.
 */
public final class Ingresses {
    /** The controllers that this gateway is: its own name, and those whose conventions it reads. */
    public static final Set<String> CONTROLLERS =
            Set.of("convergate.io/ingress", "istio.io/ingress-controller", "k8s.io/ingress-nginx");

    /** The classes that are served even where no IngressClass says so, as the annotation names them. */
    private static final Set<String> WELL_KNOWN = Set.of("convergate", "istio", "nginx");

    private static final String ISTIO = "istio";

    static final Ingresses NONE = new Ingresses(SharedMap.empty(), List.of());

    private final SharedMap<ResourceKey, Ingress> ingresses;
    private final List<IngressClass> classes;

    private Ingresses(SharedMap<ResourceKey, Ingress> ingresses, List<IngressClass> classes) {
        this.ingresses = ingresses;
        this.classes = classes;
    }

    Ingresses with(Collection<Resource> removed, Collection<Resource> added) {
        Map<ResourceKey, @Nullable Ingress> edits = new HashMap<>();
        List<IngressClass> newClasses = new ArrayList<>(classes);
        for (Resource resource : removed) {
            if (resource instanceof Ingress) {
                edits.put(resource.key(), null);
            } else if (resource instanceof IngressClass) {
                newClasses.remove(resource);
            }
        }
        for (Resource resource : added) {
            if (resource instanceof Ingress ingress) {
                edits.put(resource.key(), ingress);
            } else if (resource instanceof IngressClass one) {
                newClasses.add(one);
            }
        }
        newClasses.sort(Comparator.comparing(IngressClass::metadata, Metadata.OLDEST_FIRST));
        boolean sameClasses = newClasses.equals(classes);
        return sameClasses && edits.isEmpty()
                ? this
                : new Ingresses(ingresses.with(edits), sameClasses ? classes : List.copyOf(newClasses));
    }

    /** The classes, oldest first; the same instance in all versions between which none changed. */
    public List<IngressClass> classes() {
        return classes;
    }

    /** The keys of all Ingresses, served or not. */
    public Set<ResourceKey> keys() {
        return ingresses.keySet();
    }

    /** Whether any is served. */
    public boolean anyServed() {
        return ingresses.values().stream().anyMatch(this::isServed);
    }

    /** Whether this gateway serves an Ingress. */
    public boolean isServed(Ingress ingress) {
        return objection(ingress).isEmpty();
    }

    /** Why this gateway does not serve an Ingress: what its class would have to be; empty if it does. */
    public Optional<String> objection(Ingress ingress) {
        Optional<String> named = className(ingress);
        if (named.isEmpty()) {
            return classes.stream()
                    .filter(IngressClass::isDefault)
                    .findFirst()
                    .filter(one -> !CONTROLLERS.contains(one.controller()))
                    .map(one -> "a class of its own: the default class "
                            + one.metadata().name() + " is served by " + one.controller());
        }
        Optional<IngressClass> found = classes.stream()
                .filter(one -> one.metadata().name().equals(named.get()))
                .findFirst();
        if (found.isPresent()) {
            return CONTROLLERS.contains(found.get().controller())
                    ? Optional.empty()
                    : Optional.of("a class that this gateway serves; " + named.get() + " is served by "
                            + found.get().controller());
        }
        return WELL_KNOWN.contains(named.get())
                ? Optional.empty()
                : Optional.of("an IngressClass that exists, with one of the controllers "
                        + String.join(", ", CONTROLLERS.stream().sorted().toList()));
    }

    /** The class that an Ingress names: the field, else the annotation. */
    public static Optional<String> className(Ingress ingress) {
        return ingress.className()
                .or(() -> Optional.ofNullable(ingress.metadata().annotations().get(Ingress.CLASS_ANNOTATION)));
    }

    /** Whether an Ingress was written for Istio, which reads paths without a type of their own in its own way. */
    public boolean isForIstio(Ingress ingress) {
        Optional<String> named = className(ingress);
        return named.filter(ISTIO::equals).isPresent()
                || classes.stream()
                        .filter(one -> named.map(one.metadata().name()::equals).orElse(one.isDefault()))
                        .anyMatch(one -> one.controller().equals("istio.io/ingress-controller"));
    }
}
