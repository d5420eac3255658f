package io.convergate.node.main;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.node.main.TestNode.Answer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Secrets and ConfigMaps through the admin API. */
class SecretsApiTest {
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
    @CsvSource({"Secret, data", "ConfigMap, data"})
    void whatIsImmutableKeepsItsValuesUntilItIsDeleted(String kind, String field) {
        String head = "apiVersion: v1\nkind: " + kind + "\nmetadata: {name: frozen}\n";
        String value = "data: {a: YQ==}\n";
        assertThat(apply(head + value).status()).isEqualTo(200);
        assertThat(apply(head + "data: {a: Yg==}\nimmutable: true").status()).isEqualTo(200);

        Answer changed = apply(head + value + "immutable: true");
        assertThat(changed.status()).isEqualTo(422);
        assertThat(changed.json().at("/problems/0/path").asText()).isEqualTo(field);
        assertThat(apply(head + "data: {a: Yg==}").json().at("/problems/0/path").asText())
                .isEqualTo("immutable");
        assertThat(apply(head.replace("}", ", labels: {a: b}}") + "data: {a: Yg==}\nimmutable: true")
                        .status())
                .isEqualTo(200);
        assertThat(node.post("/delete", head).status()).isEqualTo(200);
        assertThat(apply(head + value).status()).isEqualTo(200);
    }

    @Test
    void aTypeMayChangeUnlessItIsFrozen() {
        String head = "apiVersion: v1\nkind: Secret\nmetadata: {name: typed}\n";
        assertThat(apply(head).status()).isEqualTo(200);
        assertThat(apply(head + "type: example.com/x\nimmutable: true").status())
                .isEqualTo(200);
        assertThat(apply(head + "type: example.com/y\nimmutable: true")
                        .json()
                        .at("/problems/0/path")
                        .asText())
                .isEqualTo("type");
    }

    private static Answer apply(String yaml) {
        return node.post("/apply", yaml);
    }
}
