package io.convergate.routing.read;

import io.convergate.routing.problem.Problem;
import java.util.List;

/**
 * What came of reading an input.
 *
 * @param documents one for each document that is not empty, in order
 * @param problems everything that is wrong: with the input as a whole, then with each document
 */
public record ReadResult(List<ReadDocument> documents, List<Problem> problems) {
    public ReadResult {
        documents = List.copyOf(documents);
        problems = List.copyOf(problems);
    }

    /** Whether nothing speaks against taking all of it. */
    public boolean isAcceptable() {
        return !Problem.anyError(problems);
    }
}
