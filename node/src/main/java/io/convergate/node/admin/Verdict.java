package io.convergate.node.admin;

import io.convergate.node.admin.api.ProblemDocument;
import io.convergate.node.admin.api.ResourceResult;
import java.util.List;
import java.util.Optional;

/**
 * What admission says of a change.
 *
 * @param results what it does to each resource; empty if it is refused
 * @param refusal why it is refused; empty if it is not
 */
record Verdict(List<ResourceResult> results, Optional<ProblemDocument> refusal) {
    static Verdict admitted(List<ResourceResult> results) {
        return new Verdict(List.copyOf(results), Optional.empty());
    }

    static Verdict refused(ProblemDocument why) {
        return new Verdict(List.of(), Optional.of(why));
    }
}
