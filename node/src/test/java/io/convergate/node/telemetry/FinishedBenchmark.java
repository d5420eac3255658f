package io.convergate.node.telemetry;

import io.convergate.node.telemetry.trace.B3Context;
import io.convergate.node.telemetry.trace.TraceContext;
import io.convergate.node.telemetry.trace.TraceSampling;
import io.convergate.node.telemetry.trace.TraceSettings;
import java.net.InetSocketAddress;
import java.net.URI;
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
 * What a loop pays to write down one small request: its counters, its line, and the trace context of one that is not sampled. Lines go
 * nowhere; what they cost the disk and the collector is for {@code src/bench/eyes}. How to run it is said in {@code LimitBenchmark}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class FinishedBenchmark {
    @Param({"NOTHING", "METRICS", "TEXT", "JSON", "METRICS_AND_TEXT"})
    public Written written;

    private final TraceSampling sampling =
            new TraceSampling(TraceSettings.to(Optional.of(URI.create("http://127.0.0.1:4318/v1/traces")), 0));
    private final RequestRecord record = new RequestRecord();
    private Telemetry telemetry;

    public enum Written {
        NOTHING,
        METRICS,
        TEXT,
        JSON,
        METRICS_AND_TEXT
    }

    @Setup
    public void start() {
        telemetry = Telemetry.start(new TelemetrySettings(
                Map.of(),
                written == Written.METRICS || written == Written.METRICS_AND_TEXT
                        ? TelemetrySettings.Counting.ON
                        : TelemetrySettings.Counting.OFF,
                written == Written.JSON
                        ? TelemetrySettings.Format.JSON
                        : written == Written.TEXT || written == Written.METRICS_AND_TEXT
                                ? TelemetrySettings.Format.TEXT
                                : TelemetrySettings.Format.OFF,
                LogFilter.ALL,
                Optional.of("/dev/null"),
                "bench",
                TraceSettings.OFF));
        record.route = new RouteRecorder("bench/bench-025", "route");
        record.destination = new DestinationRecorder(IstioMetrics.unknown(Map.of()));
        record.startNanos = System.nanoTime();
        record.startEpochMillis = System.currentTimeMillis();
        record.method = "GET";
        record.target = "/api/v1/service-11/items/42";
        record.authority = "host-025.bench.example";
        record.forwardedFor = "127.0.0.1";
        record.requestId = "8b6ee6c5-24d8-4bd0-b5c5-6f6f5c3b4f6e";
        record.upstreamHost = "127.77.0.1:9000";
        record.upstreamName = "outbound|9000||origin.bench.example";
        record.downstream = new InetSocketAddress("127.0.0.1", 54321);
        record.listener = new InetSocketAddress("127.0.0.1", 8080);
        record.traceparent = sampling.begin(B3Context.Decision.DEFERRED).traceparent();
        record.status = 200;
        record.attempts = 1;
        record.bytesSent = 128;
        record.upstreamStartNanos = record.startNanos + 20_000;
    }

    @TearDown
    public void stop() {
        telemetry.close();
    }

    @Benchmark
    public void finished() {
        record.startNanos++;
        record.startEpochMillis += record.startNanos % 50 == 0 ? 1 : 0;
        record.upstreamHeadNanos = record.startNanos + 900_000;
        record.endNanos = record.startNanos + 1_000_000 + (record.startNanos & 0xfffff);
        telemetry.finished(record);
    }

    @Benchmark
    public String traceBegun() {
        TraceContext fresh = sampling.begin(B3Context.Decision.DEFERRED);
        return fresh.isSampled() ? "" : fresh.traceparent();
    }
}
