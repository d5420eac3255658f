package io.convergate.routing.validate;

import io.convergate.routing.model.Gateway;
import io.convergate.routing.model.HttpMatch;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.model.TcpRoute;
import io.convergate.routing.model.TlsRoute;
import io.convergate.routing.model.VirtualService;
import io.convergate.routing.problem.Problem;
import io.convergate.routing.problem.ProblemCode;
import io.convergate.routing.resolve.Configuration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Whether matches ask for ports that the gateways have through which a virtual service is bound. */
final class MatchedPorts {
    private final Configuration configuration;
    private final List<Problem> found;

    private MatchedPorts(Configuration configuration, List<Problem> found) {
        this.configuration = configuration;
        this.found = found;
    }

    /** @param delegatingTo the virtual services that delegate to it; it is bound through their gateways */
    static void check(
            VirtualService service, Configuration configuration, Set<ResourceKey> delegatingTo, List<Problem> found) {
        MatchedPorts ports = new MatchedPorts(configuration, found);
        Set<ResourceKey> bound = ports.bound(service, delegatingTo);
        String namespace = service.metadata().namespace();
        for (int i = 0; i < service.http().size(); i++) {
            List<HttpMatch> matches = service.http().get(i).match();
            for (int j = 0; j < matches.size(); j++) {
                HttpMatch match = matches.get(j);
                ports.match("spec.http[" + i + "].match[" + j + "]", match.port(), match.gateways(), namespace, bound);
            }
        }
        for (int i = 0; i < service.tls().size(); i++) {
            List<TlsRoute.Match> matches = service.tls().get(i).match();
            for (int j = 0; j < matches.size(); j++) {
                TlsRoute.Match match = matches.get(j);
                ports.match("spec.tls[" + i + "].match[" + j + "]", match.port(), match.gateways(), namespace, bound);
            }
        }
        for (int i = 0; i < service.tcp().size(); i++) {
            List<TcpRoute.Match> matches = service.tcp().get(i).match();
            for (int j = 0; j < matches.size(); j++) {
                TcpRoute.Match match = matches.get(j);
                ports.match("spec.tcp[" + i + "].match[" + j + "]", match.port(), match.gateways(), namespace, bound);
            }
        }
    }

    private Set<ResourceKey> bound(VirtualService service, Set<ResourceKey> delegatingTo) {
        return service.isDelegate()
                ? delegatingTo.stream()
                        .flatMap(key -> Optional.<Resource>ofNullable(
                                configuration.resources().get(key))
                                .stream())
                        .filter(VirtualService.class::isInstance)
                        .flatMap(root -> keys(
                                ((VirtualService) root).gateways(),
                                root.metadata().namespace())
                                .stream())
                        .collect(Collectors.toSet())
                : keys(service.gateways(), service.metadata().namespace());
    }

    private static Set<ResourceKey> keys(List<String> names, String namespace) {
        return names.stream()
                .map(name -> Configuration.gatewayKey(name, namespace))
                .collect(Collectors.toSet());
    }

    /** Nothing is said as long as a gateway is missing, which is said elsewhere, nor of rules that are for the mesh, too. */
    private void match(
            String path, OptionalLong port, List<String> gateways, String namespace, Set<ResourceKey> bound) {
        if (port.isEmpty()) {
            return;
        }
        Set<Long> open = new TreeSet<>();
        for (ResourceKey key : gateways.isEmpty() ? bound : keys(gateways, namespace)) {
            Optional<Gateway> gateway = configuration.gateway(key);
            if (gateway.isEmpty()) {
                return;
            }
            gateway.get().servers().forEach(server -> open.add(server.port().number()));
        }
        if (!open.isEmpty() && !open.contains(port.getAsLong())) {
            String ports = open.stream().map(String::valueOf).collect(Collectors.joining(", "));
            String rule = "a port of its gateways, " + ports + "; until then nothing meets this match";
            found.add(Problem.warning(path + ".port", ProblemCode.NO_EFFECT, Problem.expected(port.getAsLong(), rule)));
        }
    }
}
