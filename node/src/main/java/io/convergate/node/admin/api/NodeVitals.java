package io.convergate.node.admin.api;

import io.convergate.node.telemetry.Spread;
import java.util.List;
import java.util.Map;

/**
 * How a node is doing: counts since it started, of which two make a rate.
 *
 * @param version the software it runs
 * @param ready whether it should get traffic
 * @param nanos a clock of the process that never goes back
 * @param cpuNanos processor time that the process has taken
 * @param heapBytes memory on its heap that is in use
 * @param connections open client connections
 * @param routes what became of its requests, the busiest first; at most 200
 * @param routesLeftOut how many routes with requests are not among them
 * @param flags replies and endings by response flag
 * @param loopDelays how late the edge's loops were
 * @param convergence from accepting a change to serving it
 * @param limits what rate limits did, those that refused most first; at most 50
 * @param breakers circuit breakers that are not closed; at most 50
 */
public record NodeVitals(
        String version,
        boolean ready,
        long nanos,
        long cpuNanos,
        long heapBytes,
        long connections,
        List<RouteVitals> routes,
        int routesLeftOut,
        Map<String, Long> flags,
        Spread loopDelays,
        Spread convergence,
        List<LimitVitals> limits,
        List<BreakerView> breakers) {
    public NodeVitals {
        routes = List.copyOf(routes);
        flags = Map.copyOf(flags);
        limits = List.copyOf(limits);
        breakers = List.copyOf(breakers);
    }
}
