package io.convergate.node.admin.api;

import io.convergate.routing.explain.Impact;
import java.util.List;

/**
 * What a change would do, had it been applied.
 *
 * @param revision the configuration it was compared with
 * @param resources what it would do to each resource
 * @param nodes whose requests were looked at
 * @param impact what it would do to these
 */
public record ImpactReport(String revision, List<ResourceResult> resources, List<NodeSample> nodes, Impact impact) {
    public ImpactReport {
        resources = List.copyOf(resources);
        nodes = List.copyOf(nodes);
    }
}
