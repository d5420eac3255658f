package io.convergate.system.harness;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.convergate.loadgen.fleet.Await;
import io.convergate.loadgen.fleet.GatewayNode;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A Prometheus of its own that scrapes nodes every second. */
public final class Prometheus implements AutoCloseable {
    private static final int ADMIN_PORT = 8001;
    private static final Duration CALL = Duration.ofSeconds(10);
    private static final String CONFIGURATION = """
            global: {scrape_interval: 1s, evaluation_interval: 1s}
            scrape_configs:
              - job_name: convergate
                static_configs: [{targets: [%s]}]
            """;

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(CALL).build();
    private final ObjectMapper json = new ObjectMapper();
    private final Process process;
    private final int port;

    private Prometheus(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Whether a program of Prometheus' is on the path. */
    public static boolean has(String program) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }

    /** Starts one. */
    public static Prometheus of(List<GatewayNode> nodes, Path directory) throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(Upstream.ADDRESS, 0));
            port = socket.getLocalPort();
        }
        String targets = nodes.stream()
                .map(node -> "\"" + node.host() + ":" + ADMIN_PORT + "\"")
                .collect(Collectors.joining(", "));
        Path configuration = Files.writeString(directory.resolve("prometheus.yml"), CONFIGURATION.formatted(targets));
        Process process = new ProcessBuilder(
                        "prometheus",
                        "--config.file=" + configuration,
                        "--storage.tsdb.path=" + directory.resolve("tsdb"),
                        "--web.listen-address=" + Upstream.ADDRESS + ":" + port)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("prometheus.log").toFile())
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        return new Prometheus(process, port);
    }

    /** Waits until a query's first value is this. */
    public void await(String query, double expected) {
        Await.untilTrue(query + " is " + expected, Duration.ofSeconds(60), () -> {
            JsonNode result = ask(query);
            return !result.isEmpty() && result.get(0).get("value").get(1).asDouble() == expected;
        });
    }

    /** What a query finds now; nothing while it does not answer yet. */
    public JsonNode ask(String query) {
        URI uri = URI.create("http://" + Upstream.ADDRESS + ":" + port + "/api/v1/query?query="
                + URLEncoder.encode(query, StandardCharsets.UTF_8));
        try {
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(uri).timeout(CALL).build(), HttpResponse.BodyHandlers.ofString());
            JsonNode body = json.readTree(answer.body());
            if (!body.path("status").asText().equals("success")) {
                throw new AssertionError(query + ": " + answer.body());
            }
            return body.get("data").get("result");
        } catch (IOException notYet) {
            return json.createArrayNode();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Runs promtool and returns what it printed; fails if it does. */
    public static String promtool(String... arguments) {
        try {
            List<String> command =
                    Stream.concat(Stream.of("promtool"), Stream.of(arguments)).toList();
            Process tool = new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(tool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!tool.waitFor(60, TimeUnit.SECONDS) || tool.exitValue() != 0) {
                throw new AssertionError(command + ": " + said);
            }
            return said;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
