package io.convergate.node.telemetry.trace;

import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.ToIntFunction;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends spans to a collector, by OTLP over HTTP. Loops only put what they have into a bounded queue, which wakes nobody; one thread
 * looks into it five times a second, makes spans and sends them when there is a batch or a second has passed: a request to the
 * collector costs as much as dozens of spans. What finds no room, or cannot be sent in time, is lost and
 * counted.
 *
 * @param <R> what spans are made of
 */
public final class SpanExport<R> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SpanExport.class);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long SEND_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int BATCH_MAX = 512;
    private static final long CLOSE_MS = 5_000;

    /** The exporter logs every failure; this class says it once. Held, as the JDK forgets loggers that nobody has. */
    private static final java.util.logging.Logger EXPORTER_LOG = java.util.logging.Logger.getLogger("io.opentelemetry");

    private final URI endpoint;
    private final long timeoutMs;
    private final ArrayBlockingQueue<R> queue;
    /** So many are sent at once: a batch, or half of a small queue. */
    private final int enough;

    private final ToIntFunction<R> size;
    private final BiConsumer<R, List<SpanData>> spans;
    private final Outcomes outcomes;
    private final SpanExporter exporter;
    private final Thread thread;
    private boolean failing;
    private volatile boolean closed;

    /** What became of spans. */
    public record Outcomes(LongAdder sent, LongAdder failed, LongAdder dropped) {}

    private SpanExport(
            URI endpoint,
            TraceSettings settings,
            ToIntFunction<R> size,
            BiConsumer<R, List<SpanData>> spans,
            Outcomes outcomes) {
        this.endpoint = endpoint;
        this.timeoutMs = settings.timeout().toMillis();
        this.queue = new ArrayBlockingQueue<>(settings.queueMax());
        this.enough = Math.min(BATCH_MAX, settings.queueMax() / 2);
        this.size = size;
        this.spans = spans;
        this.outcomes = outcomes;
        this.exporter = exporter(endpoint, settings);
        this.thread = new Thread(this::run, "trace-export");
        thread.setDaemon(true);
    }

    /**
     * Starts it.
     *
     * @param size how many spans something makes
     * @param spans makes them and adds them to a list
     * @throws IllegalArgumentException if the endpoint or the certificates are none
     */
    public static <R> SpanExport<R> start(
            URI endpoint,
            TraceSettings settings,
            ToIntFunction<R> size,
            BiConsumer<R, List<SpanData>> spans,
            Outcomes outcomes) {
        EXPORTER_LOG.setLevel(Level.OFF);
        SpanExport<R> export = new SpanExport<>(endpoint, settings, size, spans, outcomes);
        export.thread.start();
        return export;
    }

    private static SpanExporter exporter(URI endpoint, TraceSettings settings) {
        OtlpHttpSpanExporterBuilder builder = OtlpHttpSpanExporter.builder()
                .setEndpoint(endpoint.toString())
                .setConnectTimeout(settings.timeout())
                .setTimeout(settings.timeout())
                .setHeaders(settings.headers());
        settings.authorities().ifPresent(builder::setTrustedCertificates);
        return builder.build();
    }

    /** Hands something over to be sent. Any thread; never waits. */
    @SuppressWarnings("CheckReturnValue") // the count is all that is left to do
    public void offer(R finished) {
        if (!queue.offer(finished)) {
            outcomes.dropped.add(size.applyAsInt(finished));
        }
    }

    private void run() {
        long sentNanos = System.nanoTime();
        while (!closed) {
            LockSupport.parkNanos(LOOK_NANOS);
            if (queue.size() >= enough || System.nanoTime() - sentNanos >= SEND_NANOS) {
                while (!closed && sendBatch()) {
                    // the next one at once
                }
                sentNanos = System.nanoTime();
            }
        }
    }

    /** Sends what is there, or a part of it; whether there was anything. */
    private boolean sendBatch() {
        List<R> batch = new ArrayList<>(BATCH_MAX);
        if (queue.drainTo(batch, BATCH_MAX) == 0) {
            return false;
        }
        List<SpanData> made = new ArrayList<>(BATCH_MAX * 2);
        for (R finished : batch) {
            spans.accept(finished, made);
        }
        CompletableResultCode result = exporter.export(made).join(timeoutMs, TimeUnit.MILLISECONDS);
        (result.isSuccess() ? outcomes.sent : outcomes.failed).add(made.size());
        tell(result);
        return true;
    }

    private void tell(CompletableResultCode result) {
        if (result.isSuccess() == failing) {
            failing = !result.isSuccess();
            if (failing) {
                LOG.warn(
                        "Traces cannot be sent to {} and are lost: {}", endpoint, reason(result.getFailureThrowable()));
            } else {
                LOG.info("Traces are sent to {} again", endpoint);
            }
        }
    }

    private static String reason(@Nullable Throwable failure) {
        if (failure == null) {
            return "no answer in time";
        }
        return failure.getCause() == null ? "the collector refused them" : String.valueOf(failure.getCause());
    }

    /** Sends what is there; returns after some seconds at most. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CLOSE_MS);
        try {
            thread.join(CLOSE_MS);
            while (!thread.isAlive() && System.nanoTime() < end && !failing && sendBatch()) {
                // what is left
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (R left = queue.poll(); left != null; left = queue.poll()) {
            outcomes.dropped.add(size.applyAsInt(left));
        }
        exporter.shutdown();
    }
}
