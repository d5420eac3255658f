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
 * @param resources what became of each resource
 */
public record Applied(
        String revision,
        int heldBy,
        int members,
        boolean converged,
        List<NodeStatus.Member> nodes,
        List<Resource> resources) {
    public Applied {
        resources = resources == null ? List.of() : List.copyOf(resources);
        nodes = nodes == null ? List.of() : List.copyOf(nodes);
    }

    /**
     * A resource of a change.
     *
     * @param outcome {@code created}, {@code configured}, {@code unchanged} or {@code deleted}
     */
    public record Resource(String outcome) {}

    /** Whether nothing had to be written: a deletion found nothing, a resource was there just like this. */
    public boolean isUnchanged() {
        return !resources.isEmpty()
                && resources.stream().allMatch(resource -> resource.outcome().equals("unchanged"));
    }

    /** The names of the nodes that were waited for and serve it. */
    public Set<String> servedBy() {
        return nodes.stream()
                .filter(member -> member.state().equals("serving"))
                .map(NodeStatus.Member::node)
                .collect(Collectors.toSet());
    }
}
