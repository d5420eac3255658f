package io.convergate.routing.validate;

import io.convergate.routing.model.RouteDestination;
import io.convergate.routing.model.TcpRoute;
import io.convergate.routing.model.TlsRoute;
import io.convergate.routing.model.VirtualService;
import io.convergate.routing.problem.ProblemCode;
import io.convergate.routing.resolve.HostNames;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Istio's rules for VirtualServices: ValidateVirtualService. */
final class VirtualServiceValidator {
    private VirtualServiceValidator() {}

    static void validate(VirtualService service, Findings findings) {
        ServerNames.validate(service, findings);
        if (service.isDelegate()) {
            findings.conflict(
                    !service.gateways().isEmpty()
                            || !service.tls().isEmpty()
                            || !service.tcp().isEmpty(),
                    "spec",
                    "no hosts, with gateways, tls or tcp",
                    "a delegate has http only");
        }
        gateways("spec.gateways", service.gateways(), findings);
        hosts(service, findings);
        if (service.http().isEmpty() && service.tls().isEmpty() && service.tcp().isEmpty()) {
            findings.missing("spec.http", "http, tls or tcp");
        }
        for (int i = 0; i < service.http().size(); i++) {
            HttpRouteValidator.validate("spec.http[" + i + "]", service.http().get(i), service, findings);
        }
        MatchCoverage.check(service, findings);
        connections(service, findings);
        findings.exportTo(service.exportTo(), false);
        boolean onlyMesh = service.allGateways().stream().allMatch(VirtualService.MESH::equals);
        if (onlyMesh && !service.isDelegate()) {
            findings.warn(
                    "spec.gateways",
                    ProblemCode.NOT_SERVED_YET,
                    service.gateways().isEmpty() ? "none" : VirtualService.MESH,
                    "a gateway: what is for the mesh alone applies to nothing here");
        }
    }

    /** The gateways that a virtual service or a match of it names. */
    static void gateways(String path, List<String> gateways, Findings findings) {
        for (int i = 0; i < gateways.size(); i++) {
            String name = gateways.get(i);
            int slash = name.indexOf('/');
            boolean good = Names.isResourceName(name.substring(slash + 1))
                    && (slash < 0 || Names.isLabel(name.substring(0, slash)));
            findings.require(good, path + "[" + i + "]", name, "a gateway's name, namespace/name, or mesh");
            if (good && slash < 0 && name.indexOf('.') >= 0) {
                findings.warn(
                        path + "[" + i + "]", ProblemCode.DEPRECATED, name, "namespace/name, if a namespace is meant");
            }
        }
    }

    private static void hosts(VirtualService service, Findings findings) {
        boolean mesh = service.gateways().isEmpty() || service.gateways().contains(VirtualService.MESH);
        List<String> hosts = service.hosts().stream().map(HostNames::canonical).toList();
        for (int i = 0; i < hosts.size(); i++) {
            String host = hosts.get(i);
            String path = "spec.hosts[" + i + "]";
            findings.require(
                    Names.isHostPattern(service.hosts().get(i)) || Names.isIp(host) && !mesh,
                    path,
                    host,
                    "a host name, *.name or *");
            findings.require(!mesh || !host.equals("*"), path, host, "no bare * for the mesh");
            for (int j = 0; j < i; j++) {
                boolean overlaps = HostNames.intersection(hosts.get(j), host).isPresent();
                findings.require(!overlaps, path, host, "no overlap with " + hosts.get(j));
            }
        }
    }

    private static void connections(VirtualService service, Findings findings) {
        findings.unserved(!service.tls().isEmpty(), "spec.tls", "no listener passes TLS through yet");
        findings.unserved(!service.tcp().isEmpty(), "spec.tcp", "no listener takes connections other than HTTP yet");
        for (int i = 0; i < service.tls().size(); i++) {
            TlsRoute route = service.tls().get(i);
            String path = "spec.tls[" + i + "]";
            if (route.match().isEmpty()) {
                findings.missing(path + ".match", "at least one match");
            }
            for (int j = 0; j < route.match().size(); j++) {
                TlsRoute.Match match = route.match().get(j);
                String at = path + ".match[" + j + "]";
                sniHosts(at + ".sniHosts", match, service, findings);
                connection(
                        at,
                        match.destinationSubnets(),
                        match.port(),
                        match.gateways(),
                        match.sourceNamespace(),
                        match.sourceLabels(),
                        findings);
            }
            destinations(path + ".route", route.route(), findings);
        }
        for (int i = 0; i < service.tcp().size(); i++) {
            List<TcpRoute.Match> matches = service.tcp().get(i).match();
            for (int j = 0; j < matches.size(); j++) {
                TcpRoute.Match match = matches.get(j);
                String at = "spec.tcp[" + i + "].match[" + j + "]";
                connection(
                        at,
                        match.destinationSubnets(),
                        match.port(),
                        match.gateways(),
                        match.sourceNamespace(),
                        match.sourceLabels(),
                        findings);
                match.sourceSubnet().ifPresent(subnet -> {
                    findings.require(Names.isIpOrCidr(subnet), at + ".sourceSubnet", subnet, "an IP address or range");
                    findings.unserved(true, at + ".sourceSubnet", "connections from everywhere match");
                });
            }
            destinations("spec.tcp[" + i + "].route", service.tcp().get(i).route(), findings);
        }
    }

    private static void connection(
            String path,
            List<String> destinationSubnets,
            OptionalLong port,
            List<String> gateways,
            Optional<String> sourceNamespace,
            Map<String, String> sourceLabels,
            Findings findings) {
        for (int i = 0; i < destinationSubnets.size(); i++) {
            String subnet = destinationSubnets.get(i);
            findings.require(
                    Names.isIpOrCidr(subnet),
                    path + ".destinationSubnets[" + i + "]",
                    subnet,
                    "an IP address or range");
        }
        findings.unserved(
                !destinationSubnets.isEmpty(),
                path + ".destinationSubnets",
                "every connection is made to the gateway, as at Istio's");
        port.ifPresent(number -> findings.port(path + ".port", number));
        gateways(path + ".gateways", gateways, findings);
        findings.labels(path + ".sourceLabels", sourceLabels);
        sourceNamespace.ifPresent(namespace ->
                findings.require(Names.isLabel(namespace), path + ".sourceNamespace", namespace, "a DNS label"));
    }

    private static void sniHosts(String path, TlsRoute.Match match, VirtualService service, Findings findings) {
        if (match.sniHosts().isEmpty()) {
            findings.missing(path, "at least one server name");
        }
        for (int i = 0; i < match.sniHosts().size(); i++) {
            String name = HostNames.canonical(match.sniHosts().get(i));
            String at = path + "[" + i + "]";
            boolean covered =
                    service.hosts().stream().anyMatch(host -> HostNames.covers(HostNames.canonical(host), name));
            findings.require(covered, at, name, "one of the virtual service's hosts");
            if (Names.isIp(name)) {
                findings.warn(at, ProblemCode.INVALID_VALUE, name, "a name: clients send no IP address as SNI");
            }
        }
    }

    private static void destinations(String path, List<RouteDestination> route, Findings findings) {
        if (route.isEmpty()) {
            findings.missing(path, "at least one destination");
        }
        long sum = 0;
        for (int i = 0; i < route.size(); i++) {
            HttpRouteValidator.destination(
                    path + "[" + i + "].destination", route.get(i).destination(), findings);
            int weight = route.get(i).weight().orElse(0);
            findings.require(weight >= 0, path + "[" + i + "].weight", weight, "at least 0");
            sum += weight;
        }
        findings.require(route.size() < 2 || sum > 0, path, "weights that sum to " + sum, "more than 0");
    }
}
