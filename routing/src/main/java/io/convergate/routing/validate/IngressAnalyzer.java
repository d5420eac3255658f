package io.convergate.routing.validate;

import io.convergate.routing.model.ServiceEntry;
import io.convergate.routing.model.k8s.Ingress;
import io.convergate.routing.problem.Problem;
import io.convergate.routing.problem.ProblemCode;
import io.convergate.routing.resolve.Configuration;
import io.convergate.routing.resolve.HostNames;
import io.convergate.routing.resolve.Ingresses;
import io.convergate.routing.resolve.ServerCertificates;
import io.convergate.routing.resolve.ServiceRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds what an Ingress names and is not there: its class, services, their ports. */
final class IngressAnalyzer {
    private IngressAnalyzer() {}

    static List<Problem> analyze(Ingress ingress, Configuration configuration) {
        List<Problem> found = new ArrayList<>();
        configuration
                .ingresses()
                .objection(ingress)
                .ifPresent(expected -> found.add(Problem.warning(
                        "spec.ingressClassName",
                        ProblemCode.NOT_OUR_CLASS,
                        Problem.expected(Ingresses.className(ingress).orElse("no class"), expected))));
        ServerCertificates.of(ingress, configuration)
                .forEach(fault -> found.add(
                        Problem.warning(fault.path(), ProblemCode.REFERENCED_RESOURCE_NOT_FOUND, fault.message())));
        ServiceRegistry registry = configuration.registry();
        ingress.defaultBackend()
                .ifPresent(backend -> backend("spec.defaultBackend", backend, ingress, registry, found));
        for (int i = 0; i < ingress.rules().size(); i++) {
            List<Ingress.Path> paths = ingress.rules().get(i).paths();
            for (int j = 0; j < paths.size(); j++) {
                String path = "spec.rules[" + i + "].http.paths[" + j + "].backend";
                backend(path, paths.get(j).backend(), ingress, registry, found);
            }
        }
        return found.stream().map(problem -> problem.of(ingress.key())).toList();
    }

    private static void backend(
            String path, Ingress.Backend backend, Ingress ingress, ServiceRegistry registry, List<Problem> found) {
        backend.service().ifPresent(service -> {
            String namespace = ingress.metadata().namespace();
            Optional<ServiceRegistry.Service> known =
                    registry.service(HostNames.service(service.name(), namespace), namespace);
            if (known.isEmpty()) {
                found.add(Problem.warning(
                        path + ".service.name",
                        ProblemCode.REFERENCED_RESOURCE_NOT_FOUND,
                        Problem.expected(service.name(), "a Service in namespace " + namespace + "; until then 503")));
            } else if (known.get().entry().ports().stream().noneMatch(port -> isMeant(port, service))) {
                Object port = service.portName()
                        .<Object>map(name -> name)
                        .orElse(service.number().orElse(0));
                found.add(Problem.warning(
                        path + ".service.port",
                        ProblemCode.REFERENCED_RESOURCE_NOT_FOUND,
                        Problem.expected(port, "a port of the service; until then 503")));
            }
        });
    }

    private static boolean isMeant(ServiceEntry.Port port, Ingress.ServicePort service) {
        return service.portName()
                .map(port.name()::equals)
                .orElse(service.number().orElse(0) == port.number());
    }
}
