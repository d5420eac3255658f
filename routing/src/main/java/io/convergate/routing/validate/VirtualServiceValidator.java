package io.convergate.routing.validate;

import io.convergate.routing.model.HttpMatch;
import io.convergate.routing.model.RouteDestination;
import io.convergate.routing.model.TlsRoute;
import io.convergate.routing.model.VirtualService;
import io.convergate.routing.problem.ProblemCode;
import io.convergate.routing.resolve.HostNames;
import java.util.List;

/** Istio's rules for VirtualServices: ValidateVirtualService. */
final class VirtualServiceValidator {
    private VirtualServiceValidator() {}

    static void validate(VirtualService service, Findings findings) {
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
        findings.exportTo(service.exportTo());
        boolean onlyMesh = service.gateways().stream().allMatch(VirtualService.MESH::equals)
                && service.http().stream()
                        .flatMap(route -> route.match().stream())
                        .map(HttpMatch::gateways)
                        .allMatch(List::isEmpty);
        findings.unserved(
                onlyMesh && !service.isDelegate(),
                "spec.gateways",
                "a virtual service without gateways is for the mesh, and applies to nothing here");
    }

    private static void gateways(String path, List<String> gateways, Findings findings) {
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
        findings.unserved(!service.tls().isEmpty(), "spec.tls", "TLS is not passed through");
        findings.unserved(!service.tcp().isEmpty(), "spec.tcp", "only HTTP is routed");
        for (int i = 0; i < service.tls().size(); i++) {
            TlsRoute route = service.tls().get(i);
            String path = "spec.tls[" + i + "]";
            if (route.match().isEmpty()) {
                findings.missing(path + ".match", "at least one match");
            }
            for (int j = 0; j < route.match().size(); j++) {
                sniHosts(path + ".match[" + j + "].sniHosts", route.match().get(j), service, findings);
            }
            destinations(path + ".route", route.route(), findings);
        }
        for (int i = 0; i < service.tcp().size(); i++) {
            destinations("spec.tcp[" + i + "].route", service.tcp().get(i).route(), findings);
        }
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
