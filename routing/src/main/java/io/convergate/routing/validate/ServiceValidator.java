package io.convergate.routing.validate;

import io.convergate.routing.model.k8s.EndpointSlice;
import io.convergate.routing.model.k8s.Service;
import io.convergate.routing.problem.ProblemCode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Kubernetes' rules for Services and EndpointSlices: ValidateService, ValidateEndpointSlice. */
final class ServiceValidator {
    private static final int ENDPOINTS_MAX = 1000;
    private static final int SLICE_PORTS_MAX = 20_000;

    private ServiceValidator() {}

    static void validate(Service service, Findings findings) {
        boolean external = service.type() == Service.Type.EXTERNAL_NAME;
        if (external) {
            String name = service.externalName().orElse("");
            findings.require(Names.isHost(name), "spec.externalName", name, "a DNS name with type ExternalName");
            findings.require(!service.ports().isEmpty(), "spec.ports", "none", "the ports that requests are sent to");
        } else if (service.externalName().isPresent()) {
            findings.warn(
                    "spec.externalName",
                    ProblemCode.NO_EFFECT,
                    service.externalName().get() + " with type " + service.type(),
                    "type ExternalName");
        }
        if (!external && service.ports().isEmpty()) {
            findings.missing("spec.ports", "at least one port");
        }
        Set<String> names = new HashSet<>();
        Set<String> numbers = new HashSet<>();
        for (int i = 0; i < service.ports().size(); i++) {
            port("spec.ports[" + i + "]", service.ports().get(i), service, names, numbers, findings);
        }
        findings.unserved(
                service.sessionAffinity().filter("ClientIP"::equals).isPresent(),
                "spec.sessionAffinity",
                "requests of one client go to any endpoint");
        service.locality()
                .forEach(field -> findings.unserved(true, "spec." + field, "near endpoints are not preferred"));
    }

    private static void port(
            String path,
            Service.Port port,
            Service service,
            Set<String> names,
            Set<String> numbers,
            Findings findings) {
        findings.port(path + ".port", port.number());
        boolean several = service.ports().size() > 1;
        findings.require(
                port.name().isEmpty() ? !several : Names.isLabel(port.name()),
                path + ".name",
                port.name(),
                several ? "a DNS label: there are several ports" : "a DNS label");
        findings.require(names.add(port.name()), path + ".name", port.name() + " again", "each name once");
        String protocol = port.protocol().orElse("TCP");
        findings.unserved(!port.takesRequests(), path + ".protocol", "a port of " + protocol + " is left out");
        findings.require(
                numbers.add(protocol + port.number()), path + ".port", port.number() + " again", "each port once");
        port.targetPort()
                .filter(target -> target.matches("[0-9]+"))
                .ifPresent(target -> findings.require(
                        target.length() <= 5 && Integer.parseInt(target) >= 1 && Integer.parseInt(target) <= 65535,
                        path + ".targetPort",
                        target,
                        "1 to 65535, or a name"));
        String spoken = port.appProtocol().orElse("");
        findings.unserved(
                List.of("kubernetes.io/h2c", "kubernetes.io/ws", "kubernetes.io/wss", "https", "grpc", "HTTP2")
                        .contains(spoken),
                path + ".appProtocol",
                "HTTP/1.1 is spoken to a port of " + spoken);
    }

    static void validate(EndpointSlice slice, Findings findings) {
        String type = slice.addressType();
        if (type.equals("FQDN")) {
            findings.warn("addressType", ProblemCode.DEPRECATED, type, "IPv4 or IPv6; the names are resolved by DNS");
        }
        findings.require(
                slice.endpoints().size() <= ENDPOINTS_MAX,
                "endpoints",
                slice.endpoints().size() + " endpoints",
                "at most " + ENDPOINTS_MAX);
        findings.require(
                slice.ports().size() <= SLICE_PORTS_MAX, "ports", slice.ports().size() + " ports", "fewer");
        for (int i = 0; i < slice.endpoints().size(); i++) {
            List<String> addresses = slice.endpoints().get(i).addresses();
            String path = "endpoints[" + i + "].addresses";
            findings.require(!addresses.isEmpty(), path, "none", "at least one address");
            for (int j = 0; j < addresses.size(); j++) {
                String address = addresses.get(j);
                boolean good = type.equals("FQDN") ? Names.isHost(address) : Names.isIp(address);
                findings.require(good, path + "[" + j + "]", address, "an address of type " + type);
            }
        }
        Set<String> names = new HashSet<>();
        for (int i = 0; i < slice.ports().size(); i++) {
            EndpointSlice.Port port = slice.ports().get(i);
            String path = "ports[" + i + "]";
            if (port.number().isPresent()) {
                findings.port(path + ".port", port.number().getAsLong());
            }
            findings.unserved(
                    !port.takesRequests(),
                    path + ".protocol",
                    "a port of " + port.protocol().orElse("") + " is left out");
            findings.require(names.add(port.name()), path + ".name", port.name() + " again", "each name once");
        }
        if (slice.service().isEmpty()) {
            findings.warn(
                    "metadata.labels",
                    ProblemCode.MISSING_FIELD,
                    "no service",
                    "the label " + EndpointSlice.SERVICE_LABEL + " names the Service that these endpoints belong to");
        }
    }
}
