package io.convergate.node.admin.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergate.config.tls.NamedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokensTest {
    private static final Instant NOW = Instant.parse("2026-11-26T00:00:00Z");

    @TempDir
    private Path directory;

    @Test
    void aTokenHasItsOwnerUntilItExpires() throws IOException {
        Tokens.Made ci = Tokens.make("ci", Role.EDIT, Optional.empty());
        Tokens.Made ada = Tokens.make("ada@example.com", Role.ADMIN, Optional.of(NOW.plusSeconds(60)));
        Tokens tokens = read("# people\n\n" + ada.line() + "\n  " + ci.line() + "\n");

        assertThat(tokens.owner(ci.token(), NOW)).contains(new Principal("ci", Role.EDIT, Principal.Proof.TOKEN));
        assertThat(tokens.owner(ada.token(), NOW)).map(Principal::name).contains("ada@example.com");
        assertThat(tokens.owner(ada.token(), NOW.plusSeconds(60))).isEmpty();
        assertThat(tokens.owner(ci.token() + "x", NOW)).isEmpty();
        assertThat(tokens.owner("", NOW)).isEmpty();
        assertThat(tokens.toString()).isEqualTo("2 tokens: ada@example.com, ci");
    }

    @Test
    void noTwoTokensAreAlikeAndNoneIsInItsLine() {
        Tokens.Made one = Tokens.make("ci", Role.VIEW, Optional.empty());
        Tokens.Made other = Tokens.make("ci", Role.VIEW, Optional.empty());

        assertThat(one.token()).startsWith("cvg_").hasSize(47).isNotEqualTo(other.token());
        assertThat(one.line()).startsWith("ci view sha256:").doesNotContain(one.token());
        assertThat(one.toString()).doesNotContain(one.token());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "cvg_abcdefghijklmnopqrstuvwxyz  | line 1 (expected: name, role, sha256: and 64 hexadecimal digits",
                "ci edit sha256:12               | line 1 (expected: name, role, sha256: and 64 hexadecimal digits",
                "ci root HASH                    | line 1: role 'root' (expected: view, edit or admin)",
                "c/i edit HASH                   | line 1: name 'c/i'",
                "ci edit HASH expires=tomorrow   | line 1: expires=tomorrow (expected: such as 2027-01-01T00:00:00Z)"
            })
    void aLineThatIsNoneIsNamedByItsNumber(String line, String message) throws IOException {
        String text = line.replace("HASH", "sha256:" + "0".repeat(64));

        assertThatThrownBy(() -> read(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("--admin-tokens " + directory)
                .hasMessageContaining(message)
                .message()
                .doesNotContain("cvg_");
    }

    private Tokens read(String text) throws IOException {
        Path file = Files.writeString(directory.resolve("tokens"), text);
        return Tokens.watch(NamedFile.open("--admin-tokens", file)).get();
    }
}
