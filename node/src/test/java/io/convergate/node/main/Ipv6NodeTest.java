package io.convergate.node.main;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Ipv6NodeTest {
    private static final String GATEWAY = """
            apiVersion: networking.istio.io/v1
            kind: Gateway
            metadata: {name: %s}
            spec: {servers: [{port: {number: %d, name: http, protocol: HTTP}, hosts: ["*"]%s}]}
            """;

    @TempDir
    private Path directory;

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("::1"))) {
            return socket.getLocalPort();
        } catch (IOException e) {
            return 0;
        }
    }

    private static JsonNode programmed(TestNode node, String gateway) {
        JsonNode conditions = node.get("/apis/networking.istio.io/v1/namespaces/default/gateways/" + gateway)
                .json()
                .at("/status/conditions");
        for (JsonNode condition : conditions) {
            if (condition.path("type").asText().equals("Programmed")) {
                return condition;
            }
        }
        throw new AssertionError("no Programmed in " + conditions);
    }

    @Test
    void aNodeOnAnIpv6AddressFormsAClusterAndTellsOfPortsThatItCannotOpen() throws Exception {
        int port = freePort();
        assumeTrue(port > 0, "this machine has no ::1 to listen on");
        String host = Addresses.bindable("--host", "::1");
        // It is ready only when it has found itself by its seed.
        try (TestNode node = TestNode.member(host, List.of("[::1]:" + port), port, directory)) {
            int taken = FakeEdge.TAKEN_PORT;
            node.post("/apply?wait=all", GATEWAY.formatted("shut", taken, ""));
            node.post("/apply?wait=all", GATEWAY.formatted("named", taken, ", bind: \"::1\""));
            node.post("/apply?wait=all", GATEWAY.formatted("other", 80, ""));

            for (String name : List.of("shut", "named")) {
                JsonNode programmed = programmed(node, name);
                assertThat(programmed.path("reason").asText()).isEqualTo("PortUnavailable");
                assertThat(programmed.path("message").asText())
                        .isEqualTo("port 81 on [0:0:0:0:0:0:0:1]:81: address already in use");
            }
            assertThat(programmed(node, "other").path("status").asText()).isEqualTo("True");
        }
    }
}
