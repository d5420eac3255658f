package io.convergate.routing.validate;

import io.convergate.routing.model.DestinationRule;
import io.convergate.routing.model.LoadBalancer;
import io.convergate.routing.model.OutlierDetection;
import io.convergate.routing.model.TrafficPolicy;
import io.convergate.routing.problem.Problem;
import io.convergate.routing.problem.ProblemCode;
import io.convergate.routing.resolve.ServiceRegistry;
import java.util.List;
import java.util.Optional;

/** Whether something tells what has failed where failover is asked for: without that all endpoints stay alike. */
final class Failovers {
    private Failovers() {}

    static void analyze(
            DestinationRule rule, ServiceRegistry.Service service, ServiceRegistry registry, List<Problem> found) {
        if (registry.isHealthChecked(rule.key())
                || registry.isHealthChecked(service.source().key())) {
            return;
        }
        rule.trafficPolicy().ifPresent(policy -> policy("spec.trafficPolicy", policy, Optional.empty(), rule, found));
        Optional<OutlierDetection> general = rule.trafficPolicy().flatMap(TrafficPolicy::outlierDetection);
        for (int i = 0; i < rule.subsets().size(); i++) {
            String path = "spec.subsets[" + i + "].trafficPolicy";
            rule.subsets().get(i).trafficPolicy().ifPresent(policy -> policy(path, policy, general, rule, found));
        }
    }

    private static void policy(
            String path,
            TrafficPolicy policy,
            Optional<OutlierDetection> general,
            DestinationRule rule,
            List<Problem> found) {
        part(path, policy.loadBalancer(), policy.outlierDetection().or(() -> general), rule, found);
        for (int i = 0; i < policy.portLevelSettings().size(); i++) {
            TrafficPolicy.PortPolicy port = policy.portLevelSettings().get(i);
            String at = path + ".portLevelSettings[" + i + "]";
            part(at, port.loadBalancer(), port.outlierDetection().or(() -> general), rule, found);
        }
    }

    private static void part(
            String path,
            Optional<LoadBalancer> balancer,
            Optional<OutlierDetection> outliers,
            DestinationRule rule,
            List<Problem> found) {
        if (outliers.isEmpty()
                && balancer.filter(LoadBalancerValidator::wantsFailover).isPresent()) {
            String message = Problem.expected(
                    "failover without outlierDetection",
                    "outlierDetection or a HealthCheckPolicy, which tell what has failed; until then all endpoints are"
                            + " alike");
            found.add(Problem.warning(path + ".loadBalancer.localityLbSetting", ProblemCode.INVALID_VALUE, message)
                    .of(rule.key()));
        }
    }
}
