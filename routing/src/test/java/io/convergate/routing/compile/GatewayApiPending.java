package io.convergate.routing.compile;

import static io.convergate.routing.compile.GatewayApiCase.gatewayWith;
import static io.convergate.routing.compile.GatewayApiCase.gatewayYaml;
import static io.convergate.routing.compile.GatewayApiCase.listenerYaml;
import static io.convergate.routing.compile.GatewayApiCase.routeOfKind;
import static io.convergate.routing.compile.GatewayApiCase.rules;
import static io.convergate.routing.compile.GatewayApiCase.test;
import static io.convergate.routing.compile.GatewayApiCase.to;

import io.convergate.routing.model.gatewayapi.Listener;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The conformance tests that do not pass as a whole yet, and why. Each comes with a proof: what a user is told today who
 * writes what the test writes. When he is no longer told so, the test's time has come.
 *
 * @param row the test; of one that compiles, with all that can be checked without the wire
 * @param reason what it waits for
 * @param spoken the protocols that have to be listened for, so that the row passes
 * @param proof a part of a problem that its resources have today
 */
record GatewayApiPending(GatewayApiCase row, String reason, Set<String> spoken, String proof) {
    private static final String UNHEARD = "expected: HTTP: nothing else is listened for yet";
    private static final Set<String> HTTP = Set.of(Listener.HTTP);
    private static final Set<String> TLS = Set.of(Listener.HTTP, Listener.TLS);
    private static final Set<String> TCP = Set.of(Listener.HTTP, Listener.TCP);
    private static final String HTTP_2 = "HTTP/2 on the wire";
    private static final String HTTPS_LISTENERS = "HTTPS listeners";
    private static final String CLIENT_CERTIFICATES = "HTTPS listeners that ask for client certificates";
    private static final String UPSTREAM_TLS = "TLS to backends";

    /** Those of which everything but the wire is there: their rows pass on the compiled table. */
    static List<GatewayApiPending> compiled() {
        return Stream.of(
                        GatewayApiOtherRows.rpcs()
                                .map(row -> new GatewayApiPending(row, HTTP_2, HTTP, "gRPC needs HTTP/2")),
                        GatewayApiOtherRows.tlsRoutes()
                                .map(row -> new GatewayApiPending(row, "TLS listeners (Passthrough)", TLS, UNHEARD)),
                        GatewayApiOtherRows.tcpRoutes()
                                .map(row -> new GatewayApiPending(row, "TCP listeners", TCP, UNHEARD)),
                        GatewayApiOtherRows.policies()
                                .map(row -> new GatewayApiPending(
                                        row, UPSTREAM_TLS, HTTP, "no TLS is spoken to services yet")),
                        Stream.of("AllInNamespace", "Specific")
                                .map(which -> new GatewayApiPending(
                                        GatewayApiOtherRows.granted(
                                                "GatewaySecretReferenceGrant" + which,
                                                which.equals("Specific")
                                                        ? "{kind: Secret, name: c}"
                                                        : "{kind: Secret}"),
                                        HTTPS_LISTENERS,
                                        HTTP,
                                        UNHEARD)))
                .flatMap(rows -> rows)
                .toList();
    }

    private static final String HTTPS =
            gatewayYaml("gw", "{name: https, port: 443, protocol: HTTPS, tls: {certificateRefs: [{name: c}]}}");
    private static final String TERMINATES = gatewayYaml(
            "gw", "{name: tls, port: 443, protocol: TLS, tls: {mode: Terminate, certificateRefs: [{name: c}]}}");
    private static final String UDP = gatewayYaml("gw", "{name: udp, port: 5300, protocol: UDP}")
            + routeOfKind("UDPRoute", "infra", "r", "{name: gw}", "", "{backendRefs: [{name: v1, port: 80}]}");

    private static String withTls(String tls) {
        return gatewayWith("gw", "tls: {" + tls + "},", listenerYaml("http", 80, ""));
    }

    private static String speaking(String protocol) {
        return gatewayYaml("gw", listenerYaml("http", 80, "")) + rules(to("s")) + """
                apiVersion: v1
                kind: Service
                metadata: {name: s, namespace: infra}
                spec: {ports: [{port: 80, appProtocol: kubernetes.io/%s}]}
                ---
                """.formatted(protocol);
    }

    private static GatewayApiPending pending(String name, String reason, String yaml, String proof) {
        return new GatewayApiPending(test(name, yaml), reason, HTTP, proof);
    }

    /** Those that have nothing to show yet. */
    static List<GatewayApiPending> missing() {
        String frontend = "tls does not act yet";
        return Stream.concat(
                        Stream.of(
                                pending("HTTPRouteHTTPSListener", HTTPS_LISTENERS, HTTPS, UNHEARD),
                                pending(
                                        "HTTPRouteHTTPSListenerDetectMisdirectedRequests",
                                        HTTPS_LISTENERS,
                                        HTTPS,
                                        UNHEARD),
                                pending("ListenerSetReferenceGrant", HTTPS_LISTENERS, HTTPS, UNHEARD),
                                pending(
                                        "GatewayFrontendClientCertificateValidation",
                                        CLIENT_CERTIFICATES,
                                        withTls("frontend: {}"),
                                        frontend),
                                pending(
                                        "GatewayFrontendClientCertificateValidationInsecureFallback",
                                        CLIENT_CERTIFICATES,
                                        withTls("frontend: {}"),
                                        frontend),
                                pending(
                                        "GatewayInvalidFrontendClientCertificateValidation",
                                        CLIENT_CERTIFICATES,
                                        withTls("frontend: {}"),
                                        frontend),
                                pending(
                                        "GatewayFrontendInvalidDefaultClientCertificateValidation",
                                        CLIENT_CERTIFICATES,
                                        withTls("frontend: {}"),
                                        frontend),
                                pending(
                                        "GatewayTLSBackendClientCertificate",
                                        UPSTREAM_TLS,
                                        withTls("backend: {}"),
                                        frontend),
                                pending(
                                        "GatewayInvalidTLSBackendConfiguration",
                                        UPSTREAM_TLS,
                                        withTls("backend: {}"),
                                        frontend),
                                pending(
                                        "HTTPRouteBackendProtocolH2C",
                                        "HTTP/2 to backends",
                                        speaking("h2c"),
                                        "HTTP/1.1 is spoken to a port of kubernetes.io/h2c"),
                                pending(
                                        "HTTPRouteBackendProtocolWebSocket",
                                        "WebSocket",
                                        speaking("ws"),
                                        "HTTP/1.1 is spoken to a port of kubernetes.io/ws"),
                                pending(
                                        "TLSRouteTerminateSimpleSameNamespace",
                                        "TLS listeners (Terminate)",
                                        TERMINATES,
                                        UNHEARD),
                                pending(
                                        "TLSRouteMixedTerminationSameNamespace",
                                        "TLS listeners (Terminate)",
                                        TERMINATES,
                                        UNHEARD),
                                pending(
                                        "TLSRouteListenerTerminateSupportedKinds",
                                        "TLS listeners (Terminate)",
                                        TERMINATES,
                                        UNHEARD),
                                pending(
                                        "BackendTLSPolicyTLSRouteTerminate",
                                        "TLS listeners (Terminate)",
                                        TERMINATES,
                                        UNHEARD),
                                pending(
                                        "TLSRouteListenerTerminateNotSupported",
                                        "TLS listeners: what it asks of those that cannot terminate",
                                        TERMINATES,
                                        UNHEARD),
                                pending(
                                        "TLSRouteListenerMixedTerminationNotSupported",
                                        "TLS listeners: what it asks of those that cannot do both on one port",
                                        TERMINATES,
                                        UNHEARD),
                                pending(
                                        "GatewayInfrastructure",
                                        "an infrastructure that is made for a Gateway: nodes are there before",
                                        gatewayWith(
                                                "gw",
                                                "infrastructure: {labels: {a: b}, annotations: {a: b}},",
                                                listenerYaml("http", 80, "")),
                                        "labels does not act yet")),
                        Stream.of(
                                        "UDPRoute",
                                        "UDPRouteInvalidBackendRefNonexistent",
                                        "UDPRouteInvalidCrossNamespaceBackendRef",
                                        "UDPRouteMultipleRoutesAttachment",
                                        "UDPRouteParentRefAttachAllListeners",
                                        "UDPRouteParentRefPortAndSectionName",
                                        "UDPRouteReferenceGrant",
                                        "UDPRouteWeightedRouting")
                                .map(name -> pending(name, "UDP, which is not proxied", UDP, "UDP is not proxied")))
                .toList();
    }

    @Override
    public String toString() {
        return row.name() + " (" + reason + ")";
    }
}
