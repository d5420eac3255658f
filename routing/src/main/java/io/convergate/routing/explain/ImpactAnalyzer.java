package io.convergate.routing.explain;

import io.convergate.routing.explain.ImpactGroup.Kind;
import io.convergate.routing.match.CompiledRoute;
import io.convergate.routing.match.PortTable;
import io.convergate.routing.match.RequestCondition;
import io.convergate.routing.match.RouteEntry;
import io.convergate.routing.match.RouteTable;
import io.convergate.routing.match.VirtualHost;
import io.convergate.routing.upstream.Upstream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Finds what a change does to requests that were sampled: asks the table that is served and the one that would be, which is
 * compiled like any other, for the route of each; and compares what these routes do. Splits are compared by their weights.
 *
 * <p>A sample lacks what no route looked at when it was taken, and what was too long. Where a table looks at such a thing, of
 * a request that had it, the answer is that it cannot be told. Confined to one thread.
 */
public final class ImpactAnalyzer {
    /** Shares that differ by less are the same: a millionth. */
    private static final double SAME = 1e-6;

    /** A setting whose values are short enough is shown with them. */
    private static final int SHOWN_MAX = 40;

    private static final int OUTCOMES_MAX = 3;

    private final RouteTable before;
    private final RouteTable after;
    private final Map<Upstream, List<String>> endpoints = new IdentityHashMap<>();
    private final Map<String, Found> groups = new LinkedHashMap<>();
    private long sampled;
    private double requests;
    private double unaffected;

    /** A group as it grows. */
    private static final class Found {
        private final ImpactGroup first;
        private final Set<String> routesBefore = new LinkedHashSet<>();
        private final Set<String> routesAfter = new LinkedHashSet<>();
        private long sampled;
        private double requests;
        private double affected;

        Found(ImpactGroup first) {
            this.first = first;
        }

        ImpactGroup group() {
            return new ImpactGroup(
                    first.id(),
                    first.kind(),
                    Impact.side(first.before().says(), List.copyOf(routesBefore)),
                    Impact.side(first.after().says(), List.copyOf(routesAfter)),
                    first.changes(),
                    sampled,
                    requests,
                    affected,
                    first.example());
        }
    }

    /**
     * How two effects differ.
     *
     * @param changes what else does
     * @param own what else does for this request alone
     * @param share of how many such requests
     */
    private record Difference(
            Kind kind, String key, String before, String after, List<String> changes, List<String> own, double share) {
        static Difference of(Kind kind, Effect now, Effect then, double share) {
            boolean forwarded = !now.sent().isEmpty() && !then.sent().isEmpty();
            List<String> own = forwarded ? diff(now.sent(), then.sent(), "the upstream gets ") : List.of();
            String routes = own.isEmpty() ? "" : now.origin() + then.origin();
            String key = now.key() + '\n' + then.key() + '\n' + routes;
            List<String> changes = new ArrayList<>();
            if (!then.route().isEmpty() && !now.route().isEmpty()) {
                changes.addAll(diff(now.words(), then.words(), ""));
                settings(now, then, changes);
            }
            return new Difference(kind, key, now.says(), then.says(), changes, own, share);
        }

        Difference with(List<String> more) {
            List<String> all = new ArrayList<>(changes);
            all.addAll(more);
            return new Difference(kind, key, before, after, all, own, share);
        }

        boolean isNothing() {
            return changes.isEmpty() && own.isEmpty();
        }

        String id() {
            return UUID.nameUUIDFromBytes((kind + "\n" + key + '\n' + changes).getBytes(StandardCharsets.UTF_8))
                    .toString()
                    .substring(0, 18);
        }
    }

    /**
     * @param before what is served
     * @param after what would be
     */
    public ImpactAnalyzer(RouteTable before, RouteTable after) {
        this.before = before;
        this.after = after;
    }

    /** Takes a sample into account; the first of a group is its example. */
    public void add(SampledRequest request, double standsFor) {
        sampled++;
        requests += standsFor;
        Effect now = effect(before, request);
        Effect then = effect(after, request);
        Optional<Difference> difference =
                undecided(request, now, then).or(() -> Optional.ofNullable(compare(now, then)));
        if (difference.isEmpty()) {
            unaffected += standsFor;
            return;
        }
        Difference found = difference.get();
        Found group = groups.computeIfAbsent(found.id(), id -> {
            List<String> changes = new ArrayList<>(found.changes());
            changes.addAll(found.own());
            return new Found(new ImpactGroup(
                    id,
                    found.kind(),
                    Impact.side(found.before(), List.of()),
                    Impact.side(found.after(), List.of()),
                    changes,
                    0,
                    0,
                    0,
                    new ImpactGroup.Example(Redaction.line(request), Redaction.headers(request))));
        });
        group.sampled++;
        group.requests += standsFor;
        group.affected += standsFor * found.share();
        if (!now.route().isEmpty() && found.before().equals(now.says())) {
            group.routesBefore.add(now.route());
        }
        if (!then.route().isEmpty() && found.after().equals(then.says())) {
            group.routesAfter.add(then.route());
        }
    }

    /** What it comes to. */
    public Impact impact() {
        return Impact.of(
                sampled,
                requests,
                unaffected,
                groups.values().stream().map(Found::group).toList(),
                0);
    }

    private Effect effect(RouteTable table, SampledRequest request) {
        PortTable port = table.listener(request.listener());
        if (port == null) {
            String bind = request.listener().bind();
            return Effect.refused(
                    0,
                    "the connection is refused: nothing listens on port "
                            + request.listener().port() + (bind.isEmpty() ? "" : " of " + bind));
        }
        VirtualHost host = port.host(request.authority());
        if (host == null) {
            return Effect.refused(404, "404: there is no virtual host for it");
        }
        CompiledRoute route = port.match(request);
        return route == null
                ? Effect.refused(404, "404: no route of " + pattern(port, host) + " takes it")
                : Effect.of(route, request, this::endpoints);
    }

    private static String pattern(PortTable port, VirtualHost host) {
        return port.hosts().entrySet().stream()
                .filter(entry -> entry.getValue() == host)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse("its host");
    }

    /**
     * What may become of a request, as far as its sample can tell.
     *
     * @param steps the routes that may take it, in words: what they ask for
     * @param outcomes what these do, by key
     * @param subjects what of the request would have to be known; empty if nothing
     * @param decided whether one of the outcomes it is for certain
     */
    private record Prospect(List<String> steps, Map<String, Effect> outcomes, Set<String> subjects, boolean decided) {
        String says(Effect certain) {
            if (subjects.isEmpty()) {
                return certain.says();
            }
            return String.join(
                            ", or ",
                            outcomes.keySet().stream().limit(OUTCOMES_MAX).toList())
                    + (decided ? "" : ", or no route takes it") + ": it depends on " + String.join(" and ", subjects);
        }

        /** Whether the same routes may take it, and do the same. */
        boolean isLike(Prospect other) {
            List<Effect> mine = List.copyOf(outcomes.values());
            List<Effect> others = List.copyOf(other.outcomes.values());
            return decided == other.decided
                    && steps.equals(other.steps)
                    && mine.size() == others.size()
                    && IntStream.range(0, mine.size()).allMatch(i -> compare(mine.get(i), others.get(i)) == null);
        }

        /** Whether it makes no difference which of the outcomes it is, of these and of the others. */
        boolean isAllOneWith(Prospect other) {
            return decided
                    && other.decided
                    && outcomes.values().stream().allMatch(mine -> other.outcomes.values().stream()
                            .allMatch(theirs -> compare(mine, theirs) == null));
        }
    }

    private Prospect prospect(RouteTable table, SampledRequest request, Effect certain) {
        PortTable port = table.listener(request.listener());
        VirtualHost host = port == null ? null : port.host(request.authority());
        boolean redirected = host != null
                && host.httpsRedirect() != null
                && !request.scheme().equals("https");
        if (host == null || redirected || request.hidden().isEmpty()) {
            return new Prospect(List.of(), Map.of(certain.key(), certain), Set.of(), true);
        }
        List<String> steps = new ArrayList<>();
        Set<String> subjects = new LinkedHashSet<>();
        Map<String, Effect> outcomes = new LinkedHashMap<>();
        for (RouteEntry entry : host.routes()) {
            List<String> open = new ArrayList<>();
            if (isPossible(entry, request, open)) {
                subjects.addAll(open);
                Effect outcome = Effect.of(entry.route(), request, this::endpoints);
                steps.add(Conditions.all(entry) + '\n' + outcome.key());
                outcomes.putIfAbsent(outcome.key(), outcome);
                if (open.isEmpty()) {
                    return new Prospect(steps, outcomes, subjects, true);
                }
            }
        }
        return subjects.isEmpty()
                ? new Prospect(steps, Map.of(certain.key(), certain), subjects, true)
                : new Prospect(steps, outcomes, subjects, false);
    }

    /** What may become of a request of which routing has to know more than its sample holds, now or then; empty if it does not. */
    private Optional<Difference> undecided(SampledRequest request, Effect now, Effect then) {
        Prospect is = prospect(before, request, now);
        Prospect will = prospect(after, request, then);
        if (is.subjects().isEmpty() && will.subjects().isEmpty() || is.isLike(will) || is.isAllOneWith(will)) {
            return Optional.empty();
        }
        String said = is.says(now);
        String says = will.says(then);
        String key = (is.subjects().isEmpty() ? now.key() : said) + '\n' + says;
        return Optional.of(new Difference(Kind.UNDECIDED, key, said, says, List.of(), List.of(), 1));
    }

    /** Whether a route takes a request as far as its sample can tell; notes what it cannot. */
    private static boolean isPossible(RouteEntry entry, SampledRequest request, List<String> open) {
        if (!entry.path().matches(request.path())) {
            return false;
        }
        for (RequestCondition condition : entry.conditions()) {
            if (!request.decides(condition)) {
                open.add(Conditions.subject(condition));
            } else if (!condition.holds(request)) {
                return false;
            }
        }
        return true;
    }

    private List<String> endpoints(Upstream upstream) {
        return endpoints.computeIfAbsent(upstream, Explainer::endpoints);
    }

    private static @Nullable Difference compare(Effect now, Effect then) {
        if (now.route().isEmpty() && then.route().isEmpty() && now.failures().equals(then.failures())) {
            return null;
        }
        double failing = then.failing() - now.failing();
        if (Math.abs(failing) > SAME) {
            return Difference.of(failing > 0 ? Kind.FAILS : Kind.MENDED, now, then, Math.abs(failing));
        }
        if (!now.failures().keySet().equals(then.failures().keySet())) {
            return Difference.of(Kind.FAILS, now, then, then.failing());
        }
        boolean redirects = now.redirect() != null || then.redirect() != null;
        if (redirects && !now.says().equals(then.says())) {
            return Difference.of(Kind.REDIRECT, now, then, 1);
        }
        double moved = now.moved(then);
        if (moved > SAME) {
            return Difference.of(Kind.ELSEWHERE, now, then, moved);
        }
        if (!now.endpoints().equals(then.endpoints())) {
            double share = now.endpoints().keySet().stream()
                    .filter(place ->
                            !now.endpoints().get(place).equals(then.endpoints().get(place)))
                    .mapToDouble(place -> now.places().getOrDefault(place, 0.0))
                    .sum();
            return Difference.of(Kind.ENDPOINTS, now, then, share)
                    .with(diff(
                            all(now.endpoints().values()), all(then.endpoints().values()), "endpoint "));
        }
        Difference filters = Difference.of(Kind.FILTERS, now, then, 1);
        if (!filters.isNothing()) {
            return filters;
        }
        return now.origin().equals(then.origin()) ? null : Difference.of(Kind.ROUTE, now, then, 1);
    }

    private static List<String> all(Collection<List<String>> endpoints) {
        return endpoints.stream().flatMap(List::stream).toList();
    }

    private static List<String> diff(Collection<String> before, Collection<String> after, String what) {
        List<String> lines = new ArrayList<>();
        before.stream().filter(line -> !after.contains(line)).forEach(line -> lines.add("- " + what + line));
        after.stream().filter(line -> !before.contains(line)).forEach(line -> lines.add("+ " + what + line));
        return lines;
    }

    /** How endpoints are treated that get requests before and after. */
    private static void settings(Effect now, Effect then, List<String> changes) {
        now.settings().forEach((setting, value) -> {
            Object other = then.settings().getOrDefault(setting, value);
            if (!other.equals(value)) {
                String values = " " + other + " in place of " + value;
                boolean isShort = values.length() < SHOWN_MAX && values.indexOf('[') < 0;
                changes.add("+ " + setting + (isShort ? values : " settings change"));
            }
        });
    }
}
