package io.convergate.routing.explain;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a change does to requests that were sampled.
 *
 * @param sampled how many there are
 * @param requests how many requests they stand for
 * @param unaffected how many of those notice nothing
 * @param groups the others; the worst kind first, then those with the most requests
 * @param groupsNotShown how many more groups there are
 */
public record Impact(long sampled, double requests, double unaffected, List<ImpactGroup> groups, int groupsNotShown) {
    /** Of no requests at all. */
    public static final Impact NONE = new Impact(0, 0, 0, List.of(), 0);

    /** So many groups are told. */
    private static final int GROUPS_MAX = 100;

    private static final int ROUTES_MAX = 3;

    private static final Comparator<ImpactGroup> ORDER = Comparator.comparing(ImpactGroup::kind)
            .thenComparing(Comparator.comparingDouble(ImpactGroup::affected).reversed())
            .thenComparing(ImpactGroup::id);

    public Impact {
        groups = List.copyOf(groups);
    }

    /** The same with no more groups than are told, in their order. */
    static Impact of(long sampled, double requests, double unaffected, List<ImpactGroup> groups, int notShown) {
        List<ImpactGroup> shown =
                groups.stream().sorted(ORDER).limit(GROUPS_MAX).toList();
        return new Impact(sampled, requests, unaffected, shown, notShown + groups.size() - shown.size());
    }

    /** What several nodes found, in one. Groups that some of them did not tell are counted as those of the node with most. */
    public static Impact merge(List<Impact> parts) {
        Map<String, ImpactGroup> groups = new LinkedHashMap<>();
        parts.forEach(part -> part.groups().forEach(group -> groups.merge(group.id(), group, Impact::merge)));
        return of(
                parts.stream().mapToLong(Impact::sampled).sum(),
                parts.stream().mapToDouble(Impact::requests).sum(),
                parts.stream().mapToDouble(Impact::unaffected).sum(),
                new ArrayList<>(groups.values()),
                parts.stream().mapToInt(Impact::groupsNotShown).max().orElse(0));
    }

    private static ImpactGroup merge(ImpactGroup one, ImpactGroup other) {
        return new ImpactGroup(
                one.id(),
                one.kind(),
                merge(one.before(), other.before()),
                merge(one.after(), other.after()),
                one.changes(),
                one.sampled() + other.sampled(),
                one.requests() + other.requests(),
                one.affected() + other.affected(),
                one.example());
    }

    private static ImpactGroup.Side merge(ImpactGroup.Side one, ImpactGroup.Side other) {
        List<String> routes = new ArrayList<>(one.routes());
        int more = Math.max(one.moreRoutes(), other.moreRoutes());
        for (String route : other.routes()) {
            if (!routes.contains(route)) {
                if (routes.size() < ROUTES_MAX) {
                    routes.add(route);
                } else {
                    more = Math.max(more, 1);
                }
            }
        }
        return new ImpactGroup.Side(one.says(), routes, more);
    }

    /** One side of a group that takes some routes. */
    static ImpactGroup.Side side(String says, List<String> routes) {
        return new ImpactGroup.Side(
                says, routes.stream().limit(ROUTES_MAX).toList(), Math.max(0, routes.size() - ROUTES_MAX));
    }
}
