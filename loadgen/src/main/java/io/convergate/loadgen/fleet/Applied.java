package io.convergate.loadgen.fleet;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The answer to a change that was accepted.
 *
 * @param revision the configuration that holds it
 * @param heldBy how many nodes have it on their disks
 * @param members how many nodes the cluster has
 * @param converged whether the nodes waited for serve it; true if nobody was waited for
 * @param nodes how far each node is; empty if nobody was waited for
 */
public record Applied(String revision, int heldBy, int members, boolean converged, List<NodeStatus.Member> nodes) {
    public Applied {
        nodes = nodes == null ? List.of() : List.copyOf(nodes);
    }

    /** The names of the nodes that were waited for and serve it. */
    public Set<String> servedBy() {
        return nodes.stream()
                .filter(member -> member.state().equals("serving"))
                .map(NodeStatus.Member::node)
                .collect(Collectors.toSet());
    }
}
