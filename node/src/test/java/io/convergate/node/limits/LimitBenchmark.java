package io.convergate.node.limits;

import io.convergate.node.telemetry.Telemetry;
import io.convergate.node.telemetry.TelemetrySettings;
import io.convergate.routing.action.RateLimit;
import io.convergate.routing.limit.KeyHash;
import io.convergate.routing.limit.LimitSpec;
import io.convergate.routing.model.ResourceKey;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Time and allocation of one decision: the key of a client's address, its entry among others, and a token, from a lease or of the
 * node's own count. The owner is in the process and grants what is asked for, as often as leases need it.
 *
 * <pre>{@code
 * mvn -q -Pbench -pl node -am test-compile
 * mvn -q -Pbench -pl node dependency:build-classpath -Dmdep.outputFile=target/cp.txt
 * cp=node/target/test-classes:node/target/classes:$(cat node/target/cp.txt)
 * javac -processor org.openjdk.jmh.generators.BenchmarkProcessor -cp $cp -d node/target/bench \
 *     node/src/test/java/io/convergate/node/limits/LimitBenchmark.java
 * java -cp node/target/bench:$cp org.openjdk.jmh.Main LimitBenchmark -prof gc
 * }</pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class LimitBenchmark {
    @Param({"LEASED", "NODE"})
    public RateLimit.Mode mode;

    /** Clients that take turns. */
    @Param({"1", "1000", "100000"})
    public int clients;

    private Telemetry telemetry;
    private OwnersInProcess owners;
    private LimitRuntime limit;
    private byte[][] addresses;

    /** What a loop of the edge has for itself. */
    @State(Scope.Thread)
    public static class Loop {
        private final KeyHash hash = new KeyHash();
        private int next;
    }

    @Setup
    public void start() {
        telemetry = Telemetry.start(new TelemetrySettings(Map.of(), TelemetrySettings.Format.OFF, Optional.empty()));
        NodeLimits limits = new NodeLimits(telemetry, new LimitSettings(200_000, Duration.ofMillis(50)));
        owners = new OwnersInProcess(1);
        limits.share(owners);
        limit = limits.attach(new RateLimit.Info(
                new ResourceKey("convergate.io", "RateLimitPolicy", "default", "bench"),
                1,
                "r",
                LimitSpec.Rate.of(LimitSpec.AMOUNT_MAX, Duration.ofSeconds(1), LimitSpec.AMOUNT_MAX),
                mode,
                RateLimit.OnUnavailable.CLOSED,
                false));
        addresses = new byte[clients][];
        for (int i = 0; i < clients; i++) {
            addresses[i] = ByteBuffer.allocate(4).putInt(0x0a000000 + i * 7919).array();
        }
    }

    @TearDown
    public void stop() {
        owners.close();
        telemetry.close();
    }

    @Benchmark
    public KeyedLimit.Answer decision(Loop loop) {
        loop.next = loop.next + 1 == clients ? 0 : loop.next + 1;
        long now = System.nanoTime();
        KeyHash key = loop.hash.begin(1, 2).addAddress(addresses[loop.next], 32).end();
        return limit.key(key, now).take(1, now);
    }
}
