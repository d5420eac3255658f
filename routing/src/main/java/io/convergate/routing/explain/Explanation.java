package io.convergate.routing.explain;

import java.util.List;

/**
 * Why a request goes where it goes. All of it is for people; empty texts stand for what there is not.
 *
 * @param request the request in one line, as it is matched
 * @param listener the listener that takes it, such as {@code port 80, HTTP}; else what there is instead
 * @param virtualHost the host pattern that was chosen; empty if none
 * @param virtualHostBecause why that one and no other
 * @param routes the routes of the virtual host in the order in which they are tried, then those that are not tried at all
 * @param routesNotShown how many more there are
 * @param verdict what happens
 */
public record Explanation(
        String request,
        String listener,
        String virtualHost,
        String virtualHostBecause,
        List<Candidate> routes,
        int routesNotShown,
        Verdict verdict) {
    public Explanation {
        routes = List.copyOf(routes);
    }

    /** What became of a route. */
    public enum Outcome {
        /** It takes the request. */
        CHOSEN,
        /** One of its conditions does not hold. */
        FAILED,
        /** One before it has the request; by itself it would take it. */
        TOO_LATE,
        /** It is not in the table: it is for another port or node, or nothing is left for it. */
        NOT_HERE
    }

    /**
     * A route and what became of it.
     *
     * @param name its name; may be empty
     * @param source the resource that is bound to the host, as {@code VirtualService default/shop}
     * @param writtenIn the resource and the place in it, as {@code VirtualService team/cart spec.http[0].match[1]}
     * @param match all it asks for
     * @param outcome what became of it
     * @param because the first condition that failed, as {@code method GET (expected: PUT)}; or what else stands in the way
     */
    public record Candidate(
            String name, String source, String writtenIn, String match, Outcome outcome, String because) {}

    /**
     * What happens to the request.
     *
     * @param action {@code forward}, {@code redirect}, {@code respond}, or {@code refuse} if there is no route
     * @param status the status of an answer of the gateway's own; 0 if an upstream answers
     * @param flag the response flag of such an answer; empty if there is none
     * @param says what happens, in one line
     * @param destinations where it may be sent, those with the greatest share first
     * @param filters what else acts on it, in order
     */
    public record Verdict(
            String action, int status, String flag, String says, List<Destination> destinations, List<String> filters) {
        public Verdict {
            destinations = List.copyOf(destinations);
            filters = List.copyOf(filters);
        }
    }

    /**
     * Where a request may be sent.
     *
     * @param upstream its name, as {@code outbound|80|v1|shop}; empty if the destination is not known
     * @param share its share of such requests, in percent
     * @param authority the Host it gets
     * @param path the path it gets, with the query
     * @param endpoints its endpoints, as {@code 10.0.0.1:8080}
     * @param problem why it would not answer; empty if nothing is known to be in the way
     * @param filters what acts only on requests to it
     */
    public record Destination(
            String upstream,
            double share,
            String authority,
            String path,
            List<String> endpoints,
            String problem,
            List<String> filters) {
        public Destination {
            endpoints = List.copyOf(endpoints);
            filters = List.copyOf(filters);
        }
    }
}
