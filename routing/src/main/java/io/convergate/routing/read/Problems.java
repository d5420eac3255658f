package io.convergate.routing.read;

import io.convergate.routing.problem.Problem;
import io.convergate.routing.problem.SourcePosition;
import java.util.ArrayList;
import java.util.List;

/** The problems found while one document is read. */
final class Problems {
    /** More than these help nobody, and a hostile document could bring a million. */
    private static final int MAX = 100;

    private final List<Problem> found = new ArrayList<>();

    void error(String path, String code, String message, SourcePosition position) {
        if (found.size() < MAX) {
            found.add(Problem.error(path, code, message).at(position));
        }
    }

    void warning(String path, String code, String message, SourcePosition position) {
        if (found.size() < MAX) {
            found.add(Problem.warning(path, code, message).at(position));
        }
    }

    boolean anyError() {
        return Problem.anyError(found);
    }

    List<Problem> found() {
        return found;
    }
}
