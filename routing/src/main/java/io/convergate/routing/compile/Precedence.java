package io.convergate.routing.compile;

import io.convergate.routing.match.PathPattern;
import io.convergate.routing.match.RequestCondition;
import io.convergate.routing.match.RouteEntry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The order of the routes of one virtual host. */
final class Precedence {
    /**
     * Kubernetes: an exact path before others, a longer one before a shorter, then what asks for a method, then the most headers,
     * then the most query parameters; expressions stand between exact paths and prefixes. What is equal stays in its order:
     * the oldest resource first.
     */
    private static final Comparator<RouteEntry> MOST_SPECIFIC_FIRST = Comparator.<RouteEntry>comparingInt(
                    entry -> pathRank(entry.path()))
            .thenComparingInt(entry -> -pathLength(entry.path()))
            .thenComparing(entry -> entry.path() instanceof PathPattern.Prefix)
            .thenComparingLong(entry -> -count(entry, RequestCondition.Scheme.class))
            .thenComparingLong(entry -> -count(entry, RequestCondition.Method.class))
            .thenComparingLong(entry -> -count(entry, RequestCondition.Header.class))
            .thenComparingLong(entry -> -count(entry, RequestCondition.Cookie.class))
            .thenComparingLong(entry -> -count(entry, RequestCondition.QueryParameter.class))
            .thenComparingInt(entry -> -entry.conditions().size());

    private Precedence() {}

    private static int pathRank(PathPattern path) {
        if (path instanceof PathPattern.Exact) {
            return 0;
        }
        return path instanceof PathPattern.Regex ? 1 : 2;
    }

    private static int pathLength(PathPattern path) {
        if (path.takesEverything()) {
            return 0;
        }
        if (path instanceof PathPattern.Exact exact) {
            return exact.value().length();
        }
        if (path instanceof PathPattern.Elements elements) {
            return elements.value().length();
        }
        return path instanceof PathPattern.Prefix prefix
                ? prefix.value().length()
                : ((PathPattern.Regex) path).regex().toString().length();
    }

    private static long count(RouteEntry entry, Class<? extends RequestCondition> kind) {
        return entry.conditions().stream().filter(kind::isInstance).count();
    }

    /**
     * The routes of all blocks: those of one dialect before those of the next, and at the very end the first that takes everything;
     * in Istio's dialect nothing that follows such a route in its resource is reached. Istio: combineVHostRoutes. Where a gateway
     * asks for it, Istio's routes are sorted as Kubernetes' are.
     *
     * @param blocks by dialect, then the oldest resource first
     */
    static List<RouteEntry> order(List<Block> blocks) {
        List<List<RouteEntry>> lists = new ArrayList<>();
        for (Dialect dialect : Dialect.values()) {
            List<Block> own = blocks.stream()
                    .filter(block -> Dialect.of(block.source()) == dialect)
                    .toList();
            if (dialect == Dialect.ISTIO && own.stream().noneMatch(Block::isMostSpecificFirst)) {
                own.forEach(block -> lists.add(block.entries()));
            } else if (!own.isEmpty()) {
                lists.add(RpcRoutes.ordered(
                        own.stream().flatMap(block -> block.rpcs().stream()).toList()));
                List<RouteEntry> sorted = new ArrayList<>(
                        dialect == Dialect.ISTIO
                                ? own.stream()
                                        .flatMap(block -> block.entries().stream())
                                        .toList()
                                : Canaries.joined(own));
                sorted.sort(MOST_SPECIFIC_FIRST);
                lists.add(sorted);
            }
        }
        return merge(lists);
    }

    private static List<RouteEntry> merge(List<List<RouteEntry>> lists) {
        List<RouteEntry> merged = new ArrayList<>();
        RouteEntry last = null;
        for (List<RouteEntry> list : lists) {
            for (RouteEntry entry : list) {
                if (entry.isCatchAll()) {
                    last = last == null ? entry : last;
                    break;
                }
                merged.add(entry);
            }
        }
        if (last != null) {
            merged.add(last);
        }
        return merged;
    }
}
