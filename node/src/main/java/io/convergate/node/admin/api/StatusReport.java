package io.convergate.node.admin.api;

import java.util.List;

/**
 * What a node says of itself and of its cluster.
 *
 * @param node the name of the node that answers
 * @param version the software it runs
 * @param revision the newest configuration it knows
 * @param ready whether it should get traffic
 * @param notReadyBecause why not; empty if it should
 * @param resources how many resources it knows
 * @param nodes every node of the cluster, itself included
 * @param conflicts resources that were written on two sides of a partition, until somebody writes them again; the first
 *     of them only
 * @param listeners its own ports
 * @param leftOut endpoints that it sends no requests to, because they kept failing or fail their health checks; the first
 *     of them only
 * @param breakers its breakers that are not closed; the first of them only
 * @param problems errors and warnings of the configuration it serves
 */
public record StatusReport(
        String node,
        String version,
        String revision,
        boolean ready,
        List<String> notReadyBecause,
        int resources,
        List<NodeProgress> nodes,
        List<ConflictView> conflicts,
        List<ListenerView> listeners,
        List<EndpointView> leftOut,
        List<BreakerDetail> breakers,
        List<ProblemView> problems) {
    public StatusReport {
        notReadyBecause = List.copyOf(notReadyBecause);
        nodes = List.copyOf(nodes);
        conflicts = conflicts == null ? List.of() : List.copyOf(conflicts);
        listeners = List.copyOf(listeners);
        leftOut = leftOut == null ? List.of() : List.copyOf(leftOut);
        breakers = breakers == null ? List.of() : List.copyOf(breakers);
        problems = List.copyOf(problems);
    }
}
