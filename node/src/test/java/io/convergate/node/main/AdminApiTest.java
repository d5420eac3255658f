package io.convergate.node.main;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.convergate.node.main.TestNode.Answer;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class AdminApiTest {
    private static final String GATEWAYS = "/apis/networking.istio.io/v1/namespaces/default/gateways";
    private static final String SERVICES = "/apis/networking.istio.io/v1/namespaces/default/virtualservices";

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

    @AfterEach
    void deleteEverything() {
        for (String plural : List.of("gateways", "virtualservices")) {
            for (JsonNode item :
                    node.get("/apis/networking.istio.io/v1/" + plural).json().path("items")) {
                String path = "/apis/networking.istio.io/v1/namespaces/"
                        + item.at("/metadata/namespace").asText() + "/" + plural + "/"
                        + item.at("/metadata/name").asText();
                assertThat(node.send(node.request(path).DELETE()).status()).isEqualTo(200);
            }
        }
    }

    /** What HAProxy's httpchk sends unless it is told otherwise. */
    @Test
    void healthChecksNeedNoHostHeader() throws IOException {
        try (Socket socket = new Socket("127.0.0.1", node.address().getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write("GET /readyz HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .contains(" 200 OK\r\n");
        }
    }

    @Test
    void vitalsOfTheOnlyNodeAreItsOwn() {
        Answer answer = node.get("/vitals?timeout=10s");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().path("nodes")).hasSize(1);
        assertThat(answer.json().at("/nodes/0/trouble").asText()).isEmpty();
        assertThat(answer.json().at("/nodes/0/vitals/ready").asBoolean()).isTrue();
        assertThat(answer.json().at("/nodes/0/vitals/nanos").isNumber()).isTrue();
        assertThat(node.get("/vitals?timeout=1h").status()).isEqualTo(400);
    }

    @Test
    void aChangeIsAcceptedAsAWholeAndSaysWhatItDid() {
        Answer first = node.post("/apply", gateway("web", 80) + "---\n" + service("shop", 1));
        Answer again = node.post("/apply", gateway("web", 80) + "---\n" + service("shop", 2));

        assertThat(first.status()).isEqualTo(200);
        assertThat(outcomes(first)).containsExactly("Gateway/web created 1", "VirtualService/shop created 1");
        assertThat(first.json().path("heldBy").asInt()).isEqualTo(1);
        assertThat(outcomes(again)).containsExactly("Gateway/web unchanged 1", "VirtualService/shop configured 2");
        assertThat(again.json().path("revision")).isNotEqualTo(first.json().path("revision"));
    }

    @Test
    void whatIsAppliedTwiceIsWrittenOnce() {
        String yaml = gateway("web", 80);

        Answer first = node.post("/apply", yaml);
        Answer again = node.post("/apply?wait=all&timeout=10s", yaml);

        assertThat(again.json().path("revision")).isEqualTo(first.json().path("revision"));
        assertThat(again.json().path("converged").asBoolean()).isTrue();
        assertThat(outcomes(again)).containsExactly("Gateway/web unchanged 1");
    }

    @Test
    void oneBadResourceRefusesTheWholeChange() {
        Answer answer = node.post(
                "/apply", gateway("web", 80) + "---\n" + service("shop", 1).replace("weight", "wieght"));

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
        JsonNode problem = answer.json().path("problems").get(0);
        assertThat(problem.path("path").asText()).contains("wieght");
        assertThat(problem.path("message").asText()).contains("expected", "weight");
        assertThat(problem.path("line").asInt()).isPositive();
        assertThat(node.get(GATEWAYS + "/web").status()).isEqualTo(404);
    }

    /** What is stored is longer than what was sent: it has a uid, times and who owns which field. */
    @Test
    void aResourceThatIsTooLargeOnlyAsItIsStoredIsRefusedWithItsSize() throws IOException {
        String head =
                "{\"apiVersion\": \"v1\", \"kind\": \"ConfigMap\", \"metadata\": {\"name\": \"large\"}, \"data\": {\"text\": \"";
        String large = head + "x".repeat((1 << 20) - head.length() - 64) + "\"}}";
        for (String path : List.of("/apply", "/apply?dryRun=true")) {
            Answer answer = node.post(path, large);
            assertThat(answer.status()).as(answer.text()).isEqualTo(413);
            assertThat(answer.json().path("detail").asText())
                    .matches(
                            "nothing was written: configmap/default/large has 10\\d{5} bytes as it is stored, with what is"
                                    + " kept of its writers \\(expected: at most 1048576\\)");
        }
        Answer kube = node.post("/api/v1/namespaces/default/configmaps", large);
        assertThat(kube.status()).as(kube.text()).isEqualTo(413);
        assertThat(kube.text()).contains("as it is stored");
    }

    @Test
    void aDryRunJudgesAndWritesNothing() {
        Answer answer = node.post("/apply?dryRun=true", gateway("web", 80));

        assertThat(outcomes(answer)).containsExactly("Gateway/web created 1");
        assertThat(answer.json().path("dryRun").asBoolean()).isTrue();
        assertThat(node.get(GATEWAYS + "/web").status()).isEqualTo(404);
    }

    @Test
    void aReferenceToNothingIsAWarning() {
        Answer answer = node.post("/apply", service("shop", 1));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).contains("\"warning\"", "IST0101");
    }

    @Test
    void whatIsWrongWithAResourceByItselfIsInTheStatusOfTheNodeThatTookIt() {
        String forTheMesh = """
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: meshed}
                spec: {hosts: [meshed.example.com], gateways: [mesh], http: [{directResponse: {status: 200}}]}
                """;

        assertThat(node.post("/apply?wait=all", forTheMesh).status()).isEqualTo(200);

        assertThat(node.get("/status").json().path("problems").toString())
                .contains("virtualservice/default/meshed", "NotServedYet");
        node.post("/delete?wait=all", forTheMesh);
    }

    @ParameterizedTest
    @ValueSource(strings = {"message=a%1b%5b31m", "message=a%0d8aa3.1", "author=a%c2%9b31m"})
    void whatATerminalObeysIsNoReasonForAChange(String cause) {
        Answer answer = node.post("/apply?dryRun=true&" + cause, gateway("web", 80));

        assertThat(answer.status()).as(answer.text()).isEqualTo(400);
        assertThat(answer.text()).contains("with control characters (expected: text, lines and tabs)");
    }

    @Test
    void aChangeOfMoreThanEightMebibytesIsRead() {
        String padding = (("# " + "x".repeat(1_000) + "\n").repeat(900) + "---\n").repeat(10);

        Answer answer = node.post("/apply?dryRun=true", padding + gateway("web", 80));

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    }

    @Test
    void whoWaitsIsToldWhoServes() {
        Answer answer = node.post("/apply?wait=all&timeout=20s", gateway("web", 80));

        assertThat(answer.json().path("converged").asBoolean()).isTrue();
        assertThat(answer.json().at("/nodes/0/state").asText()).isEqualTo("serving");
        assertThat(node.get("/status").json().at("/listeners/0/port").asInt()).isEqualTo(80);
    }

    @Test
    void waitingForMoreNodesThanThereAreIsAcceptedButNotConverged() {
        Answer answer = node.post("/apply?wait=3&timeout=300ms", gateway("web", 80));

        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.json().path("converged").asBoolean()).isFalse();
        assertThat(node.get(GATEWAYS + "/web").status()).isEqualTo(200);
    }

    @Test
    void resourcesAreShownAsKubernetesShowsThem() {
        node.post("/apply", gateway("web", 80));

        JsonNode one = node.get(GATEWAYS + "/web").json();
        JsonNode list = node.get("/apis/networking.istio.io/v1beta1/gateways").json();
        Answer yaml = node.get(GATEWAYS + "/web", "Accept", "application/yaml");

        assertThat(one.path("kind").asText()).isEqualTo("Gateway");
        assertThat(one.at("/metadata/uid").asText()).hasSize(36);
        assertThat(one.at("/metadata/generation").asInt()).isEqualTo(1);
        assertThat(one.at("/metadata/resourceVersion").asText()).matches("[0-9a-f]{16}\\.\\d+~[0-9a-f]+");
        assertThat(list.path("kind").asText()).isEqualTo("GatewayList");
        assertThat(list.at("/items/0/apiVersion").asText()).isEqualTo("networking.istio.io/v1beta1");
        assertThat(yaml.text()).contains("kind: Gateway\n", "  name: web\n");
        assertThat(yaml.header("Content-Type")).startsWith("application/yaml");
    }

    @Test
    void whatIsReadAsYamlCanBeWrittenBack() {
        node.post("/apply", gateway("web", 80));
        String yaml = node.get(GATEWAYS + "/web", "Accept", "application/yaml").text();

        Answer unchanged = node.put(GATEWAYS + "/web", yaml);
        Answer changed = node.put(GATEWAYS + "/web", yaml.replace("number: 80", "number: 8080"));
        Answer outdated = node.put(GATEWAYS + "/web", yaml.replace("number: 80", "number: 9090"));

        assertThat(unchanged.status()).isEqualTo(200);
        assertThat(changed.json().at("/metadata/generation").asInt()).isEqualTo(2);
        assertThat(outdated.status()).isEqualTo(409);
    }

    @Test
    void putCreatesInTheNamespaceOfThePathAndDeleteRemoves() {
        Answer created = node.put(GATEWAYS + "/web", gateway("web", 80));
        Answer deleted = node.send(node.request(GATEWAYS + "/web").DELETE());
        Answer gone = node.send(node.request(GATEWAYS + "/web").DELETE());

        assertThat(created.status()).isEqualTo(201);
        assertThat(created.header("X-Convergate-Revision")).isNotEmpty();
        assertThat(deleted.json().path("status").asText()).isEqualTo("Success");
        assertThat(gone.status()).isEqualTo(404);
    }

    @Test
    void aBodyThatIsNotWhatThePathSaysIsRefused() {
        Answer answer = node.put(GATEWAYS + "/other", gateway("web", 80));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().path("message").asText())
                .isEqualTo("the name of the object (web) does not match the name on the URL (other)");
    }

    @ParameterizedTest
    @CsvSource({
        "GET,     /nowhere,                        404",
        "GET,     /apply,                          405",
        "PATCH,   /status,                         405",
        "POST,    /apply?wait=some,                400",
        "POST,    /apply?timeout=soon,             400",
        "POST,    /apply?wait=all&timeout=1h,      400",
        "POST,    /apply?dryRun=perhaps,           400",
        "POST,    /apply,                          400"
    })
    void whatIsWrongWithARequestIsSaidInAProblemDocument(String method, String path, int status) {
        Answer answer = node.send(node.request(path)
                .header("Content-Type", "application/yaml")
                .method(
                        method,
                        method.equals("POST") ? BodyPublishers.ofString("# nothing\n") : BodyPublishers.noBody()));

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
        assertThat(answer.json().path("status").asInt()).isEqualTo(status);
    }

    @Test
    void aBodyThatIsNeitherYamlNorJsonIsUnsupported() {
        Answer answer = node.send(node.request("/apply")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(gateway("web", 80))));

        assertThat(answer.status()).isEqualTo(415);
        assertThat(answer.json().path("detail").asText()).contains("-H 'Content-Type: application/yaml'");
    }

    @Test
    void webPagesCannotWrite() {
        Answer withOrigin = node.post("/apply", gateway("web", 80), "Origin", "http://127.0.0.1:8001");
        Answer crossSite = node.post("/apply", gateway("web", 80), "Sec-Fetch-Site", "cross-site");

        assertThat(List.of(withOrigin.status(), crossSite.status())).containsOnly(403);
        assertThat(node.get(GATEWAYS + "/web").status()).isEqualTo(404);
    }

    @Test
    void healthIsForMonitors() {
        assertThat(node.get("/livez").text()).isEqualTo("ok\n");
        assertThat(node.get("/readyz").status()).isEqualTo(200);
        assertThat(node.get("/readyz", "Accept", "application/json")
                        .json()
                        .path("ready")
                        .asBoolean())
                .isTrue();
        assertThat(node.get("/metrics").text()).isEqualTo("requests 1\n");
    }

    @Test
    void aPortThatCannotBeOpenedIsInTheStatusAndTakesNoReadyNodeOut() {
        assertThat(node.get("/readyz").status()).isEqualTo(200);

        node.post("/apply?wait=all", gateway("web", FakeEdge.TAKEN_PORT));
        JsonNode status = node.get("/status").json();

        assertThat(status.at("/listeners/0/open").asBoolean()).isFalse();
        assertThat(status.at("/listeners/0").toString()).contains("address already in use");
        assertThat(node.get("/readyz").status()).isEqualTo(200);
        node.post("/delete?wait=all", gateway("web", FakeEdge.TAKEN_PORT));
    }

    @Test
    void theCommandLineAppliesShowsAndDeletes() throws Exception {
        Path file = Files.writeString(directory.resolve("web.yaml"), gateway("web", 80));
        String server = node.address().toString();

        CommandRun applied = CommandRun.of("apply", "-f", file.toString(), "--server", server, "--wait", "all");
        CommandRun shown = CommandRun.of("get", "gw", "--server", server);
        CommandRun json = CommandRun.of("get", "gw", "web", "-o", "json", "--server", server);
        CommandRun status = CommandRun.of("status", "--server", server);
        CommandRun deleted = CommandRun.of("delete", "gw", "web", "--server", server);
        CommandRun gone = CommandRun.of("delete", "gw", "web", "--server", server);

        assertThat(applied.exitCode()).as(applied.err()).isEqualTo(ExitCode.OK);
        assertThat(applied.out()).contains("gateway/default/web  created", "on the disks of 1 of 1 nodes", "serving");
        assertThat(shown.out()).containsPattern("NAMESPACE +NAME +PORTS +HOSTS +AGE\ndefault +web +80 +\\* +\\d+s");
        assertThat(json.out()).contains("  \"kind\" : \"Gateway\",\n").endsWith("}\n");
        assertThat(status.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(status.out()).contains("test", "ready", "serving", "open");
        assertThat(deleted.out()).contains("gateway/default/web  deleted");
        assertThat(gone.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(gone.err()).contains("gateways.networking.istio.io \"web\" not found");
    }

    @Test
    void theCommandLineSaysWhereAProblemIsAndReturnsOne() throws Exception {
        Path good = Files.writeString(directory.resolve("1.yaml"), gateway("web", 80));
        Path bad = Files.writeString(
                directory.resolve("2.yaml"), service("shop", 1).replace("weight", "wieght"));
        String server = node.address().toString();

        CommandRun run = CommandRun.of("apply", "-f", good.toString(), "-f", bad.toString(), "--server", server);

        assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(run.err()).containsPattern("2\\.yaml:\\d+:\\d+").contains("wieght", "expected");
    }

    @Test
    void theCommandLineReturnsFourWhenNotAllServeInTime() throws Exception {
        Path file = Files.writeString(directory.resolve("web.yaml"), gateway("web", 80));

        CommandRun run = CommandRun.of(
                "apply",
                "-f",
                file.toString(),
                "--server",
                node.address().toString(),
                "--wait",
                "2",
                "--timeout",
                "200ms");

        assertThat(run.exitCode()).isEqualTo(ExitCode.NOT_CONVERGED);
    }

    private static List<String> outcomes(Answer answer) {
        assertThat(answer.status()).as(answer.text()).isLessThan(300);
        return answer.json().path("resources").findParents("outcome").stream()
                .map(r -> r.path("kind").asText() + "/" + r.path("name").asText() + " "
                        + r.path("outcome").asText() + " "
                        + r.path("generation").asInt())
                .toList();
    }

    private static String gateway(String name, int port) {
        return """
                apiVersion: networking.istio.io/v1
                kind: Gateway
                metadata:
                  name: %s
                spec:
                  selector:
                    istio: ingressgateway
                  servers:
                    - port:
                        number: %d
                        name: http
                        protocol: HTTP
                      hosts: ["*"]
                """.formatted(name, port);
    }

    private static String service(String name, int timeoutSeconds) {
        return """
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata:
                  name: %s
                spec:
                  hosts: ["shop.example"]
                  gateways: [web]
                  http:
                    - timeout: %ds
                      route:
                        - destination:
                            host: shop.internal
                            port:
                              number: 80
                          weight: 100
                """.formatted(name, timeoutSeconds);
    }
}
