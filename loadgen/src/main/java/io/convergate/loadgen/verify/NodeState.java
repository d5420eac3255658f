package io.convergate.loadgen.verify;

import java.util.Map;
import java.util.Set;

/**
 * What a node had after healing.
 *
 * @param revision what it serves
 * @param resources from each resource's key to its value
 * @param conflicts the keys of those that it reports as written by two who did not know of each other
 */
public record NodeState(String node, String revision, Map<String, String> resources, Set<String> conflicts) {
    public NodeState {
        resources = Map.copyOf(resources);
        conflicts = Set.copyOf(conflicts);
    }
}
