package io.convergate.routing.match;

import io.convergate.routing.request.RequestFacts;
import java.util.List;
import java.util.Objects;

/**
 * A route of a virtual host and the requests it takes.
 *
 * @param path which paths
 * @param conditions what else must hold, all of it
 * @param route where such a request goes
 */
public record RouteEntry(PathPattern path, List<RequestCondition> conditions, CompiledRoute route) {
    public RouteEntry {
        Objects.requireNonNull(path, "path");
        conditions = List.copyOf(conditions);
        Objects.requireNonNull(route, "route");
    }

    /** Whether it takes every request, so that nothing after it is reached. */
    public boolean isCatchAll() {
        return conditions.isEmpty() && path.takesEverything();
    }

    boolean conditionsHold(RequestFacts request) {
        for (int i = 0; i < conditions.size(); i++) { // an iterator would be an allocation
            if (!conditions.get(i).holds(request)) {
                return false;
            }
        }
        return true;
    }
}
