package io.convergate.node.limits.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.config.ActivationReport;
import io.convergate.config.ReplicatedConfig;
import io.convergate.config.ReplicatedConfigSettings;
import io.convergate.node.limits.Charge;
import io.convergate.node.limits.KeyedLimit;
import io.convergate.node.limits.LimitRuntime;
import io.convergate.node.limits.LimitSettings;
import io.convergate.node.limits.NodeLimits;
import io.convergate.node.telemetry.Telemetry;
import io.convergate.routing.action.RateLimit;
import io.convergate.routing.limit.Grant;
import io.convergate.routing.limit.KeyHash;
import io.convergate.routing.limit.LimitKey;
import io.convergate.routing.limit.LimitSpec;
import io.convergate.routing.model.ResourceKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A node's limits and the cluster they are shared in: 127.0.0.N, all with one port. It waits for owners as long as it takes. */
final class LimitNode implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final NodeLimits limits;
    private final ShardedOwners owners;
    private final ReplicatedConfig config;
    private final KeyHash hash = new KeyHash();

    /** Starts it, and waits until it is in a cluster of so many and reaches all owners. */
    LimitNode(Telemetry telemetry, int number, int port, List<String> seeds, Path directory) {
        limits = new NodeLimits(telemetry, new LimitSettings(1_000, Duration.ofSeconds(30)));
        owners = ShardedOwners.open(limits, directory, seeds.size(), telemetry);
        config = ReplicatedConfig.open(
                ReplicatedConfigSettings.of("n" + number, "127.0.0." + number, port, seeds, directory),
                (view, past) -> new ActivationReport(true, List.of()),
                List.of(owners));
    }

    ShardedOwners owners() {
        return owners;
    }

    static LimitKey key(String client) {
        return new KeyHash().begin(1, 2).addPart(client).end().key();
    }

    private KeyedLimit keyed(LimitSpec spec, RateLimit.Mode mode, String client) {
        LimitRuntime limit = limits.attach(new RateLimit.Info(
                new ResourceKey("convergate.io", "RateLimitPolicy", "default", "p"),
                1,
                client,
                spec,
                mode,
                RateLimit.OnUnavailable.CLOSED,
                false));
        return limit.key(hash.begin(1, 2).addPart(client).end(), limit.nanoTime());
    }

    /** Sends one request of a client; whether it passes. */
    boolean request(LimitSpec spec, RateLimit.Mode mode, String client) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            assertThat(System.nanoTime()).as("no answer of an owner").isLessThan(end);
            KeyedLimit key = keyed(spec, mode, client);
            KeyedLimit.Answer answer = key.take(1, System.nanoTime());
            if (answer != KeyedLimit.Answer.WAIT) {
                return answer == KeyedLimit.Answer.PASSED;
            }
            if (mode == RateLimit.Mode.STRICT) {
                CompletableFuture<Grant> granted = new CompletableFuture<>();
                Charge charge = key.reserve(1, granted::complete);
                boolean passes =
                        granted.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).tokens() == 1;
                if (passes) {
                    charge.commit();
                }
                return passes;
            }
            CountDownLatch again = new CountDownLatch(1);
            Runnable waiting = again::countDown;
            assertThat(key.await(waiting)).isTrue();
            if (!again.await(10, TimeUnit.SECONDS)) { // lost; it is asked again
                key.abandon(waiting);
            }
        }
    }

    /** A request in flight is over. */
    void finished(LimitSpec spec, String client) {
        keyed(spec, RateLimit.Mode.LEASED, client).giveBack(1, false, System.nanoTime());
    }

    /** Sends so many requests, and tells how many pass. */
    long passed(LimitSpec spec, RateLimit.Mode mode, String client, int requests) throws Exception {
        long passed = 0;
        for (int i = 0; i < requests; i++) {
            passed += request(spec, mode, client) ? 1 : 0;
        }
        return passed;
    }

    static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            LockSupport.parkNanos(10_000_000);
        }
    }

    void awaitMembers(int count) {
        await(() -> owners.available() && owners.nodes() == count && !owners.isWarmingUp());
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.9"), 0));
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        owners.handBack().toCompletableFuture().join();
        config.stop(Duration.ofSeconds(20)).toCompletableFuture().join();
        config.close();
        owners.close();
    }
}
