package io.convergate.node.limits.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.config.ActivationReport;
import io.convergate.config.ReplicatedConfig;
import io.convergate.config.ReplicatedConfigSettings;
import io.convergate.node.limits.KeyedLimit;
import io.convergate.node.limits.LimitRuntime;
import io.convergate.node.limits.LimitSettings;
import io.convergate.node.limits.NodeLimits;
import io.convergate.node.telemetry.Telemetry;
import io.convergate.node.telemetry.TelemetrySettings;
import io.convergate.routing.action.RateLimit;
import io.convergate.routing.limit.KeyHash;
import io.convergate.routing.limit.LimitSpec;
import io.convergate.routing.limit.Window;
import io.convergate.routing.model.ResourceKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Owners in a real cluster system, of one node. */
class ShardedOwnersTest {
    private static Telemetry telemetry;

    @TempDir
    private Path directory;

    @BeforeAll
    static void start() {
        telemetry = Telemetry.start(new TelemetrySettings(Map.of(), TelemetrySettings.Format.OFF, Optional.empty()));
    }

    @AfterAll
    static void stop() {
        telemetry.close();
    }

    /** A node's limits and the cluster they are shared in. */
    private static final class Node implements AutoCloseable {
        private final NodeLimits limits = new NodeLimits(telemetry, new LimitSettings(1_000, Duration.ofSeconds(20)));
        private final ShardedOwners owners;
        private final ReplicatedConfig config;
        private final KeyHash hash = new KeyHash();

        Node(Path directory, int port) {
            owners = ShardedOwners.open(limits, directory, telemetry);
            config = ReplicatedConfig.open(
                    ReplicatedConfigSettings.of("n", "127.0.0.1", port, List.of(), directory),
                    view -> new ActivationReport(true, List.of()),
                    List.of(owners));
            await(owners::available);
        }

        /** Sends one request of a client; whether it passes. */
        boolean request(LimitSpec spec, String client) throws InterruptedException {
            LimitRuntime limit = limits.attach(new RateLimit.Info(
                    new ResourceKey("convergate.io", "RateLimitPolicy", "default", "p"),
                    1,
                    "r",
                    spec,
                    RateLimit.Mode.LEASED,
                    RateLimit.OnUnavailable.CLOSED,
                    false));
            while (true) {
                KeyedLimit key = limit.key(hash.begin(1, 2).addPart(client).end(), limit.nanoTime());
                KeyedLimit.Answer answer = key.take(1, limit.nanoTime());
                if (answer != KeyedLimit.Answer.WAIT) {
                    return answer == KeyedLimit.Answer.PASSED;
                }
                CountDownLatch again = new CountDownLatch(1);
                assertThat(key.await(again::countDown)).isTrue();
                assertThat(again.await(20, TimeUnit.SECONDS)).isTrue();
            }
        }

        long passed(LimitSpec spec, String client, int requests) throws InterruptedException {
            long passed = 0;
            for (int i = 0; i < requests; i++) {
                passed += request(spec, client) ? 1 : 0;
            }
            return passed;
        }

        @Override
        public void close() {
            owners.handBack().toCompletableFuture().join();
            config.close();
            owners.close();
        }
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            LockSupport.parkNanos(10_000_000);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Test
    void aQuotaIsExactAndSurvivesThatAllNodesStop() throws Exception {
        LimitSpec month = new LimitSpec.Quota(50, Window.MONTH);
        int port = freePort();
        long before;
        try (Node node = new Node(directory, port)) {
            before = node.passed(month, "a", 30);
            assertThat(before).isEqualTo(30);
            assertThat(node.passed(LimitSpec.Rate.of(5, Duration.ofHours(1), 5), "b", 9))
                    .isEqualTo(5);
        }
        try (Node node = new Node(directory, port)) {
            assertThat(node.passed(month, "a", 30)).isEqualTo(20);
        }
    }
}
