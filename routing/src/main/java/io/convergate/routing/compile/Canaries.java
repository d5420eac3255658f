package io.convergate.routing.compile;

import io.convergate.routing.action.Forward;
import io.convergate.routing.action.WeightedDestination;
import io.convergate.routing.match.CompiledRoute;
import io.convergate.routing.match.RequestCondition;
import io.convergate.routing.match.RouteEntry;
import io.convergate.routing.match.ValueTest;
import io.convergate.routing.resolve.NginxAnnotations;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Canaries of ingress-nginx: Ingresses that take a part of what another one with the same host and path would get. A header
 * decides before a cookie, a cookie before the weight. Without the other one they take nothing, as there.
 */
final class Canaries {
    private Canaries() {}

    /**
     * A canary's route.
     *
     * @param entry what it would take, and where it goes
     * @param rule which part
     */
    record Canary(RouteEntry entry, NginxAnnotations.Canary rule) {}

    /** The routes of these blocks, with their canaries worked in. */
    static List<RouteEntry> joined(List<Block> blocks) {
        List<RouteEntry> entries = new ArrayList<>();
        blocks.forEach(block -> entries.addAll(block.entries()));
        blocks.forEach(block -> block.canaries().forEach(canary -> join(canary, entries)));
        return entries;
    }

    private static void join(Canary canary, List<RouteEntry> entries) {
        for (int i = 0; i < entries.size(); i++) {
            RouteEntry main = entries.get(i);
            if (main.path().equals(canary.entry().path())
                    && main.conditions().isEmpty()
                    && main.route().action() instanceof Forward forward
                    && canary.entry().route().action() instanceof Forward other) {
                entries.set(i, weighted(main, forward, other, canary.rule()));
                entries.addAll(chosen(main, canary));
                return;
            }
        }
    }

    /** The routes of those requests whose header or cookie says which they want. */
    private static List<RouteEntry> chosen(RouteEntry main, Canary canary) {
        List<RouteEntry> entries = new ArrayList<>();
        NginxAnnotations.Canary rule = canary.rule();
        RouteEntry trial = RateLimitCompiler.limitedToo(canary.entry(), main.route());
        rule.header().ifPresent(name -> {
            Optional<ValueTest> wanted = rule.headerTest();
            add(entries, new RequestCondition.Header(name, wanted.orElse(new ValueTest.Exact("always"))), trial);
            if (wanted.isEmpty()) {
                add(entries, new RequestCondition.Header(name, new ValueTest.Exact("never")), main);
            }
        });
        rule.cookie().ifPresent(name -> {
            add(entries, new RequestCondition.Cookie(name, "always"), trial);
            add(entries, new RequestCondition.Cookie(name, "never"), main);
        });
        return entries;
    }

    private static void add(List<RouteEntry> entries, RequestCondition condition, RouteEntry entry) {
        entries.add(new RouteEntry(entry.path(), List.of(condition), entry.route()));
    }

    private static RouteEntry weighted(RouteEntry main, Forward forward, Forward other, NginxAnnotations.Canary rule) {
        int rest = rule.weightTotal() - rule.weight();
        if (rule.weight() == 0) {
            return main;
        }
        List<WeightedDestination> destinations = new ArrayList<>();
        if (rest > 0) {
            destinations.add(forward.destinations().get(0).withWeight(rest));
        }
        destinations.add(other.destinations().get(0).withWeight(rule.weight()));
        Forward both = new Forward(
                destinations,
                forward.timeoutNanos(),
                forward.retry(),
                forward.mirrors(),
                forward.rewrite(),
                forward.request(),
                forward.response());
        CompiledRoute route = new CompiledRoute(
                main.route().info(), main.route().filters(), both, main.route().attachment());
        return new RouteEntry(main.path(), main.conditions(), route);
    }
}
