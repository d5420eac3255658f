package io.convergate.node.edge.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.node.edge.fixture.ConfiguredEdge;
import io.convergate.node.edge.fixture.HttpMessage;
import io.convergate.node.edge.fixture.RecordingOrigin;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Requests under Ingress and Gateway API, over the wire. */
class KubernetesDialectsTest {
    private static final String FLAGS = "x-convergate-response-flags";

    @RegisterExtension
    static final ConfiguredEdge edge = ConfiguredEdge.withDefaults();

    private static String service(InetSocketAddress address) {
        return """
                apiVersion: v1
                kind: Service
                metadata: {name: a}
                spec: {ports: [{port: 80}]}
                ---
                apiVersion: discovery.k8s.io/v1
                kind: EndpointSlice
                metadata: {name: a, labels: {kubernetes.io/service-name: a}}
                addressType: IPv4
                endpoints: [{addresses: [127.0.0.1]}]
                ports: [{port: %d}]
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: GatewayClass
                metadata: {name: c}
                spec: {controllerName: convergate.io/gateway}
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: Gateway
                metadata: {name: g}
                spec: {gatewayClassName: c, listeners: [{name: http, port: 80, protocol: HTTP}]}
                """.formatted(address.getPort());
    }

    private static String route(String... rules) {
        return "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: r}\n"
                + "spec: {parentRefs: [{name: g}], rules: [" + String.join(", ", rules) + "]}\n";
    }

    @Test
    void aPrefixIsReplacedOnTheWayToTheBackend() throws IOException {
        RecordingOrigin origin = edge.origin(RecordingOrigin.ECHO_TARGET);
        edge.serve(
                service(origin.address()),
                route("{matches: [{path: {value: /shop}}], filters: [{type: URLRewrite,"
                        + " urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /}}}],"
                        + " backendRefs: [{name: a, port: 80}]}"));

        assertThat(edge.get("/shop/cart?x=1").text()).isEqualTo("/cart?x=1");
        assertThat(edge.get("/shop").text()).isEqualTo("/");
        assertThat(edge.get("/shopping").status()).isEqualTo(404);
    }

    @Test
    void aBackendsOwnRewriteComesBeforeTheRules() throws IOException {
        RecordingOrigin origin = edge.origin(RecordingOrigin.ECHO_TARGET);
        edge.serve(
                service(origin.address()),
                route("{backendRefs: [{name: a, port: 80, filters: [{type: URLRewrite,"
                        + " urlRewrite: {path: {type: ReplaceFullPath, replaceFullPath: /own}}}]}]}"));

        assertThat(edge.get("/x").text()).isEqualTo("/own");
    }

    @Test
    void aBackendThatIsNoneIsAnErrorOfTheGateway() throws IOException {
        RecordingOrigin origin = edge.origin(RecordingOrigin.ECHO_TARGET);
        edge.serve(service(origin.address()), route("{backendRefs: [{name: nobody, port: 80}]}"));
        HttpMessage answer = edge.get("/x");

        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.value(FLAGS)).contains("NC");
    }

    @Test
    void anIngressRewritesWithTheGroupsOfItsPath() throws IOException {
        RecordingOrigin origin = edge.origin(RecordingOrigin.ECHO_TARGET);
        edge.serve(service(origin.address()), """
                apiVersion: networking.k8s.io/v1
                kind: Ingress
                metadata: {name: i, annotations: {nginx.ingress.kubernetes.io/rewrite-target: /$2}}
                spec:
                  rules:
                  - http:
                      paths:
                      - path: /api(/|$)(.*)
                        pathType: ImplementationSpecific
                        backend: {service: {name: a, port: {number: 80}}}
                """);

        assertThat(edge.get("/api/v1/x").text()).isEqualTo("/v1/x");
        assertThat(edge.get("/other").status()).isEqualTo(404);
    }
}
