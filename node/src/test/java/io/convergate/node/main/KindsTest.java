package io.convergate.node.main;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.convergate.node.admin.api.Kind;
import io.convergate.node.main.TestNode.Answer;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each kind through the admin API: written with all others, shown under its path, deleted. */
class KindsTest {
    /** What follows the metadata of a small resource of each kind. */
    private static final Map<Kind, String> BODIES = new EnumMap<>(Map.ofEntries(
            Map.entry(
                    Kind.GATEWAY, "spec: {servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ['*']}]}"),
            Map.entry(
                    Kind.VIRTUAL_SERVICE,
                    "spec: {hosts: [x.io], gateways: [g], http: [{route: [{destination: {host: x}}]}]}"),
            Map.entry(Kind.DESTINATION_RULE, "spec: {host: x}"),
            Map.entry(Kind.SERVICE_ENTRY, "spec: {hosts: [x.io], ports: [{number: 80, name: http}], resolution: DNS}"),
            Map.entry(Kind.WORKLOAD_ENTRY, "spec: {address: 10.0.0.1}"),
            Map.entry(Kind.SERVICE, "spec: {ports: [{port: 80}]}"),
            Map.entry(Kind.ENDPOINT_SLICE, "addressType: IPv4"),
            Map.entry(Kind.GATEWAY_CLASS, "spec: {controllerName: convergate.io/gateway}"),
            Map.entry(
                    Kind.KUBERNETES_GATEWAY,
                    "spec: {gatewayClassName: x, listeners: [{name: h, port: 80, protocol: HTTP}]}"),
            Map.entry(
                    Kind.LISTENER_SET,
                    "spec: {parentRef: {name: g}, listeners: [{name: h, port: 80, protocol: HTTP}]}"),
            Map.entry(Kind.HTTP_ROUTE, "spec: {parentRefs: [{name: g}], rules: [{}]}"),
            Map.entry(Kind.GRPC_ROUTE, "spec: {parentRefs: [{name: g}], rules: [{}]}"),
            Map.entry(
                    Kind.TLS_ROUTE,
                    "spec: {parentRefs: [{name: g}], hostnames: [x.io], rules: [{backendRefs: [{name: s, port: 80}]}]}"),
            Map.entry(Kind.TCP_ROUTE, "spec: {parentRefs: [{name: g}], rules: [{backendRefs: [{name: s, port: 80}]}]}"),
            Map.entry(Kind.UDP_ROUTE, "spec: {parentRefs: [{name: g}], rules: [{backendRefs: [{name: s, port: 80}]}]}"),
            Map.entry(
                    Kind.REFERENCE_GRANT,
                    "spec: {from: [{group: g, kind: K, namespace: other}], to: [{group: '', kind: Service}]}"),
            Map.entry(
                    Kind.BACKEND_TLS_POLICY,
                    "spec: {targetRefs: [{group: '', kind: Service, name: s}],"
                            + " validation: {hostname: x.io, wellKnownCACertificates: System}}"),
            Map.entry(
                    Kind.RATE_LIMIT_DOMAIN,
                    "spec: {domain: d, descriptors: [{key: k, rate_limit: {unit: day, requests_per_unit: 1}}]}"),
            Map.entry(Kind.SECRET, "stringData: {password: hunter2}"),
            Map.entry(Kind.CONFIG_MAP, "data: {ca.crt: some text}"),
            Map.entry(
                    Kind.RATE_LIMIT_POLICY,
                    "spec: {targetRefs: [{kind: VirtualService, name: x}],"
                            + " rules: [{name: r, limit: {requests: 1, per: SECOND}}]}"),
            Map.entry(Kind.NAMESPACE, ""),
            Map.entry(Kind.HEALTH_CHECK_POLICY, "spec: {targetRefs: [{kind: Service, name: s}], tcp: {}}"),
            Map.entry(
                    Kind.CIRCUIT_BREAKER_POLICY,
                    "spec: {targetRefs: [{kind: Service, name: s}], failureRateThreshold: 50}"),
            Map.entry(Kind.INGRESS, "spec: {defaultBackend: {service: {name: x, port: {number: 80}}}}"),
            Map.entry(Kind.INGRESS_CLASS, "spec: {controller: convergate.io/ingress}")));

    @TempDir
    private static Path directory;

    private static TestNode node;

    @BeforeAll
    static void start() throws Exception {
        node = new TestNode(directory.resolve("data"));
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @ParameterizedTest
    @EnumSource
    void isWrittenShownListedAndDeleted(Kind kind) {
        boolean named = kind.scope() == Kind.Scope.NAMESPACE;
        String version = kind.versions().get(0);
        Answer applied = node.post(
                "/apply?wait=all",
                "apiVersion: " + kind.apiVersion(version) + "\nkind: " + kind.kind() + "\nmetadata: {name: it}\n"
                        + BODIES.get(kind));
        assertThat(applied.status()).as(applied.text()).isEqualTo(200);

        String all = kind.path(version) + "/" + kind.plural();
        String one = kind.path(version) + (named ? "/namespaces/default/" : "/") + kind.plural() + "/it";
        JsonNode shown = node.get(one).json();
        assertThat(shown.path("kind").asText()).isEqualTo(kind.kind());
        assertThat(shown.path("apiVersion").asText()).isEqualTo(kind.apiVersion(version));
        assertThat(shown.at("/metadata/namespace").asText()).isEqualTo(named ? "default" : "");
        JsonNode items = node.get(all).json().path("items");
        int place = kind == Kind.NAMESPACE ? 1 : 0; // behind "default", which is always there
        assertThat(items).hasSize(place + 1);
        assertThat(items.get(place)).isEqualTo(shown);

        assertThat(node.send(node.request(one).DELETE()).status()).isEqualTo(200);
        assertThat(node.get(one).status()).isEqualTo(404);
    }

    /** The status is derived: shown, listed, and never part of what is stored. */
    @Test
    void gatewayApisResourcesShowWhatBecameOfThem() {
        assertThat(node.post("/apply", """
                apiVersion: gateway.networking.k8s.io/v1
                kind: GatewayClass
                metadata: {name: c}
                spec: {controllerName: convergate.io/gateway}
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: Gateway
                metadata: {name: g}
                spec: {gatewayClassName: c, listeners: [{name: http, port: 80, protocol: HTTP}]}
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: r}
                spec: {parentRefs: [{name: g}], rules: [{backendRefs: [{name: nobody, port: 80}]}]}
                """).status()).isEqualTo(200);
        assertThat(node.post("/apply", """
                apiVersion: networking.k8s.io/v1
                kind: Ingress
                metadata: {name: i}
                spec: {ingressClassName: convergate, defaultBackend: {service: {name: s, port: {number: 80}}}}
                """).status()).isEqualTo(200);
        String base = "/apis/gateway.networking.k8s.io/v1/";
        JsonNode route = node.get(base + "namespaces/default/httproutes/r").json();
        JsonNode gateways = node.get(base + "gateways").json();
        JsonNode ofClass = node.get(base + "gatewayclasses/c").json();

        assertThat(route.at("/status/parents/0/parentRef/name").asText()).isEqualTo("g");
        assertThat(route.at("/status/parents/0/conditions/0/status").asText()).isEqualTo("True");
        assertThat(route.at("/status/parents/0/conditions/1/reason").asText()).isEqualTo("BackendNotFound");
        assertThat(route.at("/status/conditions/1/reason").asText()).isEqualTo("BackendNotFound");
        assertThat(gateways.at("/items/0/status/listeners/0/attachedRoutes").asInt())
                .isEqualTo(1);
        JsonNode gateway = gateways.at("/items/0/status");
        assertThat(gateway.at("/addresses").toString()).isEqualTo("[{\"type\":\"IPAddress\",\"value\":\"127.0.0.1\"}]");
        assertThat(Instant.parse(gateway.at("/conditions/0/lastTransitionTime").asText()))
                .isEqualTo(
                        Instant.parse(ofClass.at("/metadata/creationTimestamp").asText())
                                .truncatedTo(ChronoUnit.SECONDS));
        assertThat(node.get("/apis/networking.k8s.io/v1/namespaces/default/ingresses/i")
                        .json()
                        .at("/status/loadBalancer/ingress/0/ip")
                        .asText())
                .isEqualTo("127.0.0.1");
        assertThat(ofClass.at("/status/supportedFeatures").toString()).contains("HTTPRouteCORS");
        TestNode.await(() -> node.get("/status").text().contains("BackendNotFound"));
    }
}
