package io.convergate.routing.resolve;

import io.convergate.routing.model.HttpRoute;
import io.convergate.routing.model.VirtualService;
import java.util.List;
import java.util.Objects;

/**
 * A rule of a virtual service as it acts: its own, or one of a delegate's after the merge with the rule that delegates.
 *
 * @param route the rule
 * @param writtenIn the virtual service that it is written in: the delegate, if there is one. Short names in it are completed
 *     with that one's namespace
 * @param path where it is written there, such as {@code spec.http[2]}
 * @param matchPaths where its matches are written, one for each; that of the rule where the rule that delegates has them
 */
public record EffectiveRule(HttpRoute route, VirtualService writtenIn, String path, List<String> matchPaths) {
    public EffectiveRule {
        Objects.requireNonNull(route, "route");
        Objects.requireNonNull(writtenIn, "writtenIn");
        Objects.requireNonNull(path, "path");
        matchPaths = List.copyOf(matchPaths);
    }
}
