package io.convergate.node.admin;

import io.convergate.routing.collect.SharedMap;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ResourceKey;
import java.util.Map;
import java.util.Set;

/**
 * A configuration read into records.
 *
 * @param resources every resource that can be read; for one that cannot, the last version that could. Shares with what was
 *     read before what did not change
 * @param unreadable why the others cannot be read: a newer node wrote what this one does not know
 * @param sound those of which nothing was said when they were judged here to be written by the very change that led to this
 */
public record ParsedConfig(
        SharedMap<ResourceKey, Resource> resources, Map<ResourceKey, String> unreadable, Set<ResourceKey> sound) {
    /** Nothing at all. */
    static final ParsedConfig EMPTY = new ParsedConfig(SharedMap.empty(), Map.of(), Set.of());
}
