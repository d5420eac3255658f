package io.convergate.node.admin;

import io.convergate.node.admin.api.ProblemView;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.problem.Problem;
import io.convergate.routing.problem.SourcePosition;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** Puts problems into the words of the API. */
public final class ProblemViews {
    private ProblemViews() {}

    /** All of them, in their order. */
    public static List<ProblemView> of(Collection<Problem> problems) {
        return problems.stream().map(ProblemViews::of).toList();
    }

    private static ProblemView of(Problem problem) {
        return new ProblemView(
                problem.resource().map(ProblemViews::shortName).orElse(""),
                problem.isError() ? "error" : "warning",
                problem.code(),
                problem.path(),
                problem.message(),
                problem.position().map(SourcePosition::line).orElse(0),
                problem.position().map(SourcePosition::column).orElse(0));
    }

    /** {@code kind/namespace/name}, the kind in lower case. */
    public static String shortName(ResourceKey key) {
        return key.kind().toLowerCase(Locale.ROOT)
                + key.shortName().substring(key.kind().length());
    }
}
