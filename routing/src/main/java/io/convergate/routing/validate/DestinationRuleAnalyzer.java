package io.convergate.routing.validate;

import io.convergate.routing.model.DestinationRule;
import io.convergate.routing.problem.Problem;
import io.convergate.routing.problem.ProblemCode;
import io.convergate.routing.resolve.HostNames;
import io.convergate.routing.resolve.ServiceRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whether a rule is for a service that is there, and its subsets for some of its endpoints. */
final class DestinationRuleAnalyzer {
    private DestinationRuleAnalyzer() {}

    static List<Problem> analyze(DestinationRule rule, ServiceRegistry registry) {
        List<Problem> found = new ArrayList<>();
        String namespace = rule.metadata().namespace();
        if (HostNames.isWildcard(rule.host())) {
            return found;
        }
        Optional<ServiceRegistry.Service> service = registry.service(rule.host(), namespace);
        if (service.isEmpty()) {
            String message = Problem.expected(rule.host(), "a host of a ServiceEntry or a Service");
            found.add(Problem.warning("spec.host", ProblemCode.RULE_FOR_UNKNOWN_HOST, message)
                    .of(rule.key()));
            return found;
        }
        HostRules.analyze(rule, service.get(), registry, found);
        Failovers.analyze(rule, service.get(), registry, found);
        for (int i = 0; i < rule.subsets().size(); i++) {
            Map<String, String> labels = rule.subsets().get(i).labels();
            boolean selects = registry.endpoints(service.get().entry()).stream()
                    .anyMatch(endpoint -> endpoint.labels().entrySet().containsAll(labels.entrySet()));
            if (!labels.isEmpty() && !selects) {
                String message = Problem.expected(labels, "labels that an endpoint of " + rule.host() + " has");
                found.add(Problem.warning("spec.subsets[" + i + "].labels", ProblemCode.EMPTY_SUBSET, message)
                        .of(rule.key()));
            }
        }
        return found;
    }
}
