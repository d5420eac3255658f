package io.convergate.node.main;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.convergate.node.admin.api.AdminJson;
import io.convergate.node.admin.api.ImpactReport;
import io.convergate.node.admin.api.NodeProgress;
import io.convergate.node.admin.api.NodeSample;
import io.convergate.node.edge.SampledTraffic;
import io.convergate.node.main.TestNode.Answer;
import io.convergate.routing.explain.Impact;
import io.convergate.routing.explain.ImpactGroup;
import io.convergate.routing.explain.SampledRequest;
import io.convergate.routing.match.ListenerId;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code impact}, from the command line to nodes and back. */
@Timeout(60)
class ImpactTest {
    private static final String SHOP = """
            apiVersion: networking.istio.io/v1
            kind: Gateway
            metadata: {name: web}
            spec:
              servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}]
            ---
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: shop}
            spec:
              hosts: [shop.example]
              gateways: [web]
              http:
              - name: api
                match: [{uri: {prefix: /api/}}]
                directResponse: {status: 201}
              - name: rest
                directResponse: {status: 202}
            """;

    @TempDir
    private static Path directory;

    private static TestNode node;

    @BeforeAll
    static void start() throws Exception {
        node = new TestNode(directory.resolve("data"));
        assertThat(node.post("/apply?wait=all&timeout=20s", SHOP).status()).isEqualTo(200);
        List<SampledTraffic> sampled = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            String path = i < 3 ? "/api/" + i : "/" + i;
            SampledRequest request = new SampledRequest(
                    "GET", "http", "shop.example", path, null, ListenerId.of(80), Map.of("x-user", "me"), Set.of());
            sampled.add(new SampledTraffic(request, 10, TimeUnit.SECONDS.toNanos(30 * i)));
        }
        node.edge.sampled = sampled;
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    private static CommandRun run(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add(0, "impact");
        all.addAll(List.of("--server", node.address().toString()));
        return CommandRun.of(all.toArray(String[]::new));
    }

    private static String file(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text).toString();
    }

    @Test
    void theCommandSaysWhatWouldFailAndWhatWouldNoticeNothing() throws Exception {
        CommandRun run = run(
                "-f", file("new.yaml", SHOP.replace("directResponse: {status: 201}", "directResponse: {status: 503}")));

        assertThat(run.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(run.out())
                .contains(
                        "virtualservice/default/shop  would be configured",
                        "Of 100 requests to node test in the last 5 minutes, by a sample of 10:",
                        "  30 %  would fail: 30 requests",
                        "now      the gateway answers 201",
                        "by VirtualService default/shop spec.http[0].match[0] (api)",
                        "then     the gateway answers 503",
                        "such as  GET http://shop.example/api/0",
                        "x-user: me",
                        "  70 %  would notice nothing");
        assertThat(node.get("/status").json().at("/revision").asText()).endsWith(".1");
    }

    @Test
    void aDeletionAndTheLastFewRequestsCanBeAskedFor() {
        CommandRun run = run("--delete", "vs/shop", "-n", "2", "--node", "test", "-o", "json");

        assertThat(run.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(run.out()).contains("\"outcome\" : \"deleted\"", "\"kind\" : \"FAILS\"", "\"sampled\" : 2");
    }

    @Test
    void aChangeThatWouldBeRefusedIsRefusedWithItsProblems() throws Exception {
        CommandRun run = run("-f", file("bad.yaml", SHOP.replace("status: 202", "status: 99")));
        CommandRun gone = run("--delete", "virtualservice/gone");

        assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(run.err()).contains("bad.yaml:", "directResponse.status", "99 (expected: 200 to 599)");
        assertThat(gone.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(gone.err()).contains("virtualservice/default/gone does not exist");
    }

    @ParameterizedTest
    @CsvSource({
        "/impact?samples=0, samples '0' (expected: 1 to 100000)",
        "/impact?delete=shop, resource 'shop' (expected: kind/name or kind/namespace/name)"
    })
    void aQuestionThatIsNoneIsRefusedWithTheReason(String path, String reason) {
        Answer answer = node.post(path, SHOP);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text()).contains(reason);
    }

    @Test
    void aChangeOfNothingIsAMistakeOnTheCommandLine() {
        assertThat(run().exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run("--delete", "vs/shop", "-n", "0").exitCode()).isEqualTo(ExitCode.USAGE);
    }

    /** Nodes that say what a test wants: the second one on an address of its own, a third that is not there. */
    @Test
    void allNodesAreAskedAndThoseThatDoNotAnswerAreNamed() throws Exception {
        HttpServer first = HttpServer.create(new InetSocketAddress("127.43.0.11", 0), 0);
        int port = first.getAddress().getPort();
        HttpServer second = HttpServer.create(new InetSocketAddress("127.43.0.12", port), 0);
        try {
            answer(first, "/status", status());
            answer(first, "/impact", report("one", 100));
            answer(second, "/impact", report("two", 300));
            first.start();
            second.start();
            CommandRun run = CommandRun.of(
                    "impact", "--delete", "vs/shop", "-o", "json", "--server", "http://127.43.0.11:" + port);
            JsonNode all = AdminJson.readTree(run.out().getBytes(StandardCharsets.UTF_8));

            assertThat(run.exitCode()).isEqualTo(ExitCode.OK);
            assertThat(all.at("/impact/requests").asDouble()).isEqualTo(400);
            assertThat(all.at("/impact/groups")).hasSize(1);
            assertThat(all.at("/impact/groups/0/affected").asDouble()).isEqualTo(400);
            assertThat(all.at("/impact/groups/0/before/routes")).hasSize(2);
            assertThat(all.findValuesAsText("node")).containsExactly("one", "two", "three", "four");
            assertThat(all.at("/nodes/2/problem").asText()).contains("no answer from http://127.43.0.13:" + port);
            assertThat(all.at("/nodes/3/problem").asText()).isEqualTo("the cluster does not reach it");
        } finally {
            first.stop(0);
            second.stop(0);
        }
    }

    private static Map<String, Object> status() {
        List<NodeProgress> nodes = List.of(
                progress("one", "127.43.0.11:1", NodeProgress.State.SERVING),
                progress("two", "127.43.0.12:1", NodeProgress.State.SERVING),
                progress("three", "127.43.0.13:1", NodeProgress.State.PENDING),
                progress("four", "127.43.0.14:1", NodeProgress.State.UNREACHABLE));
        List<Object> none = List.of();
        return Map.of("node", "one", "nodes", nodes, "notReadyBecause", none, "listeners", none, "problems", none);
    }

    private static NodeProgress progress(String name, String address, NodeProgress.State state) {
        return new NodeProgress(name, address, state, "0", "");
    }

    private static ImpactReport report(String name, double requests) {
        ImpactGroup group = new ImpactGroup(
                "same",
                ImpactGroup.Kind.FAILS,
                new ImpactGroup.Side("a", List.of("route of " + name), 0),
                new ImpactGroup.Side("404", List.of(), 0),
                List.of(),
                1,
                requests,
                requests,
                new ImpactGroup.Example("GET http://a/", Map.of()));
        return new ImpactReport(
                "0",
                List.of(),
                List.of(new NodeSample(name, 1, requests, 10, "")),
                new Impact(1, requests, 0, List.of(group), 0));
    }

    private static void answer(HttpServer server, String path, Object body) {
        byte[] json = AdminJson.write(body);
        server.createContext(path, exchange -> {
            try (exchange) {
                exchange.getRequestBody().readAllBytes();
                exchange.sendResponseHeaders(200, json.length);
                exchange.getResponseBody().write(json);
            }
        });
    }
}
