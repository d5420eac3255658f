package io.convergate.node.admin.api;

import java.util.List;

/**
 * A change of the past.
 *
 * @param change its short name, {@code writer.counter}; where a revision is asked for, it means the one right after it
 * @param revision the configuration right after it
 * @param time when, by the clock of the node that took it, in ISO 8601
 * @param author who asked for it; empty if unknown
 * @param message why; may be empty
 * @param node the node that took it; empty if unknown
 * @param client the address it came from; empty if unknown
 * @param resources what it did, the first of them only
 * @param more how many it did beyond those
 * @param complete whether {@code resources} is known; false if the configuration before it is not kept any more
 */
public record ChangeView(
        String change,
        String revision,
        String time,
        String author,
        String message,
        String node,
        String client,
        List<ResourceChange> resources,
        int more,
        boolean complete) {
    public ChangeView {
        resources = resources == null ? List.of() : List.copyOf(resources);
    }

    /**
     * What a change did to one resource.
     *
     * @param resource {@code kind/namespace/name}, the kind in lower case
     * @param outcome what became of it
     */
    public record ResourceChange(String resource, ResourceResult.Outcome outcome) {}
}
