package io.convergate.node.main.top;

import io.convergate.node.admin.api.BreakerView;
import io.convergate.node.admin.api.LimitVitals;
import io.convergate.node.admin.api.NodeVitals;
import io.convergate.node.admin.api.RouteVitals;
import io.convergate.node.admin.api.VitalsReport;
import io.convergate.node.telemetry.Spread;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What two looks at a cluster amount to.
 *
 * @param node who was asked
 * @param revision the configuration it knows
 * @param seconds between the looks
 * @param total all nodes together
 * @param serving how many nodes serve the configuration
 * @param convergenceMs 99 of 100 changes were served so soon after they were taken, since the nodes started; 0 if there were none
 * @param nodes every node
 * @param routes those that had requests since the nodes started
 * @param routesLeftOut how many are not among them
 * @param limits those that refused anything
 * @param breakers those that are not closed
 */
record TopView(
        String node,
        String revision,
        double seconds,
        Traffic total,
        long serving,
        double convergenceMs,
        List<NodeRow> nodes,
        List<RouteRow> routes,
        int routesLeftOut,
        List<LimitRow> limits,
        List<BreakerRow> breakers) {

    /**
     * One node.
     *
     * @param state how far it is with the configuration
     * @param trouble why nothing else is known of it, or why it should get no traffic; empty if it does
     * @param answered whether the rest is known
     * @param cores processor time, in cores
     * @param loopDelayMs 99 of 100 times a loop was no later
     */
    record NodeRow(
            String node,
            String address,
            String state,
            String trouble,
            boolean answered,
            Traffic traffic,
            long connections,
            double cores,
            long heapBytes,
            double loopDelayMs) {}

    /** One route, on all nodes together. */
    record RouteRow(String service, String route, Traffic traffic) {
        /** As people call it. */
        String name() {
            if (service.isEmpty()) {
                return "(no route)";
            }
            return route.isEmpty() ? service : service + ' ' + route;
        }
    }

    /** A limit on all nodes together; a second. */
    record LimitRow(String policy, double allowed, double refused) {}

    /** A breaker, and where. */
    record BreakerRow(String node, String name, String state, String reason) {}

    private record RouteKey(String service, String route) {
        static RouteKey of(RouteVitals route) {
            return new RouteKey(route.service(), route.route());
        }
    }

    /** What has come between two looks. */
    static TopView between(VitalsReport before, VitalsReport after) {
        Map<String, NodeVitals> earlier = new HashMap<>();
        before.nodes().forEach(answer -> {
            if (answer.vitals() != null) {
                earlier.put(answer.progress().address(), answer.vitals());
            }
        });
        List<NodeRow> nodes = new ArrayList<>();
        Map<RouteKey, Traffic.Counts> routes = new LinkedHashMap<>();
        Map<String, double[]> limits = new TreeMap<>();
        List<BreakerRow> breakers = new ArrayList<>();
        Traffic.Counts total = Traffic.Counts.NONE;
        Spread convergence = Spread.NONE;
        double longest = 0;
        int leftOut = 0;
        for (VitalsReport.Answer answer : after.nodes()) {
            NodeVitals now = answer.vitals();
            NodeVitals then = earlier.get(answer.progress().address());
            if (now == null) {
                nodes.add(silent(answer));
                continue;
            }
            // A process that is another one since has counts of its own, from nothing.
            NodeVitals base =
                    then != null && then.nanos() < now.nanos() && then.cpuNanos() <= now.cpuNanos() ? then : now;
            double seconds = Math.max(1e-3, (now.nanos() - base.nanos()) / 1e9);
            Traffic.Counts own = Traffic.Counts.NONE;
            Map<RouteKey, RouteVitals> known = new HashMap<>();
            base.routes().forEach(route -> known.put(RouteKey.of(route), route));
            for (RouteVitals route : now.routes()) {
                RouteVitals old = known.get(RouteKey.of(route));
                Traffic.Counts since = base == now
                        ? Traffic.Counts.NONE
                        : old == null ? Traffic.Counts.of(route) : Traffic.Counts.between(old, route);
                own = own.plus(since);
                routes.merge(RouteKey.of(route), since, Traffic.Counts::plus);
            }
            limits(base, now, seconds, limits);
            for (BreakerView breaker : now.breakers()) {
                breakers.add(
                        new BreakerRow(answer.progress().node(), breaker.name(), breaker.state(), breaker.reason()));
            }
            nodes.add(row(answer, base, now, own, seconds));
            total = total.plus(own);
            convergence = convergence.plus(now.convergence());
            longest = Math.max(longest, seconds);
            leftOut = Math.max(leftOut, now.routesLeftOut());
        }
        double seconds = longest == 0 ? 1 : longest;
        return new TopView(
                after.node(),
                after.revision(),
                seconds,
                total.in(seconds),
                nodes.stream().filter(row -> row.state().equals("serving")).count(),
                convergence.millis(0.99),
                nodes,
                routes.entrySet().stream()
                        .map(entry -> new RouteRow(
                                entry.getKey().service(),
                                entry.getKey().route(),
                                entry.getValue().in(seconds)))
                        .toList(),
                leftOut,
                limits.entrySet().stream()
                        .filter(entry -> entry.getValue()[1] > 0)
                        .map(entry -> new LimitRow(entry.getKey(), entry.getValue()[0], entry.getValue()[1]))
                        .toList(),
                breakers);
    }

    private static NodeRow silent(VitalsReport.Answer answer) {
        return new NodeRow(
                answer.progress().node(),
                answer.progress().address(),
                answer.progress().state().word(),
                answer.trouble(),
                false,
                Traffic.NONE,
                0,
                0,
                0,
                0);
    }

    private static NodeRow row(
            VitalsReport.Answer answer, NodeVitals base, NodeVitals now, Traffic.Counts own, double seconds) {
        return new NodeRow(
                answer.progress().node(),
                answer.progress().address(),
                answer.progress().state().word(),
                now.ready() ? "" : "not ready",
                true,
                own.in(seconds),
                now.connections(),
                (now.cpuNanos() - base.cpuNanos()) / 1e9 / seconds,
                now.heapBytes(),
                now.loopDelays().since(base.loopDelays()).millis(0.99));
    }

    private static void limits(NodeVitals base, NodeVitals now, double seconds, Map<String, double[]> sums) {
        Map<String, LimitVitals> known = new HashMap<>();
        base.limits().forEach(limit -> known.put(limit.policy(), limit));
        for (LimitVitals limit : now.limits()) {
            LimitVitals old = known.get(limit.policy());
            double[] sum = sums.computeIfAbsent(limit.policy(), key -> new double[2]);
            sum[0] += Math.max(0, limit.allowed() - (old == null ? 0 : old.allowed())) / seconds;
            sum[1] += Math.max(0, limit.refused() - (old == null ? 0 : old.refused())) / seconds;
        }
    }
}
