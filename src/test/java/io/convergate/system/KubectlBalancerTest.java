package io.convergate.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.convergate.loadgen.fleet.Await;
import io.convergate.loadgen.fleet.Fleet;
import io.convergate.loadgen.fleet.GatewayNode;
import io.convergate.system.harness.SharedCluster;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * The real kubectl through a real HAProxy that hands every request to the next node: it reads what it has just written on another
 * one, and a version that one node gave means the same on the others.
 */
@ExtendWith(SharedCluster.class)
class KubectlBalancerTest {
    private static final String CONFIGURATION = """
            defaults
              mode http
              timeout connect 3s
              timeout client 60s
              timeout server 60s
            frontend kubernetes
              bind 127.0.0.1:%d
              default_backend nodes
            backend nodes
              balance roundrobin
            %s
            """;

    @TempDir
    private Path directory;

    private String server = "";

    @Test
    void everySessionHoldsTogetherAlthoughEachRequestGoesToAnotherNode(Fleet cluster) throws Exception {
        assumeTrue(isHere("kubectl"), "kubectl is not installed");
        assumeTrue(isHere("haproxy"), "HAProxy is not installed");
        Process balancer = balancer(cluster);
        try {
            for (int i = 0; i < 2; i++) {
                assertThat(kubectl(0, gateway(80), "apply", "-f", "-")).contains("created");
                assertThat(kubectl(0, gateway(80), "apply", "-f", "-")).contains("unchanged");
                assertThat(kubectl(1, gateway(81), "diff", "-f", "-")).contains("+      number: 81");
                assertThat(kubectl(0, gateway(81), "apply", "-f", "-")).contains("configured");
                assertThat(kubectl(0, gateway(82), "replace", "-f", "-")).contains("replaced");
                kubectl(0, "", "label", "gw", "balanced", "round=" + i);
                kubectl(0, "", "wait", "--for=condition=Converged", "gw/balanced", "--timeout=60s");
                kubectl(0, gateway(82), "apply", "--server-side", "--force-conflicts", "-f", "-");
                assertThat(kubectl(0, "", "get", "gw", "-l", "round=" + i, "-o", "name"))
                        .isEqualTo("gateway.networking.istio.io/balanced\n");
                assertThat(kubectl(0, "", "get", "gw", "balanced", "-o", "wide"))
                        .contains("served by all 3 nodes");
                kubectl(0, "", "delete", "gw", "balanced");
                assertThat(kubectl(1, "", "get", "gw", "balanced")).contains("NotFound");
            }
            for (int i = 0; i < 7; i++) {
                kubectl(0, gateway(80).replace("balanced", "page-" + i), "create", "-f", "-");
            }
            assertThat(kubectl(0, "", "get", "gw", "--chunk-size=2", "-o", "name")
                            .lines())
                    .hasSize(7);
            kubectl(0, "", "delete", "gw", "--all");
        } finally {
            balancer.destroy();
            balancer.waitFor(10, TimeUnit.SECONDS);
        }
    }

    private Process balancer(Fleet cluster) throws IOException {
        StringBuilder nodes = new StringBuilder();
        for (GatewayNode node : cluster.nodes()) {
            nodes.append("  server ")
                    .append(node.name())
                    .append(' ')
                    .append(node.host())
                    .append(':')
                    .append(GatewayNode.ADMIN_PORT)
                    .append('\n');
        }
        int port;
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress("127.0.0.1", 0));
            port = socket.getLocalPort();
        }
        server = "http://127.0.0.1:" + port;
        Path configuration = Files.writeString(directory.resolve("haproxy.cfg"), CONFIGURATION.formatted(port, nodes));
        Process process = new ProcessBuilder(path("haproxy").toString(), "-db", "-f", configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("haproxy.log").toFile())
                .start();
        Await.untilTrue("HAProxy listens", Duration.ofSeconds(20), () -> {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress("127.0.0.1", port), 1000);
                return true;
            }
        });
        return process;
    }

    /** Runs kubectl, requires its exit code, and returns what it printed to both outputs. */
    private String kubectl(int exitCode, String input, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("kubectl", "--server=" + server));
        command.addAll(List.of(arguments));
        Path out = Files.createTempFile(directory, "out", "");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile());
        builder.environment().put("HOME", directory.toString());
        builder.environment().put("KUBECONFIG", "/dev/null");
        Process process = builder.start();
        try (OutputStream in = process.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.UTF_8));
        }
        if (!process.waitFor(90, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        String printed = Files.readString(out);
        assertThat(process.waitFor()).as("%s: %s", command, printed).isEqualTo(exitCode);
        return printed;
    }

    private static boolean isHere(String program) {
        return Files.isExecutable(path(program));
    }

    /** Where a program is; Debian keeps HAProxy in a directory that not everybody searches. */
    private static Path path(String program) {
        return Stream.concat(Stream.of(System.getenv("PATH").split(File.pathSeparator)), Stream.of("/usr/sbin"))
                .map(directory -> Path.of(directory, program))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(Path.of(program));
    }

    private static String gateway(int port) {
        return """
                apiVersion: networking.istio.io/v1
                kind: Gateway
                metadata:
                  name: balanced
                spec:
                  selector:
                    istio: ingressgateway
                  servers:
                    - port:
                        number: %d
                        name: http
                        protocol: HTTP
                      hosts: ["balanced.example"]
                """.formatted(port);
    }
}
