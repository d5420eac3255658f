package io.convergate.loadgen.main;

import io.convergate.loadgen.load.IntervalListener;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;

/**
 * Latency as a HdrHistogram log, a line a second, in nanoseconds, so that its usual tools show milliseconds. Used by one thread, and
 * closed by another after it.
 */
final class HdrLog implements IntervalListener, AutoCloseable {
    private static final long LINE_MS = 1_000;

    private final Path file;
    private final PrintStream out;
    private final HistogramLogWriter writer;
    private final Histogram sum = new Histogram(1_000, 3_600_000_000_000L, 3);
    private long lengthMs;

    HdrLog(Path file) throws IOException {
        this.file = file;
        this.out = new PrintStream(Files.newOutputStream(file), false, StandardCharsets.US_ASCII);
        this.writer = new HistogramLogWriter(out);
        writer.outputComment("[convergate load: latency in nanoseconds from the planned start of each request]");
        writer.outputLogFormatVersion();
    }

    @Override
    public synchronized void ended(Instant begun, Duration length, Histogram latency) {
        if (lengthMs == 0) {
            if (sum.getStartTimeStamp() == Long.MAX_VALUE) {
                writer.outputStartTime(begun.toEpochMilli());
                writer.setBaseTime(begun.toEpochMilli());
                writer.outputBaseTime(begun.toEpochMilli());
                writer.outputLegend();
            }
            sum.setStartTimeStamp(begun.toEpochMilli());
        }
        sum.add(latency);
        lengthMs += length.toMillis();
        if (lengthMs >= LINE_MS) {
            line();
        }
    }

    private void line() {
        long start = sum.getStartTimeStamp();
        sum.setEndTimeStamp(start + lengthMs);
        writer.outputIntervalHistogram(sum);
        sum.reset();
        sum.setStartTimeStamp(start);
        lengthMs = 0;
    }

    @Override
    public synchronized void close() {
        if (lengthMs > 0) {
            line();
        }
        out.close();
    }

    /** Takes back what was written: it is not to be reported. */
    void discard() throws IOException {
        close();
        Files.deleteIfExists(file);
    }
}
