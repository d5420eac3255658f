package io.convergate.node.admin;

import io.convergate.node.admin.api.ProblemDocument;
import io.convergate.node.admin.api.ResourceResult;
import io.convergate.routing.collect.SharedMap;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ResourceKey;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What admission says of a change.
 *
 * @param results what it does to each resource; empty if it is refused
 * @param refusal why it is refused; empty if it is not
 * @param configuration what was judged: the configuration with the change in it; empty if it is refused
 * @param sound what of it was judged by itself, and nothing was found
 */
record Verdict(
        List<ResourceResult> results,
        Optional<ProblemDocument> refusal,
        SharedMap<ResourceKey, Resource> configuration,
        Set<ResourceKey> sound) {
    static Verdict admitted(
            List<ResourceResult> results, SharedMap<ResourceKey, Resource> configuration, Set<ResourceKey> sound) {
        return new Verdict(List.copyOf(results), Optional.empty(), configuration, Set.copyOf(sound));
    }

    static Verdict refused(ProblemDocument why) {
        return new Verdict(List.of(), Optional.of(why), SharedMap.empty(), Set.of());
    }
}
