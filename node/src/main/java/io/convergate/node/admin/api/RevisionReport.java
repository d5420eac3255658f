package io.convergate.node.admin.api;

import java.util.List;

/**
 * Who serves a revision.
 *
 * @param revision the revision asked for
 * @param known whether the node that answers has it, or one that covers it
 * @param converged whether those asked to be waited for serve it; without that, all that are there
 * @param nodes every node of the cluster, the one that answers first; a reason that begins with {@code left out} names one
 *     that is not waited for, and why
 */
public record RevisionReport(String revision, boolean known, boolean converged, List<NodeProgress> nodes) {
    public RevisionReport {
        nodes = List.copyOf(nodes);
    }
}
