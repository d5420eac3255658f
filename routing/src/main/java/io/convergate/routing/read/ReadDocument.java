package io.convergate.routing.read;

import io.convergate.routing.model.Resource;
import io.convergate.routing.problem.Problem;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What came of one document, or of one item of a list.
 *
 * @param index its place in the input, from 0, empty documents not counted
 * @param resource the resource; present unless the document could not be read. It may still have problems
 * @param canonical the resource's canonical JSON: sorted keys, no blanks, and neither status nor what the cluster notes about
 *     it; equal for documents that say the same. Empty if there is no resource. Must not be written to
 * @param problems what is wrong with it, in the order of the text; no error among them means it may be taken
 */
public record ReadDocument(int index, Optional<Resource> resource, byte[] canonical, List<Problem> problems) {
    public ReadDocument {
        Objects.requireNonNull(resource, "resource");
        Objects.requireNonNull(canonical, "canonical");
        problems = List.copyOf(problems);
    }

    /** Whether nothing speaks against taking it. */
    public boolean isAcceptable() {
        return resource.isPresent() && !Problem.anyError(problems);
    }
}
