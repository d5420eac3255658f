package io.convergate.node.telemetry;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes log lines without making a loop wait for a file (for another thread at most that writes its last few lines, four times a second): each loop fills a buffer of its own, some lines at a time, and hands it over when it
 * is full or a quarter of a second old; one thread writes. If that thread cannot keep up, whole buffers are dropped and counted.
 */
final class AccessLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AccessLog.class);
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final int BUFFERS_WAITING_MAX = 64;

    /** Lines are written so many in a row: one at a time, between all else that a request needs, each costs several times as much. */
    private static final int RECORDS_WAITING_MAX = 64;

    private static final long FLUSH_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final TelemetrySettings.Format format;
    private final OutputStream out;
    private final BlockingQueue<Filled> filled = new ArrayBlockingQueue<>(BUFFERS_WAITING_MAX);
    private final BlockingQueue<byte[]> spare = new ArrayBlockingQueue<>(BUFFERS_WAITING_MAX);
    private final List<Writer> writers = new ArrayList<>();
    private final LongAdder dropped = new LongAdder();
    private final Thread thread;
    private volatile boolean closed;

    /** A buffer with lines, and how many they are. */
    private record Filled(byte[] bytes, int length, int lines) {}

    /** One thread's way into the log. Confined to that thread, but for its flush by the log's own. */
    final class Writer {
        private final LogLine line = new LogLine();
        private final @Nullable RequestRecord[] records = new RequestRecord[RECORDS_WAITING_MAX];
        private int waiting;
        private byte[] buffer = new byte[BUFFER_BYTES];
        private int length;
        private int lines;

        synchronized void write(RequestRecord record) {
            records[waiting++] = record;
            if (waiting == RECORDS_WAITING_MAX) {
                writeWaiting();
            }
        }

        private void writeWaiting() {
            int count = waiting;
            waiting = 0;
            for (int i = 0; i < count; i++) {
                RequestRecord record = records[i];
                records[i] = null;
                if (record != null) {
                    writeNow(record);
                }
            }
        }

        private void writeNow(RequestRecord record) {
            if (format == TelemetrySettings.Format.JSON) {
                line.json(record);
            } else {
                line.text(record);
            }
            if (length + line.length() > BUFFER_BYTES) {
                handOver();
            }
            System.arraycopy(line.bytes(), 0, buffer, length, line.length());
            length += line.length();
            lines++;
        }

        private synchronized void flush() {
            writeWaiting();
            handOver();
        }

        private void handOver() {
            if (length == 0) {
                return;
            }
            if (filled.offer(new Filled(buffer, length, lines))) {
                byte[] next = spare.poll();
                buffer = next == null ? new byte[BUFFER_BYTES] : next;
            } else {
                dropped.add(lines);
            }
            length = 0;
            lines = 0;
        }
    }

    AccessLog(TelemetrySettings.Format format, OutputStream out) {
        this.format = format;
        this.out = out;
        this.thread = new Thread(this::run, "access-log");
        thread.setDaemon(true);
        thread.start();
    }

    /** A new way in, for one thread. */
    synchronized Writer writer() {
        Writer writer = new Writer();
        writers.add(writer);
        return writer;
    }

    /** Lines that were dropped because the file or terminal was too slow. */
    long dropped() {
        return dropped.sum();
    }

    private void run() {
        long flushed = System.nanoTime();
        while (!closed || !filled.isEmpty()) {
            try {
                Filled next = filled.poll(FLUSH_NANOS, TimeUnit.NANOSECONDS);
                if (next != null) {
                    out.write(next.bytes, 0, next.length);
                    keepForReuse(next.bytes);
                }
                if (System.nanoTime() - flushed >= FLUSH_NANOS) {
                    handOverAll();
                    out.flush();
                    flushed = System.nanoTime();
                }
            } catch (IOException | RuntimeException e) {
                LOG.error("The access log cannot be written: {}", e.toString());
            } catch (InterruptedException e) {
                closed = true;
            }
        }
    }

    @SuppressWarnings("CheckReturnValue") // one too many is left to the garbage collector
    private void keepForReuse(byte[] buffer) {
        spare.offer(buffer);
    }

    private void handOverAll() {
        List<Writer> all;
        synchronized (this) {
            all = List.copyOf(writers);
        }
        all.forEach(Writer::flush);
    }

    /** Writes what is there; returns after a second at most. */
    @Override
    public void close() {
        handOverAll();
        closed = true;
        try {
            thread.join(1_000);
            out.flush();
        } catch (IOException e) {
            LOG.error("The access log cannot be written: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
