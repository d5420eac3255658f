package io.convergate.node.main;

import com.fasterxml.jackson.databind.JsonNode;
import io.convergate.config.HistoryLimits;
import io.convergate.config.ReplicatedConfig;
import io.convergate.config.ReplicatedConfigSettings;
import io.convergate.node.admin.access.AccessSettings;
import io.convergate.node.admin.api.AdminJson;
import io.convergate.node.vitals.ClusterVitals;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A node in this JVM: real store, real admin API on a free port, an edge without sockets. */
final class TestNode implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    /** For whole processes, too, that start beside others on few cores. */
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    final FakeEdge edge;
    private final GatewayNode node;
    private final HttpClient http;
    private final String scheme;

    TestNode(Path directory) throws Exception {
        this(directory, AccessSettings.loopbackOnly(Set.of("admin.example.com")));
    }

    TestNode(Path directory, AccessSettings access) throws Exception {
        this(directory, access, HttpClient.newHttpClient());
    }

    /** @param http how it is spoken to */
    TestNode(Path directory, AccessSettings access, HttpClient http) throws Exception {
        this(directory, access, http, SecretsSettings.of(Optional.empty(), true));
    }

    /** @param secrets how it keeps Secrets */
    TestNode(Path directory, AccessSettings access, HttpClient http, SecretsSettings secrets) throws Exception {
        this("127.0.0.1", List.of(), freePort(), directory, access, http, secrets);
    }

    /** A node of a cluster: the first of them is its own seed. */
    static TestNode member(String host, List<String> seeds, int clusterPort, Path directory) throws Exception {
        return new TestNode(
                host,
                seeds,
                clusterPort,
                directory,
                AccessSettings.loopbackOnly(Set.of()),
                HttpClient.newHttpClient(),
                SecretsSettings.of(Optional.empty(), true));
    }

    private TestNode(
            String host,
            List<String> seeds,
            int clusterPort,
            Path directory,
            AccessSettings access,
            HttpClient http,
            SecretsSettings secrets)
            throws Exception {
        this.http = http;
        this.edge = new FakeEdge(host);
        this.scheme = access.certificate().isPresent() ? "https" : "http";
        NodeSettings settings = new NodeSettings(
                "test",
                host,
                seeds,
                1,
                Map.of("istio", "ingressgateway"),
                directory,
                0,
                clusterPort,
                new PortMap(Map.of()),
                access,
                Optional.empty(),
                secrets,
                HistoryLimits.defaults(),
                new NodeSettings.Stopping(Duration.ZERO, Duration.ofSeconds(10), Duration.ofSeconds(10)));
        ReplicatedConfigSettings store = ReplicatedConfigSettings.of(
                settings.name(), settings.host(), settings.clusterPort(), settings.seeds(), settings.data());
        node = GatewayNode.start(
                settings,
                new GatewayNode.Parts(
                        system -> edge,
                        (activation, tls) -> ReplicatedConfig.open(store, activation),
                        () -> "requests 1\n",
                        new ClusterVitals(metrics -> Map.of(), List::of)));
        await(() -> node.notReadyBecause().isEmpty());
    }

    /** What the node answered. */
    record Answer(int status, HttpResponse<byte[]> response) {
        JsonNode json() {
            try {
                return AdminJson.readTree(response.body());
            } catch (IOException e) {
                throw new AssertionError("no JSON: " + text(), e);
            }
        }

        String text() {
            return new String(response.body(), StandardCharsets.UTF_8);
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }
    }

    URI address() {
        return URI.create(scheme + "://"
                + Addresses.text(
                        node.adminAddress().getAddress().getHostAddress(),
                        node.adminAddress().getPort()));
    }

    Answer get(String path, String... headers) {
        return send(request(path, headers).GET());
    }

    Answer post(String path, String yaml, String... headers) {
        return send(request(path, headers)
                .header("Content-Type", "application/yaml")
                .POST(BodyPublishers.ofString(yaml)));
    }

    Answer put(String path, String yaml) {
        return send(request(path).header("Content-Type", "application/yaml").PUT(BodyPublishers.ofString(yaml)));
    }

    Answer send(HttpRequest.Builder request) {
        try {
            HttpResponse<byte[]> response = http.send(request.timeout(TIMEOUT).build(), BodyHandlers.ofByteArray());
            return new Answer(response.statusCode(), response);
        } catch (IOException e) {
            throw new AssertionError("no answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** Sends it by another client, as somebody else would. */
    static Answer send(HttpClient client, HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = client.send(request.timeout(TIMEOUT).build(), BodyHandlers.ofByteArray());
        return new Answer(response.statusCode(), response);
    }

    HttpRequest.Builder request(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(address().resolve(path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return request;
    }

    CompletionStage<List<String>> stop() {
        return node.stop();
    }

    @Override
    public void close() {
        edge.drained.complete(null);
        node.stop().toCompletableFuture().join();
    }

    /** Waits until something is so, and fails if it is not in 90 seconds. */
    static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not so in " + PATIENCE.toSeconds() + "s");
            }
            LockSupport.parkNanos(20_000_000);
        }
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }
}
