package io.convergate.node.main;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.convergate.config.tls.CredentialFiles;
import io.convergate.config.tls.FileWatch;
import io.convergate.config.tls.NamedFile;
import io.convergate.node.admin.api.ProblemView;
import io.convergate.node.main.certs.Authority;
import io.convergate.node.main.certs.PemFiles;
import io.convergate.routing.collect.SharedMap;
import io.convergate.routing.model.Metadata;
import io.convergate.routing.model.Resource;
import io.convergate.routing.model.ResourceKey;
import io.convergate.routing.model.k8s.Secret;
import io.convergate.routing.tls.TlsCredential;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Certificates are told of before they end. The clock is the test's own. */
class CertificateDatesTest {
    private static final Authority CA = Authority.create("ca", Duration.ofDays(400));

    @TempDir
    Path directory;

    private final FileWatch files = FileWatch.start();
    private Instant now = Instant.now();
    private CertificateDates dates;

    @BeforeEach
    void use() {
        dates = new CertificateDates(files, () -> now);
    }

    @AfterEach
    void stop() {
        files.close();
    }

    private static TlsCredential certificate(int days) {
        return CA.issue("CN=node", Authority.Purpose.NODE, List.of("localhost"), Duration.ofDays(days));
    }

    private void file(int days) throws Exception {
        PemFiles.write(directory, "node", certificate(days));
        files.add(new CredentialFiles(
                        NamedFile.open("--admin-cert", directory.resolve("node.crt")),
                        NamedFile.secret("--admin-key", directory.resolve("node.key")))
                .watch("certificate of the admin API", InstantSource.system()));
    }

    @ParameterizedTest
    @CsvSource({
        "100, 80,  ''",
        "100, 87,  CertificateExpires",
        "100, 101, CertificateExpired",
        "10,  7,   ''",
        "10,  9,   CertificateExpires"
    })
    void oneThatEndsSoonIsAWarningAndOneThatHasIsAnError(int days, int later, String code) throws Exception {
        file(days);
        now = now.plus(Duration.ofDays(later));

        assertThat(dates.problems())
                .extracting(ProblemView::code)
                .isEqualTo(code.isEmpty() ? List.of() : List.of(code));
        assertThat(dates.problems()).allMatch(problem -> problem.resource().equals("certificate of the admin API"));
        assertThat(dates.renewals().get("certificate of the admin API"))
                .isLessThan(dates.ends().get("certificate of the admin API"));
    }

    @Test
    void thoseOfSecretsAreToldToo() throws Exception {
        PemFiles.write(directory, "shop", certificate(30));
        String pem = Base64.getEncoder().encodeToString(Files.readAllBytes(directory.resolve("shop.crt")));
        Secret tls = new Secret("v1", metadata("shop"), Secret.TLS, Map.of(Secret.TLS_CERTIFICATE, pem), false);
        Secret broken = new Secret("v1", metadata("broken"), Secret.TLS, Map.of(Secret.TLS_CERTIFICATE, "AAAA"), false);
        Secret other = new Secret("v1", metadata("other"), Secret.OPAQUE, Map.of(Secret.TLS_CERTIFICATE, pem), false);
        Map<ResourceKey, Resource> resources = Map.of(tls.key(), tls, broken.key(), broken, other.key(), other);
        dates.look(SharedMap.copyOf(resources));
        now = now.plus(Duration.ofDays(29));

        assertThat(dates.ends()).containsOnlyKeys("secret/default/shop");
        assertThat(dates.problems())
                .extracting(ProblemView::resource, ProblemView::severity)
                .containsExactly(tuple("secret/default/shop", "warning"));
        dates.look(SharedMap.empty());
        assertThat(dates.ends()).isEmpty();
    }

    private static Metadata metadata(String name) {
        return Metadata.of("default", name);
    }
}
