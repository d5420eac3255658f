package io.convergate.loadgen.origin;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The file in which an origin writes down what it saw. A thread of its own takes what there is every {@value #FLUSH_MS} ms, writes it and flushes
 * it to the system, so that a killed process loses no more than that. At most {@value #WAITING_MAX} requests wait; what is more, or cannot be
 * written, is left out and counted, and a line of the file says so. Thread-safe.
 */
final class LogFile implements AutoCloseable {
    /** From a request to its line. */
    static final int FLUSH_MS = 20;

    static final int WAITING_MAX = 65_536;

    private static final int CLOSE_WITHIN_MS = 5_000;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final BlockingQueue<SeenRequest> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
    private final AtomicLong dropped = new AtomicLong();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final OutputStream out;
    private final Thread thread;
    private long droppedTold;

    private LogFile(OutputStream out) {
        this.out = out;
        this.thread = new Thread(this::write, "origin-log");
        thread.setDaemon(true);
    }

    /** A line in place of those that are missing. */
    private record Dropped(long dropped) {}

    /** @throws UncheckedIOException if it cannot be written */
    static LogFile open(Path file) {
        try {
            LogFile log =
                    new LogFile(Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
            log.thread.start();
            return log;
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be written", e);
        }
    }

    /** Never waits. */
    void add(SeenRequest seen) {
        if (!waiting.offer(seen)) {
            dropped.incrementAndGet();
        }
    }

    /** How many requests are missing in the file. */
    long dropped() {
        return dropped.get();
    }

    private void write() {
        List<SeenRequest> batch = new ArrayList<>();
        boolean isLast;
        do {
            try {
                isLast = closing.await(FLUSH_MS, TimeUnit.MILLISECONDS);
            } catch (InterruptedException never) {
                isLast = true;
            }
            waiting.drainTo(batch);
            write(batch);
            batch.clear();
        } while (!isLast);
    }

    private void write(List<SeenRequest> batch) {
        try {
            StringBuilder lines = new StringBuilder();
            for (SeenRequest seen : batch) {
                lines.append(JSON.writeValueAsString(seen)).append('\n');
            }
            long missing = dropped.get();
            if (missing > droppedTold) {
                lines.append(JSON.writeValueAsString(new Dropped(missing - droppedTold)))
                        .append('\n');
            }
            if (!lines.isEmpty()) {
                out.write(lines.toString().getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
            droppedTold = missing;
        } catch (IOException unwritable) {
            dropped.addAndGet(batch.size());
        }
    }

    /** Writes what waits, five seconds at most. */
    @Override
    public void close() {
        closing.countDown();
        try {
            thread.join(CLOSE_WITHIN_MS);
            out.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException("the log of requests cannot be written", e);
        }
    }
}
