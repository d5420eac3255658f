package io.convergate.node.admin;

import io.convergate.node.admin.api.ProblemDocument;
import io.convergate.node.admin.api.ResourceResult;
import io.convergate.routing.collect.SharedMap;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ResourceKey;
import java.util.List;
import java.util.Optional;

/**
 * What admission says of a change.
 *
 * @param results what it does to each resource; empty if it is refused
 * @param refusal why it is refused; empty if it is not
 * @param configuration what was judged: the configuration with the change in it; empty if it is refused
 */
record Verdict(
        List<ResourceResult> results,
        Optional<ProblemDocument> refusal,
        SharedMap<ResourceKey, Resource> configuration) {
    static Verdict admitted(List<ResourceResult> results, SharedMap<ResourceKey, Resource> configuration) {
        return new Verdict(List.copyOf(results), Optional.empty(), configuration);
    }

    static Verdict refused(ProblemDocument why) {
        return new Verdict(List.of(), Optional.of(why), SharedMap.empty());
    }
}
