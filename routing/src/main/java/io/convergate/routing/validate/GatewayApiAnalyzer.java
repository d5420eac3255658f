package io.convergate.routing.validate;

import io.convergate.routing.model.Resource;
import io.convergate.routing.model.gatewayapi.GatewayClass;
import io.convergate.routing.model.gatewayapi.GatewayRoute;
import io.convergate.routing.model.gatewayapi.KubernetesGateway;
import io.convergate.routing.model.gatewayapi.Listener;
import io.convergate.routing.model.gatewayapi.ListenerSet;
import io.convergate.routing.problem.Problem;
import io.convergate.routing.problem.ProblemCode;
import io.convergate.routing.resolve.Attachment;
import io.convergate.routing.resolve.Configuration;
import io.convergate.routing.resolve.GatewayApi;
import io.convergate.routing.resolve.GatewayApiStatus;
import io.convergate.routing.resolve.GatewayListener;
import java.util.ArrayList;
import java.util.List;

/** Says as problems what the status of Gateway API's resources says as conditions; the code is the condition's reason. */
final class GatewayApiAnalyzer {
    private GatewayApiAnalyzer() {}

    static List<Problem> analyze(Resource resource, Configuration configuration) {
        List<Problem> found = new ArrayList<>();
        GatewayApi api = configuration.gatewayApi();
        if (resource instanceof KubernetesGateway gateway) {
            gateway(gateway, api, found);
        } else if (resource instanceof ListenerSet set) {
            if (api.gatewayOf(set).isEmpty()) {
                found.add(Problem.warning(
                        "spec.parentRef",
                        ProblemCode.REFERENCED_RESOURCE_NOT_FOUND,
                        Problem.expected(set.parent().name(), "a Gateway that exists")));
            }
            listeners(api.listeners(set.key()), found);
        } else if (resource instanceof GatewayRoute route) {
            route(route, configuration, found);
        }
        return found.stream().map(problem -> problem.of(resource.key())).toList();
    }

    private static void gateway(KubernetesGateway gateway, GatewayApi api, List<Problem> found) {
        if (!api.isServed(gateway)) {
            String expected = "a GatewayClass that exists, whose controller is " + GatewayClass.CONTROLLER;
            found.add(Problem.warning(
                    "spec.gatewayClassName",
                    ProblemCode.NOT_OUR_CLASS,
                    Problem.expected(gateway.className(), expected)));
            return;
        }
        GatewayApi.objection(gateway)
                .ifPresent(reason -> found.add(
                        reason.equals("InvalidParameters")
                                ? Problem.warning(
                                        "spec.infrastructure.parametersRef",
                                        reason,
                                        Problem.expected("parameters", "none"))
                                : Problem.warning(
                                        "spec.addresses",
                                        reason,
                                        Problem.expected("an address of another type", "IPAddress"))));
        listeners(api.listeners(gateway.key()), found);
    }

    private static void listeners(List<GatewayListener> listeners, List<Problem> found) {
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

    private static void route(GatewayRoute route, Configuration configuration, List<Problem> found) {
        for (Attachment attachment : configuration.gatewayApi().attach(route)) {
            if (attachment.outcome() != Attachment.Outcome.ACCEPTED) {
                found.add(Problem.warning(
                        "spec.parentRefs[" + attachment.index() + "]",
                        attachment.outcome() == Attachment.Outcome.NOT_OURS
                                ? ProblemCode.REFERENCED_RESOURCE_NOT_FOUND
                                : attachment.outcome().reason(),
                        attachment.message()));
            }
        }
        GatewayApiStatus.backendProblems(route, configuration)
                .forEach(problem -> found.add(Problem.warning(problem.path(), problem.reason(), problem.message())));
    }
}
