package io.convergate.routing.read;

import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.problem.Problem;
import io.convergate.routing.problem.ProblemCode;
import io.convergate.routing.problem.SourcePosition;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The problems found while one document is read. */
final class Problems {
    /** More than these help nobody, and a hostile document could bring a million. */
    private static final int MAX = 100;

    /** Every problem here has a position. */
    private static final Comparator<Problem> IN_TEXT_ORDER =
            Comparator.comparing(problem -> problem.position().orElseThrow());

    private final List<Problem> found = new ArrayList<>();

    void error(String path, String code, String message, SourcePosition position) {
        if (found.size() < MAX) {
            found.add(Problem.error(path, code, message).at(position));
        }
    }

    /** The text could not be read to its end. */
    void unreadable(Exception e, String language, SourcePosition start) {
        if (e instanceof DocumentText.Refused refused) {
            refused.addTo(this);
        } else if (e instanceof CharacterCodingException) {
            error("", ProblemCode.SYNTAX, Problem.expected("bytes that are no characters", "UTF-8"), start);
        } else {
            error("", ProblemCode.SYNTAX, Problem.expected(e.getMessage(), language), start);
        }
    }

    /** All that was found so far is a problem of that resource. */
    void of(ResourceKey key) {
        found.replaceAll(problem -> problem.of(key));
    }

    boolean anyError() {
        return Problem.anyError(found);
    }

    /** What was found, in the order of the text. */
    List<Problem> found() {
        return found.stream().sorted(IN_TEXT_ORDER).toList();
    }
}
