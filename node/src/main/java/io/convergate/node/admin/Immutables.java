package io.convergate.node.admin;

import io.convergate.node.admin.api.ProblemView;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.k8s.ConfigMap;
import io.convergate.routing.model.k8s.Secret;
import io.convergate.routing.problem.Problem;
import io.convergate.routing.problem.ProblemCode;
import java.util.List;
import java.util.Optional;

/**
 * Secrets and ConfigMaps that were declared immutable: their values stay until they are deleted, and so does the declaration.
 * Labels and annotations may change. Kubernetes: ValidateSecretUpdate, ValidateConfigMapUpdate.
 */
final class Immutables {
    private Immutables() {}

    /** What a write would change that may not be changed; empty if nothing. */
    static Optional<ProblemView> changed(Resource before, Resource after) {
        Optional<String> field = Optional.empty();
        if (before instanceof Secret old && after instanceof Secret now) {
            field = first(old.immutable(), now.immutable(), old.data().equals(now.data()))
                    .or(() ->
                            !old.immutable() || old.type().equals(now.type()) ? Optional.empty() : Optional.of("type"));
        } else if (before instanceof ConfigMap old && after instanceof ConfigMap now) {
            boolean same = old.data().equals(now.data()) && old.binaryData().equals(now.binaryData());
            field = first(old.immutable(), now.immutable(), same);
        }
        return field.map(path -> Problem.error(
                                path,
                                ProblemCode.INVALID_VALUE,
                                Problem.expected("another " + path, "what it was; or delete it first"))
                        .of(after.key()))
                .map(problem -> ProblemViews.of(List.of(problem)).get(0));
    }

    private static Optional<String> first(boolean wasImmutable, boolean isImmutable, boolean sameValues) {
        if (wasImmutable && !isImmutable) {
            return Optional.of("immutable");
        }
        return wasImmutable && !sameValues ? Optional.of("data") : Optional.empty();
    }
}
