package io.convergate.routing.match;

import io.convergate.routing.regex.RegexShape;
import io.convergate.routing.regex.SafeRegex;
import io.convergate.routing.request.RequestFacts;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The routes of one host pattern on one port, in order; the first that matches wins. Immutable, read by all threads.
 */
public final class VirtualHost {
    private final List<RouteEntry> routes;
    private final @Nullable CompiledRoute httpsRedirect;
    private final PathTree literals = new PathTree(false);
    private final PathTree anyCaseLiterals = new PathTree(true);
    private final PathTree expressions = new PathTree(false);

    /**
     * @param routes the routes, in order
     * @param httpsRedirect where requests go that came by plain HTTP, before any route is asked; null to ask the routes
     */
    public VirtualHost(List<RouteEntry> routes, @Nullable CompiledRoute httpsRedirect) {
        this.routes = List.copyOf(routes);
        this.httpsRedirect = httpsRedirect;
        for (int rank = 0; rank < this.routes.size(); rank++) {
            add(rank, this.routes.get(rank));
        }
    }

    private void add(int rank, RouteEntry entry) {
        PathPattern path = entry.path();
        if (path instanceof PathPattern.Exact exact) {
            tree(exact.ignoreCase()).addExact(exact.value(), rank, entry);
        } else if (path instanceof PathPattern.Prefix prefix) {
            tree(prefix.ignoreCase()).addPrefix(prefix.value(), rank, entry);
        } else if (path instanceof PathPattern.Regex regex) {
            addRegex(rank, entry, regex.regex());
        }
    }

    private PathTree tree(boolean ignoreCase) {
        return ignoreCase ? anyCaseLiterals : literals;
    }

    /** An expression that only spells a literal needs no running. */
    private void addRegex(int rank, RouteEntry entry, SafeRegex regex) {
        RegexShape shape = regex.shape();
        switch (shape.kind()) {
            case LITERAL -> literals.addExact(shape.prefix(), rank, entry);
            case ANYTHING_AFTER_PREFIX -> literals.addPrefix(shape.prefix(), rank, entry);
            case GENERAL -> expressions.addRegex(regex, rank, entry);
        }
    }

    /** The first route that takes the request; null if none does. Only expressions and conditions on them allocate. */
    @Nullable
    CompiledRoute match(RequestFacts request) {
        if (httpsRedirect != null && !request.scheme().equals("https")) {
            return httpsRedirect;
        }
        String path = request.path();
        int none = routes.size();
        int rank = literals.firstMatch(path, request, none);
        rank = anyCaseLiterals.firstMatch(path, request, rank);
        rank = expressions.firstMatch(path, request, rank);
        return rank == none ? null : routes.get(rank).route();
    }

    /** The routes, in order. */
    public List<RouteEntry> routes() {
        return routes;
    }
}
