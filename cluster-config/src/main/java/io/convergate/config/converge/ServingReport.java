package io.convergate.config.converge;

import io.convergate.config.Limits;
import io.convergate.config.MemberId;
import io.convergate.config.Revision;
import io.convergate.config.ServingState;
import java.util.List;
import java.util.Optional;

/**
 * What a node tells about itself.
 *
 * @param member who
 * @param held the configuration that is whole on its disk
 * @param serving the configuration that it serves
 * @param refused the newest configuration that it could not activate; empty if it serves the newest that it tried
 * @param problems what it could not serve as written, or why it refused; at most {@link Limits#PROBLEMS_MAX}
 *     of {@link Limits#TEXT_CHARS_MAX} each; more is cut
 * @param instead a digest of what it serves in place of what is held back, 0 if nothing is; empty if it does not say
 */
public record ServingReport(
        MemberId member,
        Revision held,
        Revision serving,
        Revision refused,
        List<String> problems,
        Optional<Long> instead) {
    public ServingReport {
        problems = problems.stream()
                .limit(Limits.PROBLEMS_MAX)
                .map(ServingReport::cut)
                .toList();
    }

    /** What a node tells that does not say what it serves in place of what is held back. */
    public ServingReport(MemberId member, Revision held, Revision serving, Revision refused, List<String> problems) {
        this(member, held, serving, refused, problems, Optional.empty());
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
