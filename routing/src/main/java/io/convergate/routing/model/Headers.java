package io.convergate.routing.model;

import java.util.List;
import java.util.Map;

/**
 * Changes to headers. Istio: Headers.
 *
 * @param request of the request, before it is sent on
 * @param response of the response, before it is sent back
 */
public record Headers(Edits request, Edits response) {
    public static final Headers NONE = new Headers(Edits.NONE, Edits.NONE);

    /**
     * Changes to one message. Istio: HeaderOperations.
     *
     * @param set name to value, in place of what is there
     * @param add name to value, beside what is there
     * @param remove names
     */
    public record Edits(Map<String, String> set, Map<String, String> add, List<String> remove) {
        public static final Edits NONE = new Edits(Map.of(), Map.of(), List.of());

        public Edits {
            set = Map.copyOf(set);
            add = Map.copyOf(add);
            remove = List.copyOf(remove);
        }
    }
}
