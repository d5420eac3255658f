package io.convergate.routing.match;

import io.convergate.routing.match.RequestCondition.Cookie;
import io.convergate.routing.match.RequestCondition.Header;
import io.convergate.routing.match.RequestCondition.QueryParameter;
import io.convergate.routing.match.RequestCondition.Target;
import io.convergate.routing.match.RequestCondition.WithoutHeader;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/**
 * What the routes of a virtual host look at beyond method, scheme, authority and path. Immutable.
 *
 * @param headers names in lower case
 * @param cookies names, as received
 * @param queryParameters names, as received
 * @param query whether one of them looks at the query as a whole
 */
public record MatchInputs(Set<String> headers, Set<String> cookies, Set<String> queryParameters, boolean query) {
    /** Nothing: what most virtual hosts look at. */
    public static final MatchInputs NONE = new MatchInputs(Set.of(), Set.of(), Set.of(), false);

    public MatchInputs {
        headers = Set.copyOf(headers);
        cookies = Set.copyOf(cookies);
        queryParameters = Set.copyOf(queryParameters);
    }

    /** What these routes look at. */
    static MatchInputs of(Collection<RouteEntry> routes) {
        Set<String> headers = new HashSet<>();
        Set<String> cookies = new HashSet<>();
        Set<String> queryParameters = new HashSet<>();
        boolean query = false;
        for (RouteEntry route : routes) {
            for (RequestCondition condition : route.conditions()) {
                if (condition instanceof Header header) {
                    headers.add(header.name());
                } else if (condition instanceof WithoutHeader header) {
                    headers.add(header.name());
                } else if (condition instanceof Cookie cookie) {
                    cookies.add(cookie.name());
                } else if (condition instanceof QueryParameter parameter) {
                    queryParameters.add(parameter.name());
                } else {
                    query |= condition instanceof Target;
                }
            }
        }
        return headers.isEmpty() && cookies.isEmpty() && queryParameters.isEmpty() && !query
                ? NONE
                : new MatchInputs(headers, cookies, queryParameters, query);
    }
}
