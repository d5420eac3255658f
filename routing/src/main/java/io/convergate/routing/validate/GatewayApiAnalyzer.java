package io.convergate.routing.validate;

import io.convergate.routing.model.Resource;
import io.convergate.routing.model.gatewayapi.BackendTlsPolicy;
import io.convergate.routing.model.gatewayapi.GatewayClass;
import io.convergate.routing.model.gatewayapi.GatewayRoute;
import io.convergate.routing.model.gatewayapi.KubernetesGateway;
import io.convergate.routing.model.gatewayapi.Listener;
import io.convergate.routing.model.gatewayapi.ListenerSet;
import io.convergate.routing.problem.Problem;
import io.convergate.routing.problem.ProblemCode;
import io.convergate.routing.resolve.Attachment;
import io.convergate.routing.resolve.BackendProblem;
import io.convergate.routing.resolve.BackendTls;
import io.convergate.routing.resolve.BackendTlsStatus;
import io.convergate.routing.resolve.Configuration;
import io.convergate.routing.resolve.GatewayApi;
import io.convergate.routing.resolve.GatewayListener;
import io.convergate.routing.resolve.Objection;
import io.convergate.routing.resolve.ServerCertificates;
import java.util.ArrayList;
import java.util.List;

/** Says as problems what the status of Gateway API's resources says as conditions; the code is the condition's reason. */
final class GatewayApiAnalyzer {
    private GatewayApiAnalyzer() {}

    static List<Problem> analyze(Resource resource, Configuration configuration) {
        List<Problem> found = new ArrayList<>();
        GatewayApi api = configuration.gatewayApi();
        if (resource instanceof GatewayClass one) {
            Objection.to(one).ifPresent(objection -> found.add(warning(objection)));
        } else if (resource instanceof KubernetesGateway gateway) {
            gateway(gateway, configuration, found);
        } else if (resource instanceof ListenerSet set) {
            if (api.gatewayOf(set).isEmpty()) {
                found.add(Problem.warning(
                        "spec.parentRef",
                        ProblemCode.REFERENCED_RESOURCE_NOT_FOUND,
                        Problem.expected(set.parent().name(), "a Gateway that exists")));
            }
            listeners(set, configuration, found);
        } else if (resource instanceof GatewayRoute route) {
            route(route, configuration, found);
        } else if (resource instanceof BackendTlsPolicy policy) {
            policy(policy, configuration, found);
        }
        return found.stream().map(problem -> problem.of(resource.key())).toList();
    }

    private static Problem warning(Objection objection) {
        return Problem.warning(objection.path(), objection.reason(), objection.message());
    }

    private static void gateway(KubernetesGateway gateway, Configuration configuration, List<Problem> found) {
        if (!configuration.gatewayApi().isOurs(gateway)) {
            String expected = "a GatewayClass that exists, whose controller is " + GatewayClass.CONTROLLER;
            found.add(Problem.warning(
                    "spec.gatewayClassName",
                    ProblemCode.NOT_OUR_CLASS,
                    Problem.expected(gateway.className(), expected)));
            return;
        }
        configuration.gatewayApi().objection(gateway).ifPresent(objection -> found.add(warning(objection)));
        listeners(gateway, configuration, found);
    }

    private static void listeners(Resource owner, Configuration configuration, List<Problem> found) {
        List<GatewayListener> listeners = configuration.gatewayApi().listeners(owner.key());
        for (int i = 0; i < listeners.size(); i++) {
            GatewayListener listener = listeners.get(i);
            Listener written = listener.listener();
            String path = "spec.listeners[" + i + "]";
            listener.fault()
                    .ifPresent(fault -> found.add(Problem.warning(
                            path,
                            fault.reason(),
                            Problem.expected(
                                    written.protocol() + " on port " + written.port() + " for " + listener.host(),
                                    fault.expected()))));
            ServerCertificates.of(owner, path, written, configuration)
                    .forEach(fault -> found.add(Problem.warning(fault.path(), fault.reason(), fault.message())));
            if (!listener.hasValidKinds()) {
                found.add(Problem.warning(
                        path + ".allowedRoutes.kinds",
                        "InvalidRouteKinds",
                        Problem.expected(
                                written.allowedRoutes().kinds(),
                                "kinds of routes that are served with " + written.protocol())));
            }
        }
    }

    private static void policy(BackendTlsPolicy policy, Configuration configuration, List<Problem> found) {
        BackendTlsStatus.targetProblem(policy, configuration)
                .ifPresent(problem -> found.add(Problem.warning(problem.path(), problem.reason(), problem.message())));
        configuration
                .registry()
                .tls()
                .held(policy)
                .map(BackendTls.Held::faults)
                .orElse(List.of())
                .forEach(fault -> found.add(Problem.warning(
                        "spec.validation.caCertificateRefs[" + fault.index() + "]",
                        fault.reason(),
                        fault.message() + "; until then nothing is sent to the service")));
    }

    private static void route(GatewayRoute route, Configuration configuration, List<Problem> found) {
        for (Attachment attachment : configuration.attach(route)) {
            if (attachment.outcome() != Attachment.Outcome.ACCEPTED) {
                found.add(Problem.warning(
                        "spec.parentRefs[" + attachment.index() + "]",
                        attachment.outcome() == Attachment.Outcome.NOT_OURS
                                ? ProblemCode.REFERENCED_RESOURCE_NOT_FOUND
                                : attachment.outcome().reason(),
                        attachment.message()));
            }
        }
        BackendProblem.of(route, configuration)
                .forEach(problem -> found.add(Problem.warning(problem.path(), problem.reason(), problem.message())));
    }
}
