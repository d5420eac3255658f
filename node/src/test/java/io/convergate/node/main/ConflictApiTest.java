package io.convergate.node.main;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.convergate.config.Change;
import io.convergate.config.Content;
import io.convergate.config.Edit;
import io.convergate.config.HistoryLimits;
import io.convergate.config.store.Commit;
import io.convergate.config.store.ConfigStore;
import io.convergate.node.main.TestNode.Answer;
import io.convergate.routing.model.ResourceKey;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node whose disk holds what two sides of a partition wrote. */
@Timeout(60)
class ConflictApiTest {
    private static final String PATH = "/apis/networking.istio.io/v1/namespaces/default/serviceentries/files";

    @TempDir
    private Path directory;

    @BeforeEach
    void writeOnBothSides() {
        try (ConfigStore here = open("data");
                ConfigStore there = open("there")) {
            here.commit(change("ann", "files", 80, "one"));
            Commit other = there.commit(change("ben", "files", 81, "two"));
            here.advance(List.of(other.head()), other.blocks());
            here.commit(change("ann", "alike", 80, "three"));
            Commit alike = there.commit(change("ben", "alike", 80, "four"));
            here.advance(List.of(alike.head()), alike.blocks());
        }
    }

    @Test
    void bothVersionsAreShownWithWhoWroteThemUntilOneWritesAgain() throws Exception {
        try (TestNode node = new TestNode(directory.resolve("data"))) {
            JsonNode conflicts = node.get("/status").json().path("conflicts");
            assertThat(conflicts).hasSize(1);
            assertThat(conflicts.at("/0/resource").asText()).isEqualTo("serviceentry/default/files");
            assertThat(conflicts.at("/0/versions").findValuesAsText("author")).containsExactlyInAnyOrder("ann", "ben");
            assertThat(conflicts.at("/0/versions").findValuesAsText("node")).containsExactlyInAnyOrder("data", "there");
            JsonNode condition = node.get(PATH).json().at("/status/conditions/0");
            assertThat(condition.path("type").asText()).isEqualTo("Conflicted");
            assertThat(condition.path("message").asText()).contains("ann at data", "ben at there", "which is served");
            String server = "--server=" + node.address();
            assertThat(CommandRun.of("get", "se", server).out()).contains("conflicted  se/files: written at once by");
            assertThat(CommandRun.of("status", server).out()).contains("conflict  serviceentry/default/files");

            assertThat(events(node)).contains("Conflicted").doesNotContain("Settled");

            Answer again = node.post(
                    "/apply", node.get(PATH, "Accept", "application/yaml").text());

            assertThat(again.json().at("/resources/0/outcome").asText())
                    .as(again.text())
                    .isEqualTo("configured");
            assertThat(node.get("/status").json().path("conflicts")).isEmpty();
            assertThat(node.get(PATH).json().at("/status/conditions").findValuesAsText("type"))
                    .doesNotContain("Conflicted");
            long patience = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            while (!events(node).contains("Settled")) {
                assertThat(System.nanoTime()).as("an event that it is settled").isLessThan(patience);
                LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
            }
        }
    }

    @Test
    void aDeletionThatAConcurrentWriteOutlivedIsShownWithWhoDeletedItUntilOneWritesAgain() throws Exception {
        try (ConfigStore here = open("deleting");
                ConfigStore there = open("writing")) {
            Commit first = here.commit(change("ann", "files", 80, "one"));
            there.advance(List.of(first.head()), first.blocks());
            ResourceKey key = new ResourceKey("networking.istio.io", "ServiceEntry", "default", "files");
            here.commit(new Change(List.of(new Edit.Delete(key)), "cleo", "not needed", "10.0.0.9"));
            Commit update = there.commit(change("ben", "files", 81, "one"));
            here.advance(List.of(update.head()), update.blocks());
        }
        try (TestNode node = new TestNode(directory.resolve("deleting"))) {
            JsonNode conflict = node.get("/status").json().at("/conflicts/0");
            assertThat(conflict.path("versions").findValuesAsText("author")).containsExactly("ben", "cleo");
            assertThat(conflict.path("versions").findValuesAsText("deleted")).containsExactly("false", "true");
            JsonNode condition = node.get(PATH).json().at("/status/conditions/0");
            assertThat(condition.path("type").asText()).isEqualTo("Conflicted");
            assertThat(condition.path("reason").asText()).isEqualTo("ConcurrentDeletion");
            assertThat(condition.path("message").asText())
                    .startsWith("deleted by cleo at deleting (")
                    .contains(", and at once written by ben at writing (")
                    .endsWith("which is served; writing or deleting it again settles it");
            assertThat(events(node)).contains("Conflicted");

            Answer again = node.post(
                    "/apply", node.get(PATH, "Accept", "application/yaml").text());

            assertThat(again.json().at("/resources/0/outcome").asText())
                    .as(again.text())
                    .isEqualTo("configured");
            assertThat(node.get("/status").json().path("conflicts")).isEmpty();
        }
    }

    private static List<String> events(TestNode node) throws IOException {
        return node.get("/api/v1/namespaces/default/events")
                .json()
                .path("items")
                .findValuesAsText("reason");
    }

    private ConfigStore open(String name) {
        return ConfigStore.open(directory.resolve(name), name, HistoryLimits.defaults(), InstantSource.system());
    }

    private static Change change(String author, String name, int port, String uid) {
        String json = """
                {"apiVersion":"networking.istio.io/v1","kind":"ServiceEntry","metadata":\
                {"creationTimestamp":"2026-01-01T00:00:00.000000000Z","generation":1,"name":"%s",\
                "namespace":"default","uid":"%s"},\
                "spec":{"endpoints":[{"address":"127.0.0.1"}],"hosts":["%s.internal"],\
                "ports":[{"name":"http","number":%d,"protocol":"HTTP"}],"resolution":"STATIC"}}\
                """.formatted(name, uid, name, port);
        ResourceKey key = new ResourceKey("networking.istio.io", "ServiceEntry", "default", name);
        return new Change(List.of(new Edit.Put(key, Content.utf8(json))), author, "", "10.0.0.9");
    }
}
