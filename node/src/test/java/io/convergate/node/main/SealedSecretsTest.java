package io.convergate.node.main;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergate.node.admin.access.AccessSettings;
import io.convergate.node.main.TestNode.Answer;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Secrets on disk: sealed with a key, or refused. */
class SealedSecretsTest {
    private static final String VALUE = "correct horse battery staple";
    private static final String SECRET =
            "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {password: " + VALUE + "}\n";
    private static final String PATH = "/api/v1/namespaces/default/secrets/s";
    private static final String OLD = "2026 " + Base64.getEncoder().encodeToString(new byte[32]);
    private static final String NEW = "2027 "
            + Base64.getEncoder()
                    .encodeToString("0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII));

    @TempDir
    private Path directory;

    @Test
    void nothingOfASecretIsOnTheDiskAndKeysAreExchangedByTwoSteps() throws Exception {
        keys(OLD);
        try (TestNode node = start()) {
            assertThat(node.post("/apply", SECRET).status()).isEqualTo(200);
            assertThat(node.post("/apply", SECRET)
                            .json()
                            .at("/resources/0/outcome")
                            .asText())
                    .isEqualTo("unchanged");
            assertThat(password(node)).isEqualTo(VALUE);
            assertThat(onDisk(VALUE)).isFalse();
            assertThat(onDisk(Base64.getEncoder().encodeToString(VALUE.getBytes(StandardCharsets.UTF_8))))
                    .isFalse();
            assertThat(onDisk("2026")).isTrue();
        }
        keys(NEW, OLD);
        try (TestNode node = start()) {
            assertThat(password(node)).isEqualTo(VALUE);
            Answer resealed = node.post("/reseal", "");
            assertThat(resealed.json().at("/resources/0/outcome").asText()).isEqualTo("configured");
            assertThat(password(node)).isEqualTo(VALUE);
            assertThat(onDisk("2027")).isTrue();
        }
        keys(NEW);
        try (TestNode node = start()) {
            assertThat(password(node)).isEqualTo(VALUE);
            assertThat(node.get("/history?resource=secret/s").status()).isEqualTo(200);
            assertThat(node.get("/blame?resource=secret/s").status())
                    .as("of what cannot be opened any more")
                    .isEqualTo(200);
            assertThat(node.get("/backup?secrets=true").text()).contains("kind: Secret");
        }
    }

    @Test
    void aNodeWithoutTheKeyOfWhatItHoldsDoesNotStart() throws Exception {
        keys(OLD);
        try (TestNode node = start()) {
            assertThat(node.post("/apply", SECRET).status()).isEqualTo(200);
        }
        keys(NEW);
        assertThatThrownBy(this::start)
                .isInstanceOf(CommandFailed.class)
                .hasMessageContaining("--encryption-key-file: in the data directory")
                .hasMessageContaining("sealed with the key 2026, which is not here (expected: a line with that key)");
        keys(OLD.replace("AAAA", "AAAB"));
        assertThatThrownBy(this::start)
                .hasMessageContaining("sealed with the key 2026, and not with the one of that name");
        assertThatThrownBy(() -> start(SecretsSettings.of(Optional.empty(), true)))
                .hasMessageContaining("sealed with the key 2026, which is not here");
    }

    @Test
    void withoutAKeySecretsAreRefusedUnlessSomebodySaysOtherwise() throws Exception {
        String map = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\n";
        try (TestNode node = start(SecretsSettings.of(Optional.empty(), false))) {
            Answer refused = node.post("/apply", SECRET + map);
            assertThat(refused.status()).isEqualTo(422);
            assertThat(refused.json().at("/detail").asText())
                    .contains("secret/default/s", "--encryption-key-file", "--secrets-unencrypted");
            assertThat(node.post("/apply", map).status()).isEqualTo(200);
            assertThat(node.get(PATH).status()).isEqualTo(404);
        }
        try (TestNode node = start(SecretsSettings.of(Optional.empty(), true))) {
            assertThat(node.post("/apply", SECRET).status()).isEqualTo(200);
        }
        keys(OLD);
        try (TestNode node = start()) {
            assertThat(password(node))
                    .as("what was in clear before there was a key")
                    .isEqualTo(VALUE);
            assertThat(node.post("/reseal", "").status()).isEqualTo(200);
            assertThat(password(node)).isEqualTo(VALUE);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "k                          | line 1 (expected: a name, a blank, and 32 bytes in base64",
                "k c2hvcnQ=                 | line 1 (expected: a name, a blank, and 32 bytes in base64",
                "k#OLD#k#OLD                | line 2: k again (expected: each name once)",
                "# nothing                  | 0 keys (expected: 1 to 100)"
            })
    void aFileOfKeysThatIsNoneIsNamed(String text, String message) throws IOException {
        String key = OLD.substring(OLD.indexOf(' '));
        keys(text.equals("# nothing") ? text : text.replace("#OLD#", key + "\n").replace("#OLD", key));

        assertThatThrownBy(this::start)
                .isInstanceOf(CommandFailed.class)
                .hasMessageContaining("--encryption-key-file " + directory)
                .hasMessageContaining(message)
                .message()
                .doesNotContain("AAAA");
    }

    private static String password(TestNode node) {
        String base64 = node.get(PATH).json().at("/data/password").asText();
        return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    }

    /** Whether any file of the node has a text in it. */
    private boolean onDisk(String text) throws IOException {
        try (Stream<Path> files = Files.walk(directory.resolve("data"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text)) {
                    return true;
                }
            }
            return false;
        }
    }

    private void keys(String... lines) throws IOException {
        Path file = directory.resolve("keys");
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(file, List.of(lines));
    }

    private TestNode start() throws Exception {
        return start(SecretsSettings.of(Optional.of(directory.resolve("keys")), false));
    }

    private TestNode start(SecretsSettings secrets) throws Exception {
        return new TestNode(
                directory.resolve("data"), AccessSettings.loopbackOnly(Set.of()), HttpClient.newHttpClient(), secrets);
    }
}
