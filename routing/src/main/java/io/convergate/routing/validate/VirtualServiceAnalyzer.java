package io.convergate.routing.validate;

import io.convergate.routing.model.Destination;
import io.convergate.routing.model.Gateway;
import io.convergate.routing.model.HttpMatch;
import io.convergate.routing.model.HttpRoute;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.model.RouteDestination;
import io.convergate.routing.model.TcpRoute;
import io.convergate.routing.model.TlsRoute;
import io.convergate.routing.model.VirtualService;
import io.convergate.routing.problem.Problem;
import io.convergate.routing.problem.ProblemCode;
import io.convergate.routing.resolve.Configuration;
import io.convergate.routing.resolve.Delegation;
import io.convergate.routing.resolve.HostNames;
import io.convergate.routing.resolve.ResolvedDestination;
import io.convergate.routing.resolve.ServerHosts;
import io.convergate.routing.resolve.ServiceRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Whether a virtual service names what is there: gateways, delegates, destinations; and whether a gateway serves its hosts. */
final class VirtualServiceAnalyzer {
    private VirtualServiceAnalyzer() {}

    static List<Problem> analyze(VirtualService service, Configuration configuration, Set<ResourceKey> delegatingTo) {
        List<Problem> found = new ArrayList<>();
        ServiceRegistry registry = configuration.registry();
        gateways(service, configuration, found);
        MatchedPorts.check(service, configuration, delegatingTo, found);
        if (service.isDelegate() && delegatingTo.isEmpty()) {
            String message = Problem.expected("nobody delegates to it", "a virtual service with hosts that does");
            found.add(Problem.warning("spec.hosts", ProblemCode.UNUSED_DELEGATE, message));
        }
        for (int i = 0; i < service.http().size(); i++) {
            HttpRoute route = service.http().get(i);
            if (route.delegate().isPresent() && !service.isDelegate()) {
                delegate("spec.http[" + i + "].delegate", service, i, configuration, found);
            }
            String path = "spec.http[" + i + "]";
            for (int j = 0; j < route.route().size(); j++) {
                Destination destination = route.route().get(j).destination();
                destination(path + ".route[" + j + "].destination", destination, service, registry, found);
            }
            route.mirror().ifPresent(mirror -> destination(path + ".mirror", mirror, service, registry, found));
            for (int j = 0; j < route.mirrors().size(); j++) {
                Destination destination = route.mirrors().get(j).destination();
                destination(path + ".mirrors[" + j + "].destination", destination, service, registry, found);
            }
        }
        for (int i = 0; i < service.tls().size(); i++) {
            destinations("spec.tls[" + i + "]", service.tls().get(i).route(), service, registry, found);
        }
        for (int i = 0; i < service.tcp().size(); i++) {
            destinations("spec.tcp[" + i + "]", service.tcp().get(i).route(), service, registry, found);
        }
        return found.stream().map(problem -> problem.of(service.key())).toList();
    }

    private static void delegate(
            String path, VirtualService service, int rule, Configuration configuration, List<Problem> found) {
        Delegation.Outcome outcome = Delegation.outcome(service, rule, configuration);
        String name = service.http().get(rule).delegate().orElseThrow().name();
        if (outcome instanceof Delegation.Outcome.LeftOut leftOut) {
            String message = Problem.expected(name, leftOut.expected() + "; until then this rule is left out");
            found.add(Problem.warning(path + ".name", ProblemCode.REFERENCED_RESOURCE_NOT_FOUND, message));
        } else if (outcome instanceof Delegation.Outcome.Delegated delegated) {
            String rules = String.join(", ", delegated.dropped());
            if (!rules.isEmpty()) {
                String message = Problem.expected(
                        rules + " of " + delegated.delegate().key() + " is left out",
                        "matches that lie within one of this rule's");
                found.add(Problem.warning(path, ProblemCode.DELEGATE_RULE_DROPPED, message));
            }
        }
    }

    private static void gateways(VirtualService service, Configuration configuration, List<Problem> found) {
        String namespace = service.metadata().namespace();
        missingGateways("spec.gateways", service.gateways(), namespace, configuration, found);
        for (int i = 0; i < service.http().size(); i++) {
            List<HttpMatch> matches = service.http().get(i).match();
            for (int j = 0; j < matches.size(); j++) {
                String path = "spec.http[" + i + "].match[" + j + "].gateways";
                missingGateways(path, matches.get(j).gateways(), namespace, configuration, found);
            }
        }
        for (int i = 0; i < service.tls().size(); i++) {
            List<TlsRoute.Match> matches = service.tls().get(i).match();
            for (int j = 0; j < matches.size(); j++) {
                String path = "spec.tls[" + i + "].match[" + j + "].gateways";
                missingGateways(path, matches.get(j).gateways(), namespace, configuration, found);
            }
        }
        for (int i = 0; i < service.tcp().size(); i++) {
            List<TcpRoute.Match> matches = service.tcp().get(i).match();
            for (int j = 0; j < matches.size(); j++) {
                String path = "spec.tcp[" + i + "].match[" + j + "].gateways";
                missingGateways(path, matches.get(j).gateways(), namespace, configuration, found);
            }
        }
        List<Gateway> bound = Configuration.gatewayKeys(service).stream()
                .map(configuration::gateway)
                .flatMap(Optional::stream)
                .toList();
        List<ServerHosts> servers = bound.stream()
                .flatMap(gateway -> gateway.servers().stream()
                        .map(server -> new ServerHosts(gateway.metadata().namespace(), server)))
                .toList();
        for (int i = 0; i < service.hosts().size() && !bound.isEmpty(); i++) {
            String host = service.hosts().get(i);
            if (servers.stream()
                    .allMatch(server -> server.served(host, namespace).isEmpty())) {
                String message = Problem.expected(host, "a host that one of its gateways serves");
                found.add(Problem.warning("spec.hosts[" + i + "]", ProblemCode.HOST_NOT_IN_GATEWAY, message));
            }
            String full = HostNames.expand(HostNames.canonical(host), namespace);
            if (!full.equals(HostNames.canonical(host))
                    && configuration.registry().kubernetesService(full).isPresent()) {
                String rule = full + ", if the Service is meant: hosts are served as they stand";
                found.add(Problem.warning(
                        "spec.hosts[" + i + "]", ProblemCode.INVALID_VALUE, Problem.expected(host, rule)));
            }
        }
    }

    private static void missingGateways(
            String path, List<String> names, String namespace, Configuration configuration, List<Problem> found) {
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            if (!name.equals(VirtualService.MESH)
                    && configuration
                            .gateway(Configuration.gatewayKey(name, namespace))
                            .isEmpty()) {
                found.add(Problem.warning(
                        path + "[" + i + "]",
                        ProblemCode.REFERENCED_RESOURCE_NOT_FOUND,
                        Problem.expected(name, "a Gateway that exists")));
            }
        }
    }

    private static void destinations(
            String path,
            List<RouteDestination> route,
            VirtualService service,
            ServiceRegistry registry,
            List<Problem> found) {
        for (int i = 0; i < route.size(); i++) {
            destination(path + ".route[" + i + "].destination", route.get(i).destination(), service, registry, found);
        }
    }

    private static void destination(
            String path,
            Destination destination,
            VirtualService service,
            ServiceRegistry registry,
            List<Problem> found) {
        ResolvedDestination resolved =
                registry.resolve(destination, service.metadata().namespace(), 0);
        if (!(resolved instanceof ResolvedDestination.Missing missing)) {
            return;
        }
        switch (missing.what()) {
            case HOST ->
                found.add(Problem.warning(
                        path + ".host",
                        ProblemCode.REFERENCED_RESOURCE_NOT_FOUND,
                        Problem.expected(destination.host(), "a host of a ServiceEntry or a Service; until then 503")));
            case SUBSET ->
                found.add(Problem.warning(
                        path + ".subset",
                        ProblemCode.REFERENCED_RESOURCE_NOT_FOUND,
                        Problem.expected(missing.name(), "a subset of a DestinationRule; until then 503")));
            case PORT ->
                found.add(
                        destination.port().isPresent()
                                ? Problem.warning(
                                        path + ".port.number",
                                        ProblemCode.REFERENCED_RESOURCE_NOT_FOUND,
                                        Problem.expected(
                                                destination.port().getAsLong(),
                                                "a port of the service; until then 503"))
                                : Problem.warning(
                                        path + ".port",
                                        ProblemCode.PORT_NEEDED,
                                        Problem.expected("no port", "one: the service has several")));
        }
    }
}
