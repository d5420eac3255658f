package io.convergate.routing.compile;

import io.convergate.routing.match.PathPattern;
import io.convergate.routing.match.RequestCondition;
import io.convergate.routing.match.RouteEntry;
import io.convergate.routing.model.gatewayapi.GatewayRoute.MatchType;
import io.convergate.routing.model.gatewayapi.GatewayRoute.RpcMatch;
import io.convergate.routing.regex.SafeRegex;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The routes of GRPCRoutes. A call of gRPC is a request for {@code /service/method}, so each is a route by its path. */
final class RpcRoutes {
    private static final String ANY_NAME = "[^/]+";

    /** Gateway API: the longest service, then the longest method, then the most headers; what is equal stays in its order. */
    private static final Comparator<Ranked> MOST_SPECIFIC_FIRST = Comparator.<Ranked>comparingInt(
                    ranked -> -ranked.serviceLength())
            .thenComparingInt(ranked -> -ranked.methodLength())
            .thenComparingLong(ranked -> -headers(ranked.entry()));

    private RpcRoutes() {}

    /**
     * A route and what decides how soon it is asked.
     *
     * @param entry the route
     * @param serviceLength the characters of the service it asks for; 0 for any
     * @param methodLength the characters of the method it asks for; 0 for any
     */
    record Ranked(RouteEntry entry, int serviceLength, int methodLength) {
        static Ranked of(RouteEntry entry, Optional<RpcMatch> match) {
            return new Ranked(
                    entry,
                    match.flatMap(RpcMatch::service).map(String::length).orElse(0),
                    match.flatMap(RpcMatch::method).map(String::length).orElse(0));
        }
    }

    private static long headers(RouteEntry entry) {
        return entry.conditions().stream()
                .filter(condition ->
                        condition instanceof RequestCondition.Header || condition instanceof RequestCondition.Authority)
                .count();
    }

    /** The routes in the order in which they are asked. */
    static List<RouteEntry> ordered(List<Ranked> routes) {
        return routes.stream().sorted(MOST_SPECIFIC_FIRST).map(Ranked::entry).toList();
    }

    /** The paths of the calls that a match means. */
    static PathPattern pattern(RpcMatch match) {
        Optional<String> service = match.service();
        if (match.type() == MatchType.EXACT && service.isPresent()) {
            return match.method()
                    .<PathPattern>map(method -> new PathPattern.Exact("/" + service.get() + "/" + method, false))
                    .orElseGet(() -> PathPattern.Elements.of("/" + service.get()));
        }
        return new PathPattern.Regex(SafeRegex.compile(expression(match)));
    }

    /** An expression for the paths of these calls, that a whole path has to match. */
    static String expression(RpcMatch match) {
        return "/" + name(match.service(), match.type()) + "/" + name(match.method(), match.type());
    }

    private static String name(Optional<String> written, MatchType type) {
        return written.map(text -> type == MatchType.EXACT ? text.replace(".", "\\.") : "(?:" + text + ")")
                .orElse(ANY_NAME);
    }
}
