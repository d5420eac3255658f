package io.convergate.routing.validate;

import io.convergate.routing.model.DestinationRule;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.model.ServiceEntry;
import io.convergate.routing.model.k8s.Service;
import io.convergate.routing.model.policy.CircuitBreakerPolicy;
import io.convergate.routing.model.policy.TargetRef;
import io.convergate.routing.model.policy.UpstreamPolicy;
import io.convergate.routing.problem.Problem;
import io.convergate.routing.problem.ProblemCode;
import io.convergate.routing.resolve.Configuration;
import io.convergate.routing.resolve.ResolvedDestination;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Whether what policies for services are for is there, and theirs alone. */
final class PolicyTargets {
    private PolicyTargets() {}

    static List<Problem> analyze(UpstreamPolicy policy, Configuration configuration) {
        List<Problem> found = new ArrayList<>();
        for (int i = 0; i < policy.targets().size(); i++) {
            TargetRef target = policy.targets().get(i);
            ResourceKey key = target.key(policy.metadata().namespace());
            String path = "spec.targetRefs[" + i + "]";
            Resource resource = configuration.resources().get(key);
            if (resource == null) {
                String rule = "a " + target.kind() + " of namespace "
                        + policy.metadata().namespace() + "; until then the policy does nothing for it";
                found.add(Problem.warning(
                        path + ".name",
                        ProblemCode.REFERENCED_RESOURCE_NOT_FOUND,
                        Problem.expected(target.name(), rule)));
            } else if (target.sectionName().isPresent()
                    && sections(resource).noneMatch(target.sectionName().get()::equals)) {
                String rule = resource instanceof DestinationRule ? "a subset of the rule" : "the name of a port of it";
                found.add(Problem.warning(
                        path + ".sectionName",
                        ProblemCode.REFERENCED_RESOURCE_NOT_FOUND,
                        Problem.expected(target.sectionName().get(), rule)));
            }
            configuration
                    .registry()
                    .counting(policy, key, target.sectionName())
                    .filter(other -> !other.key().equals(policy.key()))
                    .ifPresent(older -> found.add(Problem.warning(
                            path,
                            ProblemCode.CONFLICTING_POLICIES,
                            Problem.expected(
                                    target + " is as the older " + older.kind() + ' '
                                            + older.key().namespace() + '/'
                                            + older.key().name() + " says",
                                    "one policy for it"))));
        }
        if (policy instanceof CircuitBreakerPolicy breaker) {
            standIn(breaker, configuration).ifPresent(found::add);
        }
        return found.stream().map(problem -> problem.of(policy.key())).toList();
    }

    /** Who is to stand in and is not there, or is called no more at the same time. */
    private static Optional<Problem> standIn(CircuitBreakerPolicy policy, Configuration configuration) {
        return policy.fallback()
                .flatMap(CircuitBreakerPolicy.Fallback::destination)
                .flatMap(destination -> {
                    ResolvedDestination resolved = configuration
                            .registry()
                            .resolve(destination, policy.metadata().namespace(), 0);
                    String path = "spec.fallback.destination";
                    if (!(resolved instanceof ResolvedDestination.Found found)) {
                        return Optional.of(Problem.warning(
                                path,
                                ProblemCode.REFERENCED_RESOURCE_NOT_FOUND,
                                Problem.expected(
                                        destination,
                                        "a service, port and subset that are known; until then requests are refused")));
                    }
                    return configuration
                            .registry()
                            .breaker(found)
                            .filter(own -> own.key().equals(policy.key()))
                            .map(own -> Problem.warning(
                                    path,
                                    ProblemCode.NO_EFFECT,
                                    Problem.expected(
                                            destination,
                                            "a service, port or subset that this policy is not for; nothing stands in"
                                                    + " for itself, so its requests are refused")));
                });
    }

    private static Stream<String> sections(@Nullable Resource resource) {
        if (resource instanceof DestinationRule rule) {
            return rule.subsets().stream().map(DestinationRule.Subset::name);
        }
        if (resource instanceof ServiceEntry entry) {
            return entry.ports().stream().map(ServiceEntry.Port::name);
        }
        return resource instanceof Service service ? service.ports().stream().map(Service.Port::name) : Stream.of();
    }
}
