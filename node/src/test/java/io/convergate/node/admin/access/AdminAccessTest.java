package io.convergate.node.admin.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergate.config.tls.FileWatch;
import io.convergate.node.admin.access.AccessSettings.Trust;
import io.convergate.node.main.certs.Authority;
import io.convergate.node.main.certs.PemFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.http.javadsl.model.AttributeKeys;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.RemoteAddress;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who is let in where nobody can prove who he is, and which settings are refused. */
class AdminAccessTest {
    private static final Duration DAY = Duration.ofDays(1);

    @TempDir
    private Path directory;

    private final FileWatch watch = FileWatch.start();

    @AfterEach
    void stop() {
        watch.close();
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, /status,  ,                                    0",
        "127.0.0.2, /status,  ,                                    0",
        "::1,       /status,  ,                                    0",
        "10.0.0.1,  /status,  ,                                  403",
        "10.0.0.1,  /backup,  ,                                  403",
        "10.0.0.1,  /livez,   ,                                    0",
        "10.0.0.1,  /readyz,  ,                                    0",
        "10.0.0.1,  /metrics, ,                                    0",
        "127.0.0.1, /status,  X-Forwarded-For: 203.0.113.9,      403",
        "127.0.0.1, /status,  x-forwarded-for: 127.0.0.1,        403",
        "127.0.0.1, /status,  Forwarded: for=203.0.113.9,        403",
        "127.0.0.1, /status,  Via: 1.1 proxy,                    403",
        "127.0.0.1, /status,  X-Real-IP: 203.0.113.9,            403",
        "127.0.0.1, /livez,   X-Forwarded-For: 203.0.113.9,        0",
        "127.0.0.1, /status,  Authorization: Bearer anything,      0",
        "10.0.0.1,  /status,  Authorization: Bearer anything,    403"
    })
    void withoutProofsOnlyThisMachineIsServed(String from, String path, String header, int status) throws Exception {
        AdminAccess access = open(AccessSettings.loopbackOnly(Set.of()), "127.0.0.1");

        Decision decision = access.decide(request(from, path, header));

        assertThat(decision instanceof Decision.Refused refused ? refused.why().status() : 0)
                .isEqualTo(status);
        if (decision instanceof Decision.Refused refused) {
            assertThat(refused.why().detail()).contains("--admin-tokens", "--admin-client-ca", "--admin-insecure");
        }
    }

    @ParameterizedTest
    @CsvSource({"10.0.0.1, ", "203.0.113.9, X-Forwarded-For: 1.2.3.4"})
    void insecureMeansEverybodyAndIsWarnedOf(String from, String header) throws Exception {
        AdminAccess access = open(settings(Trust.EVERYBODY), "10.0.0.1");

        assertThat(access.decide(request(from, "/apply", header)))
                .isEqualTo(new Decision.Allowed(Principal.unproven(Role.ADMIN)));
        assertThat(access.warning())
                .hasValueSatisfying(warning -> assertThat(warning).contains("--admin-insecure"));
        assertThat(access.description()).contains("open to everybody");
    }

    @Test
    void wrongTokensOfOneAddressAreTurnedAwayAndRightOnesNever() throws Exception {
        Tokens.Made right = Tokens.make("ci", Role.VIEW, Optional.empty());
        Path tokens = Files.writeString(directory.resolve("tokens"), right.line());
        AdminAccess access = open(settings(Trust.LOOPBACK, tokens), "127.0.0.1");
        for (int i = 0; i < 50; i++) {
            access.decide(request("127.0.0.1", "/status", "Authorization: Bearer wrong"));
        }

        Decision.Refused wrong =
                (Decision.Refused) access.decide(request("127.0.0.1", "/status", "Authorization: Bearer wrong"));
        assertThat(wrong.why().status()).isEqualTo(429);
        assertThat(wrong.logged()).isFalse();
        assertThat(access.decide(request("127.0.0.1", "/status", "Authorization: Bearer " + right.token())))
                .isInstanceOf(Decision.Allowed.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "missing.crt  | good.key    | missing.crt: no such file (expected: a file)",
                "good.crt     | missing.key | missing.key: no such file (expected: a file)",
                "good.crt     | other.key   | other.key: a private key of another certificate (expected: the key of CN=good)",
                "good.key     | good.key    | good.key: no certificate (expected: -----BEGIN CERTIFICATE-----)",
                "good.crt     | nokey.key   | nokey.key: no private key (expected: -----BEGIN PRIVATE KEY-----)",
                "expired.crt  | expired.key | expired.crt: expired at ",
                "good.crt     | open.key    | open.key: readable by every user of this machine (expected: chmod 600)",
                "empty.crt    | good.key    | empty.crt: empty (expected: a file with something in it)",
                ".            | good.key    | : not a file (expected: a file)"
            })
    void filesThatCannotBeUsedAreNamed(String certificate, String key, String message) throws Exception {
        Authority authority = Authority.create("authority", DAY);
        PemFiles.write(directory, "good", authority.issue("CN=good", Authority.Purpose.NODE, List.of(), DAY));
        PemFiles.write(directory, "other", authority.issue("CN=other", Authority.Purpose.NODE, List.of(), DAY));
        PemFiles.write(
                directory,
                "expired",
                authority.issue("CN=expired", Authority.Purpose.NODE, List.of(), Duration.ofMinutes(-1)));
        Files.copy(directory.resolve("good.key"), directory.resolve("open.key"));
        Files.setPosixFilePermissions(directory.resolve("open.key"), PosixFilePermissions.fromString("rw-r--r--"));
        Files.createFile(directory.resolve("empty.crt"));
        Files.copy(directory.resolve("good.crt"), directory.resolve("nokey.key"));
        Files.setPosixFilePermissions(directory.resolve("nokey.key"), PosixFilePermissions.fromString("rw-------"));
        AccessSettings settings = new AccessSettings(
                Optional.of(directory.resolve(certificate)),
                Optional.of(directory.resolve(key)),
                Optional.empty(),
                Optional.empty(),
                Trust.LOOPBACK,
                Set.of(),
                false);

        assertThatThrownBy(() -> open(settings, "127.0.0.1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message)
                .message()
                .startsWith("--admin-");
    }

    @Test
    void tokensMustNotCrossANetworkInClear() throws Exception {
        Path tokens = Files.writeString(
                directory.resolve("tokens"),
                Tokens.make("ci", Role.VIEW, Optional.empty()).line());

        assertThatThrownBy(() -> open(settings(Trust.LOOPBACK, tokens), "10.0.0.1"))
                .hasMessageContaining("--admin-tokens without --admin-cert on 10.0.0.1")
                .hasMessageContaining("expected: --admin-cert and --admin-key");
        assertThat(open(settings(Trust.EVERYBODY, tokens), "10.0.0.1").decide(request("10.0.0.2", "/status", null)))
                .as("--admin-insecure lets nobody in who proves nothing, once anybody can prove something")
                .isInstanceOf(Decision.Refused.class);
    }

    private static AccessSettings settings(Trust trust, Path... tokens) {
        return new AccessSettings(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(tokens).stream().findFirst(),
                trust,
                Set.of(),
                false);
    }

    private AdminAccess open(AccessSettings settings, String host) throws IOException {
        return AdminAccess.open(settings, InetAddress.getByName(host), watch, InstantSource.system());
    }

    private static HttpRequest request(String from, String path, String header) throws IOException {
        HttpRequest request = HttpRequest.GET("http://127.0.0.1:8001" + path)
                .addAttribute(AttributeKeys.remoteAddress, RemoteAddress.create(InetAddress.getByName(from)));
        return header == null
                ? request
                : request.addHeader(RawHeader.create(
                        header.substring(0, header.indexOf(':')),
                        header.substring(header.indexOf(':') + 1).strip()));
    }
}
