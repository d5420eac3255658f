package io.convergate.node.limits.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.CodedInputStream;
import io.convergate.node.limits.OwnersInProcess;
import io.convergate.node.limits.service.LimitServiceSettings.Trust;
import io.convergate.node.main.certs.Authority;
import io.convergate.node.main.certs.PemFiles;
import io.convergate.node.telemetry.Telemetry;
import io.convergate.node.telemetry.TelemetrySettings;
import io.envoyproxy.envoy.extensions.common.ratelimit.v3.RateLimitDescriptor;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitRequest;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse.Code;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitServiceGrpc;
import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who is let in, what holds while owners are silent, health, and the end of the server. */
class LimitServerTest {
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final String DOMAIN = """
            apiVersion: convergate.io/v1
            kind: RateLimitDomain
            metadata: {name: server}
            spec:
              domain: d
              mode: %s
              onUnavailable: %s
              descriptors:
              - key: k
                rate_limit: {unit: year, requests_per_unit: 12}
            """;
    private static final RateLimitRequest REQUEST = RateLimitRequest.newBuilder()
            .setDomain("d")
            .addDescriptors(RateLimitDescriptor.newBuilder()
                    .addEntries(
                            RateLimitDescriptor.Entry.newBuilder().setKey("k").setValue("v")))
            .build();

    private static Telemetry telemetry;

    @TempDir
    private static Path directory;

    @BeforeAll
    static void start() {
        telemetry = Telemetry.start(new TelemetrySettings(Map.of(), TelemetrySettings.Format.OFF, Optional.empty()));
    }

    @AfterAll
    static void stop() {
        telemetry.close();
    }

    /** Messages as their bytes. */
    private enum Raw implements MethodDescriptor.Marshaller<byte[]> {
        BYTES;

        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static byte[] call(ManagedChannel channel, String method, byte[] request) {
        MethodDescriptor<byte[], byte[]> descriptor = MethodDescriptor.<byte[], byte[]>newBuilder()
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(method)
                .setRequestMarshaller(Raw.BYTES)
                .setResponseMarshaller(Raw.BYTES)
                .build();
        return ClientCalls.blockingUnaryCall(
                channel, descriptor, CallOptions.DEFAULT.withDeadlineAfter(60, TimeUnit.SECONDS), request);
    }

    /** SERVING is 1, NOT_SERVING 2. */
    private static int health(ManagedChannel channel, String service) throws IOException {
        byte[] request = new byte[service.length() + 2];
        request[0] = 0x0a;
        request[1] = (byte) service.length();
        System.arraycopy(service.getBytes(java.nio.charset.StandardCharsets.US_ASCII), 0, request, 2, service.length());
        CodedInputStream in = CodedInputStream.newInstance(call(channel, "grpc.health.v1.Health/Check", request));
        assertThat(in.readTag()).isEqualTo(8);
        return in.readEnum();
    }

    @Test
    void healthTellsWhetherCallsShouldCome() throws IOException {
        try (LimitServiceNode node = LimitServiceNode.plain(telemetry)) {
            assertThat(health(node.channel, "")).isEqualTo(2);
            node.serve(DOMAIN.formatted("node", "open"));
            assertThat(health(node.channel, "")).isEqualTo(1);
            assertThat(health(node.channel, RateLimitCalls.SERVICE)).isEqualTo(1);
            assertThatThrownBy(() -> health(node.channel, "other")).hasMessage("NOT_FOUND: no service other");

            node.server.leave();
            assertThat(health(node.channel, "")).isEqualTo(2);
            assertThat(node.client().shouldRateLimit(REQUEST).getOverallCode()).isEqualTo(Code.OK);
        }
    }

    @Test
    void bytesThatAreNoRequestAreRefusedAndTheConnectionGoesOn() throws IOException {
        try (LimitServiceNode node = LimitServiceNode.plain(telemetry).serve(DOMAIN.formatted("node", "open"))) {
            assertThatThrownBy(
                            () -> call(node.channel, RateLimitCalls.SERVICE + "/ShouldRateLimit", new byte[] {1, 2, 3}))
                    .isInstanceOfSatisfying(StatusRuntimeException.class, failure -> assertThat(
                                    failure.getStatus().getCode())
                            .isEqualTo(Status.Code.INVALID_ARGUMENT));
            assertThatThrownBy(() -> call(node.channel, RateLimitCalls.SERVICE + "/Other", new byte[0]))
                    .hasMessageStartingWith("UNIMPLEMENTED");
            assertThat(node.client().shouldRateLimit(REQUEST).getOverallCode()).isEqualTo(Code.OK);
        }
    }

    @ParameterizedTest(name = "{0}, {1}: {2} of 10")
    @CsvSource({
        "leased, closed,     0",
        "leased, open,       10",
        "leased, localShare, 4",
        "strict, closed,     0",
        "strict, open,       10",
        "strict, localShare, 4"
    })
    void aSilentOwnerHoldsNobodyUpForLong(String mode, String onUnavailable, int expected) throws IOException {
        try (OwnersInProcess owners = new OwnersInProcess(3);
                LimitServiceNode node = new LimitServiceNode(telemetry, LimitServiceNode.plain(), Duration.ofMillis(50))
                        .with(owners)
                        .serve(DOMAIN.formatted(mode, onUnavailable))) {
            owners.silent(true);
            int passed = 0;
            for (int i = 0; i < 10; i++) {
                passed += node.client().shouldRateLimit(REQUEST).getOverallCode() == Code.OK ? 1 : 0;
            }
            assertThat(passed).isEqualTo(expected);
        }
    }

    @Test
    void aCallIsAnsweredBeforeItsDeadlineEvenIfTheNodeWouldWaitLonger() throws IOException {
        try (OwnersInProcess owners = new OwnersInProcess(3);
                LimitServiceNode node = new LimitServiceNode(telemetry, LimitServiceNode.plain(), Duration.ofMinutes(2))
                        .with(owners)
                        .serve(DOMAIN.formatted("strict", "closed"))) {
            owners.silent(true);
            assertThat(node.client()
                            .withDeadlineAfter(2, TimeUnit.SECONDS)
                            .shouldRateLimit(REQUEST)
                            .getOverallCode())
                    .isEqualTo(Code.OVER_LIMIT);
        }
    }

    @Test
    void aCallUnderWayIsFinishedAndNoOtherIsTakenOnceItDrains() throws Exception {
        try (OwnersInProcess owners = new OwnersInProcess(3);
                LimitServiceNode node =
                        LimitServiceNode.plain(telemetry).with(owners).serve(DOMAIN.formatted("strict", "closed"))) {
            owners.silent(true);
            var waiting = RateLimitServiceGrpc.newFutureStub(node.channel)
                    .withDeadlineAfter(2, TimeUnit.SECONDS)
                    .shouldRateLimit(REQUEST);
            long end = System.nanoTime() + LONG.toNanos();
            while (owners.asks() == 0 && System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            var drained = node.server.drain(LONG).toCompletableFuture();
            assertThat(waiting.get(30, TimeUnit.SECONDS).getOverallCode()).isEqualTo(Code.OVER_LIMIT);
            drained.get(30, TimeUnit.SECONDS);
            assertThatThrownBy(() -> node.client().shouldRateLimit(REQUEST)).hasMessageStartingWith("UNAVAILABLE");
        }
    }

    @Test
    @Tag("long")
    void onlyClientsWithACertificateOfTheAuthorityAreLetInAndAnExchangedOneHolds() throws Exception {
        Authority ours = Authority.create("ours", DAY);
        Authority theirs = Authority.create("theirs", DAY);
        PemFiles.write(directory, "ours", ours.own());
        PemFiles.write(
                directory,
                "node",
                ours.issue("CN=node", Authority.Purpose.NODE, List.of("127.0.0.1", "localhost"), DAY));
        PemFiles.write(directory, "envoy", ours.issue("CN=envoy", Authority.Purpose.CLIENT, List.of(), DAY));
        PemFiles.write(directory, "stranger", theirs.issue("CN=x", Authority.Purpose.CLIENT, List.of(), DAY));
        LimitServiceSettings settings = new LimitServiceSettings(
                "127.0.0.1",
                0,
                Optional.of(directory.resolve("node.crt")),
                Optional.of(directory.resolve("node.key")),
                Optional.of(directory.resolve("ours.crt")),
                Trust.LOOPBACK);
        try (LimitServiceNode node =
                new LimitServiceNode(telemetry, settings, LONG).serve(DOMAIN.formatted("node", "open"))) {
            assertThat(code(node, "envoy")).isEqualTo("OK");
            assertThat(code(node, "stranger")).isEqualTo("UNAVAILABLE");
            assertThat(code(node, "")).isEqualTo("UNAVAILABLE");
            assertThatThrownBy(() -> node.client().shouldRateLimit(REQUEST)).hasMessageStartingWith("UNAVAILABLE");

            PemFiles.write(directory, "ours", theirs.own());
            // The server's own certificate stays, so its clients still trust the first authority.
            long end = System.nanoTime() + LONG.toNanos();
            while (!code(node, "stranger").equals("OK") && System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            assertThat(code(node, "stranger")).isEqualTo("OK");
            assertThat(code(node, "envoy")).isIn("UNAVAILABLE", "UNAUTHENTICATED");
        }
    }

    /** What a client with a certificate gets on a new connection. */
    private static String code(LimitServiceNode node, String own) throws IOException {
        TlsChannelCredentials.Builder tls = TlsChannelCredentials.newBuilder()
                .trustManager(directory.resolve("node.crt").toFile());
        if (!own.isEmpty()) {
            tls.keyManager(
                    directory.resolve(own + ".crt").toFile(),
                    directory.resolve(own + ".key").toFile());
        }
        ManagedChannel channel = node.channel(tls.build());
        try {
            return RateLimitServiceGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(60, TimeUnit.SECONDS)
                    .shouldRateLimit(REQUEST)
                    .getOverallCode()
                    .toString();
        } catch (StatusRuntimeException e) {
            return e.getStatus().getCode().toString();
        } finally {
            channel.shutdownNow();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "LOOPBACK,  127.0.0.1, OK",
        "LOOPBACK,  ::1,       OK",
        "LOOPBACK,  10.0.0.1,  PERMISSION_DENIED",
        "EVERYBODY, 10.0.0.1,  OK"
    })
    void withoutCertificatesLoopbackAloneIsAnsweredUnlessEverybodyIsTrusted(Trust trust, String from, String code)
            throws IOException {
        SocketAddress address = new InetSocketAddress(InetAddress.getByName(from), 1);
        Attributes connection = Attributes.newBuilder()
                .set(Grpc.TRANSPORT_ATTR_REMOTE_ADDR, address)
                .build();
        Status objection = new Callers(trust, Optional.empty()).objection(connection);
        assertThat(objection == null ? "OK" : objection.getCode().toString()).isEqualTo(code);
        if (objection != null) {
            assertThat(Objects.requireNonNull(objection.getDescription())).contains("--limit-service-insecure");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "true,  false, false, --limit-service-cert without --limit-service-key",
        "false, true,  false, --limit-service-key without --limit-service-cert",
        "false, false, true,  --limit-service-client-ca without --limit-service-cert",
    })
    void filesThatBelongTogetherMustBeGivenTogether(boolean certificate, boolean key, boolean ca, String message) {
        Optional<Path> file = Optional.of(directory.resolve("x"));
        assertThatThrownBy(() -> new LimitServiceSettings(
                        "127.0.0.1",
                        0,
                        certificate ? file : Optional.empty(),
                        key ? file : Optional.empty(),
                        ca ? file : Optional.empty(),
                        Trust.LOOPBACK))
                .hasMessageStartingWith(message);
    }

    @Test
    void anAddressThatIsTakenIsSaid() throws IOException {
        try (LimitServiceNode node = LimitServiceNode.plain(telemetry)) {
            LimitServiceSettings taken = new LimitServiceSettings(
                    "127.0.0.1",
                    node.server.address().getPort(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Trust.LOOPBACK);
            assertThatThrownBy(() -> LimitServer.start(taken, telemetry, () -> true))
                    .isInstanceOf(IOException.class);
        }
    }
}
