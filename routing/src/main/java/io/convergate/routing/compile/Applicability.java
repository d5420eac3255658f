package io.convergate.routing.compile;

import io.convergate.routing.model.HttpMatch;
import io.convergate.routing.problem.Problem;
import java.util.Map;
import java.util.Optional;

/** Whether a match can hold on a port of this node at all; decided when it is compiled, not for each request. */
public final class Applicability {
    private Applicability() {}

    /** What excludes a match, as {@code found (expected: rule)}; empty if nothing does. */
    public static Optional<String> objection(HttpMatch match, int port, CompileSettings settings) {
        if (match.port().isPresent() && match.port().getAsLong() != port) {
            return Optional.of(
                    "port " + Problem.expected(port, Long.toString(match.port().getAsLong())));
        }
        for (Map.Entry<String, String> label : match.sourceLabels().entrySet()) {
            String own = settings.nodeLabels().get(label.getKey());
            if (!label.getValue().equals(own)) {
                String found = "label " + label.getKey() + " of this node " + (own == null ? "missing" : own);
                return Optional.of(Problem.expected(found, "sourceLabels: " + label.getValue()));
            }
        }
        String namespace = match.sourceNamespace().orElse(settings.nodeNamespace());
        if (!namespace.equals(settings.nodeNamespace())) {
            String found = "namespace of this node " + settings.nodeNamespace();
            return Optional.of(Problem.expected(found, "sourceNamespace: " + namespace));
        }
        return MatchCompiler.isUnserved(match)
                ? Optional.of("a condition on JWT claims, which does not act yet")
                : Optional.empty();
    }
}
