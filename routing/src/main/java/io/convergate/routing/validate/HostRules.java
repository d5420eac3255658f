package io.convergate.routing.validate;

import io.convergate.routing.model.DestinationRule;
import io.convergate.routing.model.TrafficPolicy;
import io.convergate.routing.problem.Problem;
import io.convergate.routing.problem.ProblemCode;
import io.convergate.routing.resolve.ServiceRegistry;
import java.util.List;

/** What a DestinationRule says about a host in vain: what an older one says, and what is about ports that the host has not. */
final class HostRules {
    private HostRules() {}

    static void analyze(
            DestinationRule rule, ServiceRegistry.Service service, ServiceRegistry registry, List<Problem> found) {
        rivals(rule, registry.rules(service, rule.metadata().namespace()), found);
        rule.trafficPolicy().ifPresent(policy -> ports("spec.trafficPolicy", policy, rule, service, found));
        for (int i = 0; i < rule.subsets().size(); i++) {
            String path = "spec.subsets[" + i + "].trafficPolicy";
            rule.subsets().get(i).trafficPolicy().ifPresent(policy -> ports(path, policy, rule, service, found));
        }
    }

    private static void ports(
            String path,
            TrafficPolicy policy,
            DestinationRule rule,
            ServiceRegistry.Service service,
            List<Problem> found) {
        for (int i = 0; i < policy.portLevelSettings().size(); i++) {
            long port = policy.portLevelSettings().get(i).port().orElse(0);
            if (service.entry().ports().stream().noneMatch(other -> other.number() == port)) {
                found.add(Problem.warning(
                                path + ".portLevelSettings[" + i + "].port.number",
                                ProblemCode.REFERENCED_RESOURCE_NOT_FOUND,
                                Problem.expected(port, "a port of " + rule.host()))
                        .of(rule.key()));
            }
        }
    }

    /** Istio: of several rules for a host in a namespace the oldest has its traffic policy, and its subsets go first. */
    private static void rivals(DestinationRule rule, List<DestinationRule> rules, List<Problem> found) {
        int own = rules.indexOf(rule);
        for (DestinationRule older : rules.subList(0, Math.max(0, own))) {
            if (!older.metadata().namespace().equals(rule.metadata().namespace())) {
                continue;
            }
            if (rule.trafficPolicy().isPresent() && older.trafficPolicy().isPresent()) {
                String message = Problem.expected(
                        "trafficPolicy for " + rule.host() + ", for which there is " + name(older),
                        "one rule for a host");
                found.add(Problem.warning("spec.trafficPolicy", ProblemCode.NO_EFFECT, message)
                        .of(rule.key()));
            }
            for (int i = 0; i < rule.subsets().size(); i++) {
                String name = rule.subsets().get(i).name();
                if (older.subsets().stream().anyMatch(subset -> subset.name().equals(name))) {
                    String message =
                            Problem.expected(name + ", which is in " + name(older), "each subset once for a host");
                    found.add(Problem.warning("spec.subsets[" + i + "].name", ProblemCode.NO_EFFECT, message)
                            .of(rule.key()));
                }
            }
        }
    }

    private static String name(DestinationRule rule) {
        return rule.metadata().namespace() + "/" + rule.metadata().name();
    }
}
