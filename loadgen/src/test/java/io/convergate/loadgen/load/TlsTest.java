package io.convergate.loadgen.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergate.loadgen.request.RequestSet;
import io.convergate.loadgen.request.RequestSpec;
import io.convergate.loadgen.verify.ExpectedAnswer;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** TLS by both providers with a certificate for shop.test, which keytool makes: HTTP/2 by ALPN, and HTTP/1.1. */
class TlsTest {
    @TempDir
    private static Path directory;

    @SuppressWarnings("NullAway.Init")
    private static SslContext server;

    @SuppressWarnings("NullAway.Init")
    private static SSLContext plainServer;

    @BeforeAll
    static void makeACertificate() throws Exception {
        Path store = directory.resolve("shop.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "shop",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=shop.test",
                        "-ext",
                        "SAN=dns:shop.test",
                        "-validity",
                        "2",
                        "-keystore",
                        store.toString(),
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        "secret")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, "secret".toCharArray());
        }
        X509Certificate certificate = (X509Certificate) keys.getCertificate("shop");
        Files.writeString(
                directory.resolve("shop.pem"),
                "-----BEGIN CERTIFICATE-----\n"
                        + Base64.getMimeEncoder().encodeToString(certificate.getEncoded())
                        + "\n-----END CERTIFICATE-----\n");
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(keys, "secret".toCharArray());
        plainServer = SSLContext.getInstance("TLS");
        plainServer.init(factory.getKeyManagers(), null, null);
        server = SslContextBuilder.forServer(factory)
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        Protocol.ALPN,
                        SelectorFailureBehavior.NO_ADVERTISE,
                        SelectedListenerFailureBehavior.ACCEPT,
                        "h2"))
                .build();
    }

    private static LoadResult run(Wire wire) throws Exception {
        if (wire.protocol() == Wire.Protocol.HTTP_2) {
            try (Http2Origin origin = new Http2Origin(Optional.of(server), 100)) {
                return run(wire, origin.target());
            }
        }
        try (RawOrigin origin = new RawOrigin(
                (request, socket) -> {
                    RawOrigin.write(socket, RawOrigin.response("hi", ""));
                    return true;
                },
                plainServer.getServerSocketFactory())) {
            return run(wire, origin.target());
        }
    }

    private static LoadResult run(Wire wire, Target target) throws Exception {
        LoadPlan plan = LoadPlan.of(
                        "tls",
                        List.of(target),
                        Profile.constant(200, Duration.ofMillis(100)),
                        RequestSet.of(RequestSpec.get("/ok")),
                        new ExpectedAnswer())
                .withDeadlines(new Deadlines(Duration.ofSeconds(5), Duration.ofSeconds(5)))
                .withConnections(2, 1)
                .withWire(wire);
        try (LoadRun run = LoadRun.start(plan, List.of())) {
            return run.await(Duration.ofSeconds(30));
        }
    }

    private static Wire.Tls trusting(boolean isInsecure, String trust, String name, Wire.Provider provider) {
        return new Wire.Tls(
                trust.isEmpty() ? Optional.empty() : Optional.of(directory.resolve(trust)),
                isInsecure,
                name.isEmpty() ? Optional.empty() : Optional.of(name),
                provider);
    }

    /** Both protocols with each provider that there is here. */
    static Stream<Arguments> everyWay() {
        return Stream.of(Wire.Provider.JDK, Wire.Provider.BORINGSSL)
                .filter(provider -> provider == Wire.Provider.JDK || OpenSsl.isAvailable())
                .flatMap(provider ->
                        Stream.of(Arguments.of(Wire.http1(), provider), Arguments.of(Wire.http2(5), provider)));
    }

    @ParameterizedTest
    @MethodSource("everyWay")
    void aCertificateIsTrustedByFileAndName(Wire wire, Wire.Provider provider) throws Exception {
        LoadResult result = run(wire.withTls(trusting(false, "shop.pem", "shop.test", provider)));

        assertThat(result.outcomes()).isEqualTo(Map.of(Outcome.OK, 20L));
        assertThat(result.description())
                .contains(provider == Wire.Provider.JDK ? " over the JDK's TLS" : " over BoringSSL");
    }

    @ParameterizedTest
    @MethodSource("everyWay")
    void aCertificateForAnotherNameIsRefused(Wire wire, Wire.Provider provider) throws Exception {
        LoadResult result = run(wire.withTls(trusting(false, "shop.pem", "shop.example", provider)));

        assertThat(result.outcomes()).isEqualTo(Map.of(Outcome.REFUSED, 20L));
        assertThat(result.samples()).allMatch(sample -> sample.contains("TLS: No ") && sample.contains("shop.example"));
    }

    @ParameterizedTest
    @MethodSource("everyWay")
    void aCertificateThatNobodyVouchesForIsRefusedUnlessAnythingGoes(Wire wire, Wire.Provider provider)
            throws Exception {
        assertThat(run(wire.withTls(trusting(false, "", "shop.test", provider))).outcomes())
                .isEqualTo(Map.of(Outcome.REFUSED, 20L));
        assertThat(run(wire.withTls(trusting(true, "", "", provider))).outcomes())
                .isEqualTo(Map.of(Outcome.OK, 20L));
    }

    @Test
    void theFastestProviderIsOneThatIsThere() throws Exception {
        LoadResult result = run(Wire.http1().withTls(trusting(false, "shop.pem", "shop.test", Wire.Provider.FASTEST)));

        assertThat(result.outcomes()).isEqualTo(Map.of(Outcome.OK, 20L));
        assertThat(result.description()).contains(OpenSsl.isAvailable() ? " over BoringSSL" : " over the JDK's TLS");
    }

    @Test
    void aFileWithoutCertificatesIsRefused() throws Exception {
        Files.writeString(directory.resolve("none.pem"), "nothing");

        assertThatThrownBy(() -> run(Wire.http2(5).withTls(trusting(false, "none.pem", "", Wire.Provider.JDK))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("none.pem (expected: a PEM file of certificates");
    }
}
