package io.convergate.routing.validate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.convergate.routing.TestConfig;
import io.convergate.routing.model.k8s.Secret;
import io.convergate.routing.problem.Problem;
import io.convergate.routing.read.ReadDocument;
import io.convergate.routing.tls.PemTest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Secrets and ConfigMaps: what is read, what is refused, and that no message shows a value. */
class SecretsTest {
    @Test
    void stringDataIsKeptAmongTheDataAndWins() throws IOException {
        ReadDocument document = read("Secret", "data: {a: YQ==, b: Yg==}\nstringData: {b: other, c: 'ä'}");

        Secret secret = (Secret) document.resource().orElseThrow();
        assertThat(secret.type()).isEqualTo("Opaque");
        assertThat(secret.value("a")).contains(bytes("a"));
        assertThat(secret.value("b")).contains(bytes("other"));
        assertThat(secret.value("c")).contains(bytes("ä"));
        assertThat(secret.value("d")).isEmpty();
        JsonNode kept = new ObjectMapper().readTree(document.canonical());
        assertThat(kept.has("stringData")).isFalse();
        assertThat(kept.at("/data/b").asText()).isEqualTo(base64("other"));
        assertThat(kept.at("/type").asText()).isEqualTo("Opaque");
    }

    @Test
    void aSecretInWordsShowsItsKeysAlone() {
        Secret secret = (Secret)
                read("Secret", "stringData: {password: hunter2}").resource().orElseThrow();

        assertThat(secret.toString())
                .contains("[password]")
                .doesNotContain("hunter2")
                .doesNotContain(base64("hunter2"));
    }

    @ParameterizedTest
    @CsvSource({"rsa.crt, rsa-pkcs1.key", "ec.crt, ec-sec1.key", "ed25519.crt, ed25519.key"})
    void aCertificateAndItsKeyAreTaken(String certificate, String key) {
        assertThat(read("Secret", tls(certificate, key)).problems()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "rsa.crt, other.key, data[tls.key]",
        "rsa.key, rsa.key, data[tls.crt]",
        "rsa.crt, rsa.crt, data[tls.key]"
    })
    void aKeyOfAnotherCertificateIsRefused(String certificate, String key, String path) {
        List<Problem> problems = read("Secret", tls(certificate, key)).problems();

        assertThat(problems).singleElement().satisfies(problem -> {
            assertThat(problem.path()).isEqualTo(path);
            assertThat(problem.isError()).isTrue();
            assertThat(problem.position()).isPresent();
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "Secret | data: {a: YQ==} |",
                "Secret | data: {a: \"YQ\\n==\"} |",
                "Secret | data: {a: top-secret!} | InvalidValue data.a",
                "Secret | data: {a: YQ} | InvalidValue data.a",
                "Secret | data: {'a/b': YQ==} | InvalidValue data[a/b]",
                "Secret | data: {'..': YQ==} | InvalidValue data[..]",
                "Secret | stringData: {a: 1234567} | WrongType stringData.a",
                "Secret | type: kubernetes.io/tls | MissingField data[tls.crt]",
                "Secret | type: kubernetes.io/basic-auth |",
                "Secret | immutable: true |",
                "Secret | spec: {} | UnknownField spec",
                "ConfigMap | data: {a: text}, binaryData: {b: YQ==} |",
                "ConfigMap | data: {a: text}, binaryData: {a: YQ==} | ConflictingFields binaryData.a",
                "ConfigMap | binaryData: {a: top-secret!} | InvalidValue binaryData.a",
                "ConfigMap | data: {a: 1} | WrongType data.a",
            })
    void rules(String kind, String body, @Nullable String expected) {
        List<Problem> problems =
                read(kind, body.replace(", binaryData", "\nbinaryData")).problems();

        if (expected == null) {
            assertThat(problems).isEmpty();
        } else {
            assertThat(problems)
                    .extracting(problem -> problem.code() + " " + problem.path())
                    .contains(expected.strip());
        }
        assertThat(problems)
                .extracting(Problem::message)
                .noneMatch(message -> message.contains("top-secret") || message.contains("1234567"));
    }

    @Test
    void moreThanAMebibyteIsTooLarge() {
        assertThat(read("Secret", "stringData: {a: \"" + "x".repeat(900_000) + "\"}")
                        .problems())
                .extracting(Problem::code)
                .containsExactly("TooLarge");
    }

    private static ReadDocument read(String kind, String body) {
        return TestConfig.read("apiVersion: v1\nkind: " + kind + "\nmetadata: {name: it}\n" + body)
                .documents()
                .get(0);
    }

    private static String tls(String certificate, String key) {
        return "type: kubernetes.io/tls\ndata: {tls.crt: " + file(certificate) + ", tls.key: " + file(key) + "}";
    }

    private static String file(String name) {
        try (InputStream in = Objects.requireNonNull(PemTest.class.getResourceAsStream(name), name)) {
            return Base64.getEncoder().encodeToString(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(bytes(text));
    }
}
