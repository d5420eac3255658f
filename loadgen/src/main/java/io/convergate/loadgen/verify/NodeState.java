package io.convergate.loadgen.verify;

import java.util.Map;

/**
 * What a node had after healing.
 *
 * @param revision what it serves
 * @param resources from each resource's key to its value
 */
public record NodeState(String node, String revision, Map<String, String> resources) {
    public NodeState {
        resources = Map.copyOf(resources);
    }
}
