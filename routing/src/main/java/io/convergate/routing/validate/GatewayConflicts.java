package io.convergate.routing.validate;

import io.convergate.routing.model.Gateway;
import io.convergate.routing.problem.Problem;
import io.convergate.routing.problem.ProblemCode;
import io.convergate.routing.request.IpAddresses;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finds gateways of the same nodes that claim one port for the same host, or in two protocols. */
final class GatewayConflicts {
    private GatewayConflicts() {}

    /**
     * A claim: the nodes, the port and the address, and a host or none for the port as a whole.
     *
     * @param host the host as written, with the namespaces that may use it
     */
    private record Claim(Map<String, String> selector, long port, String bind, String host) {}

    /** A certificate: the nodes, and the secret it is in. */
    private record Certificate(Map<String, String> selector, String namespace, String secret) {}

    /** Reports each gateway that contradicts an older one. */
    static List<Problem> find(List<Gateway> oldestFirst) {
        List<Problem> problems = new ArrayList<>();
        Map<Claim, Gateway> hosts = new HashMap<>();
        Map<Claim, Gateway.Server> ports = new HashMap<>();
        Map<Certificate, Gateway> certificates = new HashMap<>();
        for (Gateway gateway : oldestFirst) {
            for (int i = 0; i < gateway.servers().size(); i++) {
                Gateway.Server server = gateway.servers().get(i);
                String bind = server.bind().map(IpAddresses::canonical).orElse("");
                Claim port = new Claim(gateway.selector(), server.port().number(), bind, "");
                Gateway.Server first = ports.putIfAbsent(port, server);
                if (first != null
                        && first.port().protocol().isPlainHttp()
                                != server.port().protocol().isPlainHttp()) {
                    problems.add(conflict(
                            gateway,
                            "spec.servers[" + i + "].port.protocol",
                            server.port().protocol() + " on port "
                                    + server.port().number(),
                            first.port().protocol() + ", which an older server speaks there"));
                }
                certificate(gateway, i, certificates, problems);
                for (int j = 0; j < server.hosts().size(); j++) {
                    String host = server.hosts().get(j);
                    Gateway owner = hosts.putIfAbsent(
                            new Claim(gateway.selector(), server.port().number(), bind, host), gateway);
                    if (owner != null && owner != gateway) {
                        problems.add(conflict(
                                gateway,
                                "spec.servers[" + i + "].hosts[" + j + "]",
                                host + " on port " + server.port().number(),
                                "one gateway for a port and host; " + owner.key() + " has it"));
                    }
                }
            }
        }
        return problems;
    }

    /** Istio: a browser uses its HTTP/2 connection for all hosts of a certificate, also for those of the other gateway. */
    private static void certificate(
            Gateway gateway, int server, Map<Certificate, Gateway> certificates, List<Problem> problems) {
        gateway.servers().get(server).tls().flatMap(tls -> tls.credentialName()).ifPresent(name -> {
            Certificate certificate =
                    new Certificate(gateway.selector(), gateway.metadata().namespace(), name);
            Gateway owner = certificates.putIfAbsent(certificate, gateway);
            if (owner != null && owner != gateway) {
                problems.add(Problem.warning(
                                "spec.servers[" + server + "].tls.credentialName",
                                ProblemCode.DUPLICATE_CERTIFICATE,
                                Problem.expected(
                                        name,
                                        "one gateway for a certificate; " + owner.key()
                                                + " has it, and an HTTP/2 connection to one may bring requests for the"
                                                + " other"))
                        .of(gateway.key()));
            }
        });
    }

    private static Problem conflict(Gateway gateway, String path, String found, String rule) {
        return Problem.warning(path, ProblemCode.CONFLICTING_GATEWAYS, Problem.expected(found, rule))
                .of(gateway.key());
    }
}
