package io.convergate.routing.read;

import io.convergate.routing.model.Gateway;
import io.convergate.routing.model.Metadata;
import io.convergate.routing.model.Protocol;
import io.convergate.routing.model.ServerTls;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** Reads the spec of a Gateway. */
final class GatewayBinder {
    private static final String PROTOCOLS =
            Arrays.stream(Protocol.values()).map(Protocol::toString).collect(Collectors.joining(", "));
    private static final Gateway.Port NO_PORT = new Gateway.Port(1, Protocol.HTTP, "", OptionalLong.empty());

    private GatewayBinder() {}

    static Gateway bind(String apiVersion, Metadata metadata, Fields spec) {
        return new Gateway(apiVersion, metadata, spec.textMap("selector"), spec.list("servers", GatewayBinder::server));
    }

    private static Gateway.Server server(Fields server) {
        return new Gateway.Server(
                server.requiredObject("port", GatewayBinder::port).orElse(NO_PORT),
                server.text("bind"),
                server.texts("hosts"),
                server.object("tls", GatewayBinder::tls),
                server.text("name"),
                server.text("defaultEndpoint"));
    }

    private static Gateway.Port port(Fields port) {
        port.requiredText("protocol");
        return new Gateway.Port(
                port.requiredNumber("number"),
                port.parsed("protocol", Protocol::parse, PROTOCOLS).orElse(Protocol.HTTP),
                port.requiredText("name"),
                port.number("targetPort"));
    }

    private static ServerTls tls(Fields tls) {
        return new ServerTls(
                tls.flag("httpsRedirect"),
                tls.choice("mode", ServerTls.Mode.class).orElse(ServerTls.Mode.PASSTHROUGH),
                tls.text("serverCertificate"),
                tls.text("privateKey"),
                tls.text("caCertificates"),
                tls.text("caCrl"),
                tls.text("credentialName"),
                tls.texts("credentialNames"),
                tls.text("caCertCredentialName"),
                tls.list("tlsCertificates", GatewayBinder::certificate),
                tls.texts("subjectAltNames"),
                tls.texts("verifyCertificateSpki"),
                tls.texts("verifyCertificateHash"),
                tls.choice("minProtocolVersion", ServerTls.Version.class),
                tls.choice("maxProtocolVersion", ServerTls.Version.class),
                tls.texts("cipherSuites"),
                tls.optionalFlag("insecureSkipVerify"));
    }

    private static ServerTls.Certificate certificate(Fields certificate) {
        return new ServerTls.Certificate(
                certificate.text("serverCertificate"),
                certificate.text("privateKey"),
                certificate.text("caCertificates"));
    }
}
