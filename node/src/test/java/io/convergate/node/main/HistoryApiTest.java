package io.convergate.node.main;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.convergate.node.main.TestNode.Answer;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class HistoryApiTest {
    @TempDir
    private Path directory;

    private TestNode node;

    @BeforeEach
    void start() throws Exception {
        node = new TestNode(directory.resolve("data"));
    }

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void historySaysWhoChangedWhatWhenWhereAndWhy() {
        node.post("/apply?author=ann&message=first", entry("files", 80));
        node.post("/apply?author=ben", entry("files", 81) + "---\n" + entry("other", 80));

        JsonNode history = node.get("/history").json();
        assertThat(history.path("kept").asInt()).isEqualTo(2);
        JsonNode newest = history.at("/changes/0");
        assertThat(newest.path("author").asText()).isEqualTo("ben");
        assertThat(newest.path("resources").findValuesAsText("resource"))
                .containsExactly("serviceentry/default/files", "serviceentry/default/other");
        assertThat(newest.path("resources").findValuesAsText("outcome")).containsExactly("configured", "created");
        JsonNode first = history.at("/changes/1");
        assertThat(first.path("message").asText()).isEqualTo("first");
        assertThat(first.path("node").asText()).isEqualTo("test");
        assertThat(first.path("client").asText()).isEqualTo("127.0.0.1");
        assertThat(node.get("/history?resource=se/other").json().path("changes"))
                .hasSize(1);
        assertThat(node.get("/history?limit=0").status()).isEqualTo(400);
        assertThat(node.get("/history?resource=nonsense").status()).isEqualTo(400);
    }

    @Test
    void twoRevisionsAreComparedLineByLine() {
        String first = revision(node.post("/apply", entry("files", 80)));
        String second = revision(node.post("/apply", entry("files", 81)));
        node.post("/apply", entry("other", 80));

        JsonNode diff = node.get("/diff?from=" + first + "&to=" + second).json();
        assertThat(diff.path("resources")).hasSize(1);
        assertThat(diff.at("/resources/0/diff").asText()).contains("-      number: 80\n+      number: 81\n");
        assertThat(node.get("/diff?from=" + first).json().path("resources")).hasSize(2);
        assertThat(node.get("/diff?from=00000000000000aa.7").status()).isEqualTo(404);
        assertThat(node.get("/diff?from=x").status()).isEqualTo(400);
    }

    @Test
    void aRollbackIsANewChangeThatMakesTheConfigurationWhatItWas() {
        String first = revision(node.post("/apply", entry("files", 80)));
        node.post("/apply", entry("files", 81) + "---\n" + entry("other", 80));

        Answer tried = node.post("/rollback?dryRun=true&to=" + first, "");
        Answer rolledBack = node.post("/rollback?to=" + first, "");

        assertThat(tried.status()).as(tried.text()).isEqualTo(200);
        assertThat(rolledBack.json().path("resources").findValuesAsText("outcome"))
                .containsExactly("deleted", "configured");
        assertThat(node.get("/diff?from=" + first).json().path("resources"))
                .as("what somebody wrote is the same again")
                .allMatch(diff -> diff.path("diff").asText().isEmpty());
        JsonNode newest = node.get("/history").json().at("/changes/0");
        assertThat(newest.path("message").asText()).isEqualTo("rollback to " + first);
        assertThat(node.post("/rollback?to=" + first, "")
                        .json()
                        .path("resources")
                        .findValuesAsText("outcome"))
                .containsOnly("unchanged");
        assertThat(node.post("/rollback?to=00000000000000aa.7", "").status()).isEqualTo(404);
    }

    @Test
    void blameNamesTheChangeThatWroteEachLine() {
        node.post("/apply?author=ann", entry("files", 80));
        node.post("/apply?author=ben", entry("files", 81));

        JsonNode lines = node.get("/blame?resource=se/files").json().path("lines");
        assertThat(lines)
                .anySatisfy(line -> {
                    assertThat(line.path("text").asText()).contains("number: 81");
                    assertThat(line.path("author").asText()).isEqualTo("ben");
                })
                .anySatisfy(line -> {
                    assertThat(line.path("text").asText()).contains("name: files");
                    assertThat(line.path("author").asText()).isEqualTo("ann");
                });
        assertThat(node.get("/blame?resource=se/nothing").status()).isEqualTo(404);
    }

    @Test
    void theCommandLineShowsTheSame() {
        String server = "--server=" + node.address();
        String first = revision(node.post("/apply?author=ann&message=why", entry("files", 80)));
        node.post("/apply?author=ben", entry("files", 81));

        assertThat(CommandRun.of("history", server).out())
                .contains("ann  at test from 127.0.0.1\n  why\n    serviceentry/default/files created");
        assertThat(CommandRun.of("diff", first, server).out()).contains("+      number: 81");
        assertThat(CommandRun.of("blame", "se/files", server).out()).contains("ben", "number: 81");
        assertThat(CommandRun.of("rollback", first, server).out()).contains("configured");
        assertThat(CommandRun.of("rollback", "00000000000000aa.7", server).exitCode())
                .isEqualTo(1);
    }

    @Test
    void aBackupIsPlainYamlThatRestorePutsBackAsOneChange() throws Exception {
        String server = "--server=" + node.address();
        node.post("/apply", entry("files", 80) + "---\n" + entry("other", 80));
        Path file = directory.resolve("backup.yaml");
        CommandRun written = CommandRun.of("backup", file.toString(), server);
        assertThat(written.out()).contains("2 resources");
        assertThat(Files.readString(file))
                .contains("kind: ServiceEntry\n", "  name: other\n")
                .doesNotContain("uid");
        node.post("/apply", entry("files", 81) + "---\n" + entry("later", 80));

        assertThat(CommandRun.of("restore", file.toString(), server).out()).contains("configured", "unchanged");
        assertThat(node.get("/status").json().path("resources").asInt()).isEqualTo(3);
        CommandRun replaced = CommandRun.of("restore", file.toString(), "--replace", server);
        assertThat(replaced.out()).contains("serviceentry/default/later  deleted");
        assertThat(node.get("/status").json().path("resources").asInt()).isEqualTo(2);
        assertThat(node.get("/history").json().at("/changes/0/message").asText())
                .isEqualTo("restored from a backup");
        assertThat(CommandRun.of("backup", "-", server).out()).contains("number: 80");
    }

    @Test
    void aRevisionIsShownNodeByNode() {
        String first = revision(node.post("/apply?wait=all", entry("files", 80)));
        Answer serving = node.get("/revisions/" + first);
        assertThat(serving.status()).isEqualTo(200);
        assertThat(serving.json().at("/nodes/0/state").asText()).isEqualTo("serving");
        Answer unknown = node.get("/revisions/00000000000000aa.7?wait=1&timeout=50ms");
        assertThat(unknown.status()).isEqualTo(202);
        assertThat(unknown.json().path("known").asBoolean(true)).isFalse();
        assertThat(unknown.json().at("/nodes/0/state").asText()).isEqualTo("pending");
        assertThat(node.get("/revisions/nonsense").status()).isEqualTo(400);
        String server = "--server=" + node.address();
        assertThat(CommandRun.of("status", first, server).out()).contains("serving");
        assertThat(CommandRun.of("status", "00000000000000aa.7", server).exitCode())
                .isEqualTo(4);
    }

    @Test
    @Tag("long")
    @Timeout(150)
    void aCallerMayWaitForLongerThanAConnectionUsuallyMayBeIdle() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(
                        node.address().resolve("/revisions/00000000000000aa.7?wait=1&timeout=62s"))
                .timeout(Duration.ofSeconds(100))
                .build();
        assertThat(HttpClient.newHttpClient()
                        .send(request, BodyHandlers.discarding())
                        .statusCode())
                .isEqualTo(202);
    }

    private static String revision(Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json().path("revision").asText();
    }

    private static String entry(String name, int port) {
        return """
                apiVersion: networking.istio.io/v1
                kind: ServiceEntry
                metadata:
                  name: %s
                spec:
                  hosts: ["%s.internal"]
                  ports:
                    - number: %d
                      name: http
                      protocol: HTTP
                  resolution: STATIC
                  endpoints:
                    - address: 127.0.0.1
                """.formatted(name, name, port);
    }
}
