package io.convergate.routing.resolve;

import io.convergate.routing.model.gatewayapi.BackendRef;
import io.convergate.routing.model.gatewayapi.GatewayRoute;
import io.convergate.routing.model.gatewayapi.RouteFilter;
import io.convergate.routing.problem.ProblemCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is wrong with a backend of a route of Gateway API.
 *
 * @param path where the route names it
 * @param reason why, in one of Gateway API's words
 * @param message what was found and what was expected
 */
public record BackendProblem(String path, String reason, String message) {
    /** The backends of a route that are none, those of mirrors too. */
    public static List<BackendProblem> of(GatewayRoute route, Configuration configuration) {
        List<BackendProblem> problems = new ArrayList<>();
        for (int i = 0; i < route.rules().size(); i++) {
            GatewayRoute.Rule rule = route.rules().get(i);
            for (int j = 0; j < rule.backends().size(); j++) {
                String path = "spec.rules[" + i + "].backendRefs[" + j + "]";
                of(path, route, rule.backends().get(j), configuration).ifPresent(problems::add);
            }
            for (int j = 0; j < rule.filters().size(); j++) {
                if (rule.filters().get(j) instanceof RouteFilter.RequestMirror mirror) {
                    String path = "spec.rules[" + i + "].filters[" + j + "].requestMirror.backendRef";
                    of(path, route, mirror.backend(), configuration).ifPresent(problems::add);
                }
            }
        }
        return problems;
    }

    private static Optional<BackendProblem> of(
            String path, GatewayRoute route, BackendRef backend, Configuration configuration) {
        Optional<String> objection = configuration.gatewayApi().objection(route, backend);
        String namespace = backend.namespace().orElse(route.metadata().namespace());
        if (objection.isPresent()) {
            String expected = objection.get().equals("InvalidKind")
                    ? "a Service, or a Hostname of networking.istio.io"
                    : "a ReferenceGrant in namespace " + namespace + " that permits it";
            return Optional.of(new BackendProblem(
                    path,
                    objection.get(),
                    backend.kind() + " " + namespace + "/" + backend.name() + " (expected: " + expected + ")"));
        }
        return configuration
                .gatewayApi()
                .destination(route, backend)
                .map(destination -> configuration
                        .registry()
                        .resolve(destination, route.metadata().namespace(), 0))
                .filter(ResolvedDestination.Missing.class::isInstance)
                .map(missing -> new BackendProblem(
                        path,
                        ProblemCode.BACKEND_NOT_FOUND,
                        ((ResolvedDestination.Missing) missing).name()
                                + " (expected: a service with that port; until then " + answer(route.type()) + ")"));
    }

    private static String answer(GatewayRoute.Type type) {
        return switch (type) {
            case HTTP -> "500";
            case GRPC -> "UNAVAILABLE";
            default -> "no connection";
        };
    }
}
