package io.convergate.node.admin.api;

import java.util.List;

/**
 * The reply to a change that was accepted.
 *
 * @param revision the configuration that holds the change; the one before it if nothing was written
 * @param dryRun true if the change was only tried, and nothing was written
 * @param heldBy how many nodes have it on their disks
 * @param members how many nodes the cluster has
 * @param spreading whether a majority was asked for and promised to take it, but was not yet heard to have it
 * @param converged whether the nodes waited for serve it; true if nobody asked to wait
 * @param resources what it did to each resource, in the order they were sent
 * @param nodes how far each node is; empty if nobody asked to wait
 */
public record ApplyReport(
        String revision,
        boolean dryRun,
        int heldBy,
        int members,
        boolean spreading,
        boolean converged,
        List<ResourceResult> resources,
        List<NodeProgress> nodes) {
    public ApplyReport {
        resources = List.copyOf(resources);
        nodes = nodes == null ? List.of() : List.copyOf(nodes);
    }

    /** The same after waiting. */
    public ApplyReport reached(boolean allServe, List<NodeProgress> progress) {
        return new ApplyReport(revision, dryRun, heldBy, members, spreading, allServe, resources, progress);
    }
}
