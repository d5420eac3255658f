package io.convergate.routing.match;

import io.convergate.routing.match.PathTree.Direction;
import io.convergate.routing.regex.RegexShape;
import io.convergate.routing.request.RequestFacts;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The routes of one host pattern on one port, in order; the first that matches wins. Immutable, read by all threads.
 */
public final class VirtualHost {
    private final List<RouteEntry> routes;
    private final CompiledRoute[] byRank;
    private final @Nullable CompiledRoute httpsRedirect;
    private final MatchInputs inputs;

    /** The trees that hold anything; literals before expressions: a match found there spares running some. */
    private final PathTree[] trees;

    /**
     * @param routes the routes, in order
     * @param httpsRedirect where requests go that came by plain HTTP, before any route is asked; null to ask the routes
     */
    public VirtualHost(List<RouteEntry> routes, @Nullable CompiledRoute httpsRedirect) {
        this.routes = List.copyOf(routes);
        this.byRank = routes.stream().map(RouteEntry::route).toArray(CompiledRoute[]::new);
        this.httpsRedirect = httpsRedirect;
        this.inputs = MatchInputs.of(this.routes);
        PathTreeBuilder literals = new PathTreeBuilder(Direction.FORWARDS);
        PathTreeBuilder anyCaseLiterals = new PathTreeBuilder(Direction.FORWARDS_IN_ANY_CASE);
        PathTreeBuilder beginnings = new PathTreeBuilder(Direction.FORWARDS);
        PathTreeBuilder endings = new PathTreeBuilder(Direction.BACKWARDS);
        Map<String, Integer> prefixes = frequency(RegexShape::prefix);
        Map<String, Integer> suffixes = frequency(RegexShape::suffix);
        for (int rank = 0; rank < this.routes.size(); rank++) {
            RouteEntry entry = this.routes.get(rank);
            PathPattern path = entry.path();
            if (path instanceof PathPattern.Exact exact) {
                (exact.ignoreCase() ? anyCaseLiterals : literals).addExact(exact.value(), rank, entry);
            } else if (path instanceof PathPattern.Prefix prefix) {
                (prefix.ignoreCase() ? anyCaseLiterals : literals).addPrefix(prefix.value(), rank, entry);
            } else if (path instanceof PathPattern.Elements elements) {
                literals.addElements(elements.value(), rank, entry);
            } else if (path instanceof PathPattern.Regex regex) {
                RegexShape shape = regex.regex().shape();
                switch (shape.kind()) { // an expression that only spells a literal needs no running
                    case LITERAL -> literals.addExact(shape.prefix(), rank, entry);
                    case ANYTHING_AFTER_PREFIX -> literals.addPrefix(shape.prefix(), rank, entry);
                    case GENERAL ->
                        (suffixes.get(shape.suffix()) < prefixes.get(shape.prefix()) ? endings : beginnings)
                                .addRegex(regex.regex(), rank, entry);
                }
            }
        }
        this.trees = Stream.of(literals, anyCaseLiterals, beginnings, endings)
                .map(PathTreeBuilder::build)
                .filter(Objects::nonNull)
                .toArray(PathTree[]::new);
    }

    /** How many expressions share each literal: the rarer one of an expression tells more about it. */
    private Map<String, Integer> frequency(Function<RegexShape, String> literal) {
        Map<String, Integer> frequency = new HashMap<>();
        for (RouteEntry entry : routes) {
            if (entry.path() instanceof PathPattern.Regex regex) {
                frequency.merge(literal.apply(regex.regex().shape()), 1, Integer::sum);
            }
        }
        return frequency;
    }

    /** The first route that takes the request; null if none does. Only expressions and conditions on them allocate. */
    @Nullable
    CompiledRoute match(RequestFacts request) {
        if (httpsRedirect != null && !request.scheme().equals("https")) {
            return httpsRedirect;
        }
        String path = request.path();
        int rank = byRank.length;
        for (PathTree tree : trees) {
            rank = tree.firstMatch(path, request, rank);
        }
        return rank == byRank.length ? null : byRank[rank];
    }

    /** Where requests go that came by plain HTTP, before any route is asked; null if the routes are. */
    public @Nullable CompiledRoute httpsRedirect() {
        return httpsRedirect;
    }

    /** Everything that a request can be given here: the routes, and the redirect before them. */
    Stream<CompiledRoute> compiled() {
        return Stream.concat(Arrays.stream(byRank), Stream.ofNullable(httpsRedirect));
    }

    /** What the routes look at beyond method, scheme, authority and path. */
    public MatchInputs inputs() {
        return inputs;
    }

    /** The routes, in order. */
    public List<RouteEntry> routes() {
        return routes;
    }
}
