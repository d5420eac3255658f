package io.convergate.routing.explain;

import java.util.List;
import java.util.Map;

/**
 * Sampled requests to which a change does the same.
 *
 * @param id what tells it from other groups, on whatever node
 * @param kind what happens to them
 * @param before what happens to them now
 * @param after what would happen to them
 * @param changes what else acts on them, in the manner of a diff: {@code - } what does so no more, {@code + } what does so then
 * @param sampled how many of the samples
 * @param requests how many requests these stand for
 * @param affected how many of those meet the change: less than {@code requests} where it is a matter of weights
 * @param example one of them
 */
public record ImpactGroup(
        String id,
        Kind kind,
        Side before,
        Side after,
        List<String> changes,
        long sampled,
        double requests,
        double affected,
        Example example) {
    /** What a change does to a request; the first that applies. The worst come first. */
    public enum Kind {
        /** It is answered with an error, or is so more often, or with another one. */
        FAILS,
        /** Cannot be told: it depends on something that samples do not hold. */
        UNDECIDED,
        /** It is redirected, or no more, or elsewhere. */
        REDIRECT,
        /** It goes to another place, or to the same ones with other shares. */
        ELSEWHERE,
        /** It goes to the same place, which has other endpoints. */
        ENDPOINTS,
        /** It goes to the same place, and something else acts on it on its way. */
        FILTERS,
        /** It is answered with an error less often. */
        MENDED,
        /** Another route does the same to it; metrics and logs name that one. */
        ROUTE
    }

    /**
     * What happens to the requests of a group.
     *
     * @param says in a line
     * @param routes the routes that take them, the first three
     * @param moreRoutes how many more there are
     */
    public record Side(String says, List<String> routes, int moreRoutes) {
        public Side {
            routes = List.copyOf(routes);
        }
    }

    /**
     * One request of a group.
     *
     * @param request method and URL; three dots stand for parameters that were not kept
     * @param headers those that routing looks at; what may be a secret is not shown
     */
    public record Example(String request, Map<String, String> headers) {
        public Example {
            headers = Map.copyOf(headers);
        }
    }

    public ImpactGroup {
        changes = List.copyOf(changes);
    }
}
