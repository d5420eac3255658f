package io.convergate.node.main;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a route names and somebody deleted is served on, by a node that starts anew as well, which says so. */
@Timeout(60)
class HeldBackTest {
    private static final String SHOP = """
            apiVersion: gateway.networking.k8s.io/v1
            kind: GatewayClass
            metadata: {name: convergate}
            spec: {controllerName: convergate.io/gateway}
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: Gateway
            metadata: {name: front}
            spec: {gatewayClassName: convergate, listeners: [{name: http, port: 80, protocol: HTTP}]}
            ---
            apiVersion: networking.istio.io/v1
            kind: Gateway
            metadata: {name: gw}
            spec: {servers: [{port: {number: 8088, name: http, protocol: HTTP}, hosts: ["*"]}]}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: carts}
            spec: {ports: [{name: web, port: 80}]}
            ---
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: carts-1, labels: {kubernetes.io/service-name: carts}}
            addressType: IPv4
            endpoints: [{addresses: [10.0.0.1]}]
            ports: [{name: web, port: 8080}]
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: shop}
            spec:
              parentRefs: [{name: front}]
              hostnames: [shop.io]
              rules: [{backendRefs: [{name: carts, port: 80}]}]
            ---
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: shop}
            spec:
              hosts: [shop.io]
              gateways: [gw]
              http: [{route: [{destination: {host: carts, port: {number: 80}}}]}]
            """;

    @TempDir
    private Path directory;

    @Test
    void aDeletedServiceThatRoutesNameIsServedAfterARestartToo() throws Exception {
        String written;
        try (TestNode node = new TestNode(directory)) {
            written = node.post("/apply?wait=all", SHOP).json().path("revision").asText();
            String server = "--server=" + node.address();
            CommandRun deleted = CommandRun.of("delete", "service", "carts", "--wait", "all", server);
            assertThat(deleted.out()).as(deleted.toString()).contains("deleted");
            served(node, written);
        }
        try (TestNode node = new TestNode(directory)) {
            served(node, written);
            assertThat(node.post("/apply?wait=all", SHOP).status()).isLessThan(300);
            assertThat(node.get("/status").text()).doesNotContain("HeldBack", "IST0101", "BackendNotFound");
        }
    }

    @Test
    void aNodeThatJoinsServesItToo() throws Exception {
        int port = TestNode.freePort();
        List<String> seeds = List.of("127.0.0.1:" + port);
        try (TestNode first = TestNode.member("127.0.0.1", seeds, port, directory.resolve("first"))) {
            String written =
                    first.post("/apply?wait=all", SHOP).json().path("revision").asText();
            CommandRun.of("delete", "service", "carts", "--wait", "all", "--server=" + first.address());
            try (TestNode second = TestNode.member("127.0.0.2", seeds, port, directory.resolve("second"))) {
                served(second, written);
                assertThat(second.get("/status").json().path("nodes")).hasSize(2);
            }
        }
    }

    private static void served(TestNode node, String written) {
        assertThat(node.get("/explain?url=http://shop.io/").text()).contains("10.0.0.1:8080");
        assertThat(node.get("/explain?url=http://shop.io:8088/").text()).contains("10.0.0.1:8080");
        String until = "until then Service/default/carts in the version of " + written + " is served";
        JsonNode status = node.get("/status").json();
        assertThat(status.path("problems").findValuesAsText("message"))
                .anyMatch(message -> message.contains("its version of " + written + " is served"))
                .anyMatch(message -> message.contains("a host of a ServiceEntry or a Service; " + until))
                .anyMatch(message -> message.contains("a service with that port; " + until))
                .noneMatch(message -> message.contains("until then 5"));
        for (String path : new String[] {
            "/apis/gateway.networking.k8s.io/v1/namespaces/default/httproutes/shop",
            "/apis/networking.istio.io/v1/namespaces/default/virtualservices/shop"
        }) {
            JsonNode route = node.get(path).json().path("status");
            assertThat(route.toString()).contains(until).doesNotContain("until then 5");
        }
    }
}
