package io.convergate.routing.action;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Changes to the headers of a request or a response, as data; whoever sends the message applies them: first {@code
 * remove}, then {@code set}, then {@code add}. Names are in lower case. Istio: Headers.HeaderOperations.
 *
 * @param remove names of headers that are taken out, all their values
 * @param set headers that get this value in place of all others
 * @param add headers that get this value beside the others
 */
public record HeaderOperations(List<String> remove, List<HeaderValue> set, List<HeaderValue> add) {
    /** Changes nothing. */
    public static final HeaderOperations NONE = new HeaderOperations(List.of(), List.of(), List.of());

    public HeaderOperations {
        remove = List.copyOf(remove);
        set = List.copyOf(set);
        add = List.copyOf(add);
    }

    public boolean isEmpty() {
        return remove.isEmpty() && set.isEmpty() && add.isEmpty();
    }

    /**
     * A header and the value it gets.
     *
     * @param name the name, in lower case
     * @param value the value, which may depend on the request
     */
    public record HeaderValue(String name, ValueTemplate value) {}

    /**
     * These operations, then those: the effect is that of applying one after the other. A destination's operations follow its
     * route's, so where both speak of one header the destination wins, whether the route has one destination or several.
     * (Istio has this rule for one destination; for several, Envoy lets the route win.)
     */
    public HeaderOperations then(HeaderOperations later) {
        if (later.isEmpty()) {
            return this;
        }
        if (isEmpty()) {
            return later;
        }
        Set<String> overridden = new HashSet<>(later.remove);
        later.set.forEach(header -> overridden.add(header.name()));
        List<String> removed = new ArrayList<>(remove);
        later.remove.stream().filter(name -> !remove.contains(name)).forEach(removed::add);
        return new HeaderOperations(
                removed, concat(without(set, overridden), later.set), concat(without(add, overridden), later.add));
    }

    private static List<HeaderValue> without(List<HeaderValue> headers, Set<String> names) {
        return headers.stream().filter(header -> !names.contains(header.name())).toList();
    }

    private static List<HeaderValue> concat(List<HeaderValue> first, List<HeaderValue> second) {
        List<HeaderValue> all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }
}
