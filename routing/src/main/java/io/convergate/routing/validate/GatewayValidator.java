package io.convergate.routing.validate;

import io.convergate.routing.model.Gateway;
import io.convergate.routing.model.Protocol;
import io.convergate.routing.model.ServerTls;
import io.convergate.routing.problem.ProblemCode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Istio's rules for Gateways: ValidateGateway. */
final class GatewayValidator {
    /** Istio: the ciphers that Envoy's BoringSSL has. */
    private static final List<String> CIPHERS = List.of(
            "ECDHE-ECDSA-AES128-GCM-SHA256",
            "ECDHE-RSA-AES128-GCM-SHA256",
            "ECDHE-ECDSA-AES256-GCM-SHA384",
            "ECDHE-RSA-AES256-GCM-SHA384",
            "ECDHE-ECDSA-CHACHA20-POLY1305",
            "ECDHE-RSA-CHACHA20-POLY1305",
            "ECDHE-ECDSA-AES128-SHA",
            "ECDHE-RSA-AES128-SHA",
            "ECDHE-ECDSA-AES256-SHA",
            "ECDHE-RSA-AES256-SHA",
            "AES128-GCM-SHA256",
            "AES256-GCM-SHA384",
            "AES128-SHA",
            "AES256-SHA",
            "DES-CBC3-SHA");

    private GatewayValidator() {}

    static void validate(Gateway gateway, Findings findings) {
        if (gateway.servers().isEmpty()) {
            findings.missing("spec.servers", "at least one server");
        }
        findings.labels("spec.selector", gateway.selector());
        Set<String> portNames = new HashSet<>();
        Set<String> names = new HashSet<>();
        for (int i = 0; i < gateway.servers().size(); i++) {
            Gateway.Server server = gateway.servers().get(i);
            String path = "spec.servers[" + i + "]";
            server(path, server, findings);
            String name = server.port().name();
            findings.require(portNames.add(name), path + ".port.name", name + " again", "each port name once");
            server.name()
                    .ifPresent(own ->
                            findings.require(names.add(own), path + ".name", own + " again", "each server name once"));
        }
    }

    private static void server(String path, Gateway.Server server, Findings findings) {
        Gateway.Port port = server.port();
        boolean unix = server.bind().orElse("").startsWith("unix:");
        if (unix) {
            findings.require(port.number() == 0, path + ".port.number", port.number(), "0 with a unix socket");
            findings.unserved(true, path + ".bind", "unix sockets are not listened on");
        } else {
            findings.port(path + ".port.number", port.number());
            server.bind()
                    .filter(bind -> !bind.isEmpty())
                    .ifPresent(bind ->
                            findings.require(Names.isIp(bind), path + ".bind", bind, "an IP address or a unix socket"));
        }
        findings.require(!port.name().isEmpty(), path + ".port.name", "\"\"", "a name");
        findings.require(port.targetPort().isEmpty(), path + ".port.targetPort", "targetPort", "none on a gateway");
        findings.require(
                port.protocol() != Protocol.UDP, path + ".port.protocol", port.protocol(), "a protocol over TCP");
        findings.unserved(
                !port.protocol().isPlainHttp(),
                path + ".port.protocol",
                port.protocol() + " is not listened on, only HTTP, HTTP2, GRPC and GRPC-WEB are");
        if (server.hosts().isEmpty()) {
            findings.missing(path + ".hosts", "at least one host");
        }
        for (int i = 0; i < server.hosts().size(); i++) {
            host(path + ".hosts[" + i + "]", server.hosts().get(i), findings);
        }
        findings.unserved(server.name().isPresent(), path + ".name", "nothing is counted by server");
        findings.unserved(server.defaultEndpoint().isPresent(), path + ".defaultEndpoint", "as in Istio");
        boolean needsTls = port.protocol().isTls();
        if (server.tls().isEmpty()) {
            if (needsTls) {
                findings.missing(path + ".tls", "TLS settings for " + port.protocol());
            }
            return;
        }
        tls(path + ".tls", server.tls().get(), port.protocol(), findings);
    }

    private static void host(String path, String host, Findings findings) {
        int slash = host.indexOf('/');
        String name = host.substring(slash + 1);
        if (slash >= 0) {
            String namespace = host.substring(0, slash);
            boolean known = namespace.equals("*") || namespace.equals(".") || Names.isLabel(namespace);
            findings.require(known, path, host, "a namespace, . or * before the slash");
        }
        boolean isShort = !name.equals("*") && name.indexOf('.') < 0;
        boolean good = Names.isIp(name) || Names.isHostPattern(name) && !isShort;
        findings.require(good, path, host, "a full host name, *.name, an IP address or *");
    }

    private static void tls(String path, ServerTls tls, Protocol protocol, Findings findings) {
        if (!protocol.isTls()) {
            boolean onlyRedirect = tls.mode() == ServerTls.Mode.PASSTHROUGH && !hasCertificates(tls);
            findings.conflict(
                    !onlyRedirect || !tls.httpsRedirect() && protocol.isPlainHttp(),
                    path,
                    "tls with " + protocol,
                    "only httpsRedirect: true on a plain port");
            redirect(path, tls, protocol, findings);
            return;
        }
        redirect(path, tls, protocol, findings);
        sources(path, tls, findings);
        boolean isPassthrough =
                tls.mode() == ServerTls.Mode.PASSTHROUGH || tls.mode() == ServerTls.Mode.AUTO_PASSTHROUGH;
        if (isPassthrough && hasCertificates(tls)) {
            findings.warn(path, ProblemCode.INVALID_VALUE, "certificates in mode " + tls.mode(), "none");
        }
        ciphers(path + ".cipherSuites", tls.cipherSuites(), findings);
        boolean old = tls.minProtocolVersion()
                .map(version -> version == ServerTls.Version.TLSV1_0 || version == ServerTls.Version.TLSV1_1)
                .orElse(false);
        if (old && tls.cipherSuites().isEmpty()) {
            findings.warn(path + ".cipherSuites", ProblemCode.INVALID_VALUE, "none", "ciphers for TLS before 1.2");
        }
    }

    private static void redirect(String path, ServerTls tls, Protocol protocol, Findings findings) {
        if (tls.httpsRedirect() && !protocol.isPlainHttp()) {
            findings.warn(path + ".httpsRedirect", ProblemCode.INVALID_VALUE, protocol, "an HTTP port");
        }
    }

    /** Istio leaves out what is unknown or repeated. */
    private static void ciphers(String path, List<String> ciphers, Findings findings) {
        for (int i = 0; i < ciphers.size(); i++) {
            String cipher = ciphers.get(i);
            String at = path + "[" + i + "]";
            if (!CIPHERS.contains(cipher)) {
                findings.warn(at, ProblemCode.INVALID_VALUE, cipher, "one of " + String.join(", ", CIPHERS));
            } else if (ciphers.indexOf(cipher) < i) {
                findings.warn(at, ProblemCode.INVALID_VALUE, cipher + " again", "each once");
            }
        }
    }

    private static void sources(String path, ServerTls tls, Findings findings) {
        boolean mutual = tls.mode() == ServerTls.Mode.MUTUAL || tls.mode() == ServerTls.Mode.OPTIONAL_MUTUAL;
        boolean credential =
                tls.credentialName().isPresent() || !tls.credentialNames().isEmpty();
        boolean files = tls.serverCertificate().isPresent() || tls.privateKey().isPresent();
        long sources = Stream.of(
                        files,
                        tls.credentialName().isPresent(),
                        !tls.credentialNames().isEmpty(),
                        !tls.tlsCertificates().isEmpty())
                .filter(present -> present)
                .count();
        findings.conflict(sources > 1, path, sources + " sources of certificates", "one");
        findings.conflict(
                tls.mode() == ServerTls.Mode.ISTIO_MUTUAL && hasCertificates(tls),
                path,
                "certificates in mode ISTIO_MUTUAL",
                "none");
        if (tls.mode() != ServerTls.Mode.SIMPLE && !mutual) {
            return;
        }
        if (!credential && tls.tlsCertificates().isEmpty()) {
            requirePresent(path + ".serverCertificate", tls.serverCertificate().isPresent(), tls.mode(), findings);
            requirePresent(path + ".privateKey", tls.privateKey().isPresent(), tls.mode(), findings);
        }
        for (int i = 0; i < tls.tlsCertificates().size(); i++) {
            ServerTls.Certificate one = tls.tlsCertificates().get(i);
            String at = path + ".tlsCertificates[" + i + "]";
            requirePresent(at + ".serverCertificate", one.serverCertificate().isPresent(), tls.mode(), findings);
            requirePresent(at + ".privateKey", one.privateKey().isPresent(), tls.mode(), findings);
        }
        if (mutual && !credential) {
            boolean hasCa = tls.caCertificates().isPresent()
                    || tls.caCertCredentialName().isPresent();
            requirePresent(path + ".caCertificates", hasCa, tls.mode(), findings);
        }
        boolean crlWithout = tls.mode() == ServerTls.Mode.SIMPLE || credential;
        findings.conflict(tls.caCrl().isPresent() && crlWithout, path + ".caCrl", "caCrl", "files and a mutual mode");
        List<String> names = tls.credentialNames();
        if (names.size() > 2 || tls.tlsCertificates().size() > 2) {
            findings.warn(path, ProblemCode.INVALID_VALUE, "more than 2 certificates", "at most one RSA and one ECDSA");
        }
    }

    private static void requirePresent(String path, boolean present, ServerTls.Mode mode, Findings findings) {
        if (!present) {
            findings.missing(path, "one in mode " + mode);
        }
    }

    private static boolean hasCertificates(ServerTls tls) {
        return tls.serverCertificate().isPresent()
                || tls.privateKey().isPresent()
                || tls.caCertificates().isPresent()
                || tls.caCertCredentialName().isPresent()
                || tls.caCrl().isPresent()
                || tls.credentialName().isPresent()
                || !tls.credentialNames().isEmpty()
                || !tls.tlsCertificates().isEmpty();
    }
}
