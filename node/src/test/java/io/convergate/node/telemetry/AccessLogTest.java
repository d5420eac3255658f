package io.convergate.node.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class AccessLogTest {
    private static RequestRecord record(int number) {
        RequestRecord record = new RequestRecord();
        record.method = "GET";
        record.target = "/" + number;
        return record;
    }

    @Test
    void everyLineOfEveryThreadIsWrittenWholeAndOnce() throws InterruptedException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int threads = 4;
        int each = 5_000;
        AccessLog log = new AccessLog(TelemetrySettings.Format.TEXT, out);
        List<Thread> running = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            int from = t * each;
            Thread thread = new Thread(() -> {
                AccessLog.Writer writer = log.writer();
                for (int i = 0; i < each; i++) {
                    writer.write(record(from + i));
                }
            });
            thread.start();
            running.add(thread);
        }
        for (Thread thread : running) {
            thread.join();
        }
        log.close();

        String[] lines = out.toString(StandardCharsets.US_ASCII).split("\n", -1);
        assertThat(log.dropped()).isZero();
        assertThat(lines).hasSize(threads * each + 1);
        assertThat(java.util.Arrays.stream(lines).limit(threads * each).map(line -> line.split(" ")[2]))
                .doesNotHaveDuplicates()
                .contains("/0", "/" + (threads * each - 1));
    }

    @Test
    void lineIsWrittenSoonWithoutAFullBuffer() throws InterruptedException {
        CountDownLatch written = new CountDownLatch(1);
        AccessLog log = new AccessLog(TelemetrySettings.Format.JSON, new OutputStream() {
            @Override
            public void write(int b) {}

            @Override
            public void write(byte[] bytes, int start, int length) {
                written.countDown();
            }
        });
        log.writer().write(record(1));

        written.await();
        log.close();
    }

    @Test
    void stuckWriterMakesNobodyWaitAndWhatIsLostIsCounted() throws InterruptedException {
        StuckStream out = new StuckStream();
        AccessLog log = new AccessLog(TelemetrySettings.Format.TEXT, out);
        AccessLog.Writer writer = log.writer();
        long accepted = 0;
        // Far more than fits: 64 buffers of 64 KiB wait, one is being written, one is being filled.
        long total = 3L * 66 * 64 * 1024 / 80;
        long started = System.nanoTime();
        for (; accepted < total; accepted++) {
            writer.write(record(1_000_000));
        }
        assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(10));
        assertThat(log.dropped()).isPositive().isLessThan(total);

        out.release.countDown();
        log.close();
        assertThat(out.lines + log.dropped()).isEqualTo(total);
    }

    @Test
    void closingDoesNotWaitForAStuckWriterForEver() throws InterruptedException {
        StuckStream out = new StuckStream();
        AccessLog log = new AccessLog(TelemetrySettings.Format.TEXT, out);
        log.writer().write(record(1));
        out.entered.await();

        long started = System.nanoTime();
        log.close();
        assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(10));
        out.release.countDown();
    }

    @Test
    void failingFileEndsNeitherTheLogNorItsWriters() throws InterruptedException {
        CountDownLatch second = new CountDownLatch(2);
        AccessLog log = new AccessLog(TelemetrySettings.Format.TEXT, new OutputStream() {
            @Override
            public void write(int b) {}

            @Override
            public void write(byte[] bytes, int start, int length) throws IOException {
                second.countDown();
                throw new IOException("no space left");
            }
        });
        AccessLog.Writer writer = log.writer();
        while (second.getCount() > 0) {
            assertThatCode(() -> writer.write(record(1))).doesNotThrowAnyException();
        }
        log.close();
    }

    /** Takes nothing until it is released, then counts lines. */
    private static final class StuckStream extends OutputStream {
        final CountDownLatch entered = new CountDownLatch(1);
        final CountDownLatch release = new CountDownLatch(1);
        volatile long lines;

        @Override
        public void write(int b) {}

        @Override
        public void write(byte[] bytes, int start, int length) throws IOException {
            entered.countDown();
            try {
                release.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            long newlines = 0;
            for (int i = start; i < start + length; i++) {
                newlines += bytes[i] == '\n' ? 1 : 0;
            }
            lines += newlines;
        }
    }
}
