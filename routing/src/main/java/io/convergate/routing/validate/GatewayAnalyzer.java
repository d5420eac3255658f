package io.convergate.routing.validate;

import io.convergate.routing.model.Gateway;
import io.convergate.routing.model.k8s.Service;
import io.convergate.routing.problem.Problem;
import io.convergate.routing.problem.ProblemCode;
import io.convergate.routing.resolve.Configuration;
import io.convergate.routing.resolve.ServerCertificates;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Whether a Gateway's certificates are there, and whether the Service before its workloads leads to its ports. */
final class GatewayAnalyzer {
    private GatewayAnalyzer() {}

    static List<Problem> analyze(Gateway gateway, Configuration configuration) {
        List<Problem> found = new ArrayList<>();
        ServerCertificates.of(gateway, configuration)
                .forEach(fault -> found.add(
                        Problem.warning(fault.path(), ProblemCode.INVALID_GATEWAY_CREDENTIAL, fault.message())));
        exposure(gateway, configuration, found);
        return found.stream().map(problem -> problem.of(gateway.key())).toList();
    }

    /**
     * Istio looks at the pods that a gateway and a service both select. There are none here, so a service is taken to be before a
     * gateway if the labels of one include the other's.
     */
    private static void exposure(Gateway gateway, Configuration configuration, List<Problem> found) {
        if (gateway.selector().isEmpty()) {
            return;
        }
        List<Service> before = configuration.resources().values().stream()
                .filter(Service.class::isInstance)
                .map(Service.class::cast)
                .filter(service -> sameWorkloads(gateway.selector(), service.selector()))
                .toList();
        Set<Long> targets = new TreeSet<>();
        for (Service service : before) {
            for (Service.Port port : service.ports()) {
                String target = port.targetPort().orElse(Long.toString(port.number()));
                if (!target.matches("[0-9]{1,5}")) {
                    return; // a name that only a pod explains
                }
                targets.add(Long.parseLong(target));
            }
        }
        for (int i = 0; i < gateway.servers().size() && !before.isEmpty(); i++) {
            long port = gateway.servers().get(i).port().number();
            if (!targets.contains(port)) {
                String names = String.join(
                        ", ",
                        before.stream()
                                .map(service -> service.key().shortName())
                                .toList());
                found.add(Problem.warning(
                        "spec.servers[" + i + "].port.number",
                        ProblemCode.PORT_NOT_EXPOSED,
                        Problem.expected(port, "a target port of " + names + ": " + targets)));
            }
        }
    }

    private static boolean sameWorkloads(Map<String, String> one, Map<String, String> other) {
        return !other.isEmpty()
                && (one.entrySet().containsAll(other.entrySet())
                        || other.entrySet().containsAll(one.entrySet()));
    }
}
