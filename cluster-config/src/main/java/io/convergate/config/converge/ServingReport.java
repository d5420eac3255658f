package io.convergate.config.converge;

import io.convergate.config.Limits;
import io.convergate.config.MemberId;
import io.convergate.config.Revision;
import io.convergate.config.ServingState;
import java.util.List;

/**
 * What a node tells about itself.
 *
 * @param member who
 * @param held the configuration that is whole on its disk
 * @param serving the configuration that it serves
 * @param refused the newest configuration that it could not activate; empty if it serves the newest that it tried
 * @param problems what it could not serve as written, or why it refused; at most {@link Limits#PROBLEMS_MAX}
 *     of {@link Limits#TEXT_CHARS_MAX} each; more is cut
 */
public record ServingReport(MemberId member, Revision held, Revision serving, Revision refused, List<String> problems) {
    public ServingReport {
        problems = problems.stream()
                .limit(Limits.PROBLEMS_MAX)
                .map(ServingReport::cut)
                .toList();
    }

    private static String cut(String text) {
        return text.length() <= Limits.TEXT_CHARS_MAX ? text : text.substring(0, Limits.TEXT_CHARS_MAX);
    }

    /** A node that has told nothing yet. */
    static ServingReport silent(MemberId member) {
        return new ServingReport(member, Revision.EMPTY, Revision.EMPTY, Revision.EMPTY, List.of());
    }

    /** How far it is with a revision. */
    public ServingState stateOf(Revision revision) {
        if (serving.covers(revision)) {
            return ServingState.SERVING;
        }
        return refused.covers(revision) ? ServingState.REFUSED : ServingState.PENDING;
    }
}
