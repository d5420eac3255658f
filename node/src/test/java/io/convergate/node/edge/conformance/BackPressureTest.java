package io.convergate.node.edge.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.node.edge.fixture.EdgeFixture;
import io.convergate.node.edge.fixture.HttpMessage;
import io.convergate.node.edge.fixture.RawClient;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who reads slowly slows down who writes, and costs the edge no memory. */
class BackPressureTest {
    private static final long BODY_BYTES = 200_000_000;
    /** The kernel holds up to 4 MiB to send and 6 MiB received on either side of the edge; the rest is the edge's. */
    private static final long ON_THE_WAY_BYTES_MAX = 28_000_000;

    private static final long DIRECT_BYTES_MAX = 16_000_000;
    private static final long PAUSE_EVERY_BYTES = 4_000_000;
    private static final byte[] PIECE = new byte[64 * 1024];

    @RegisterExtension
    static final EdgeFixture edge = EdgeFixture.withDefaults();

    private final AtomicLong written = new AtomicLong();

    @Test
    void slowClientSlowsTheOriginDown() throws Exception {
        edge.origin().script(connection -> {
            connection.request();
            connection.send("HTTP/1.1 200 OK|Content-Length: " + BODY_BYTES + "||");
            writeBody(connection::send);
        });
        RawClient client = edge.connectSlowReader().send("GET /big HTTP/1.1\r\nHost: a\r\n\r\n");
        HttpMessage head = client.responseHead();
        SlowSink sink = new SlowSink();
        client.body(head, sink);

        assertThat(sink.received).isEqualTo(BODY_BYTES);
    }

    @Test
    void slowOriginSlowsTheClientDown() throws Exception {
        SlowSink sink = new SlowSink();
        edge.origin().script(connection -> {
            connection.body(connection.requestHead(), sink);
            connection.ok("" + sink.received);
        });
        RawClient client =
                edge.connect().send("POST /big HTTP/1.1\r\nHost: a\r\nContent-Length: " + BODY_BYTES + "\r\n\r\n");
        writeBody(client::send);

        assertThat(client.response().text()).isEqualTo("" + BODY_BYTES);
    }

    @Test
    void bodiesGoBothWaysAtOnce() throws Exception {
        edge.origin().script(connection -> {
            HttpMessage head = connection.requestHead();
            connection.send("HTTP/1.1 200 OK|Content-Length: " + PIECE.length * 256 + "||");
            connection.body(head, new OutputStream() {
                @Override
                public void write(int b) throws IOException {
                    connection.send(new byte[] {(byte) b});
                }

                @Override
                public void write(byte[] from, int offset, int length) throws IOException {
                    connection.send(Arrays.copyOfRange(from, offset, offset + length));
                }
            });
        });
        RawClient client = edge.connect()
                .send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: " + PIECE.length * 256 + "\r\n\r\n");
        CompletableFuture<Integer> echoed = CompletableFuture.supplyAsync(() -> {
            try {
                return client.response().body().length;
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        for (int i = 0; i < 256; i++) {
            client.send(PIECE);
        }

        assertThat(echoed.join()).isEqualTo(PIECE.length * 256);
    }

    private interface Sink {
        Object send(byte[] bytes) throws IOException;
    }

    private void writeBody(Sink sink) throws IOException {
        for (long left = BODY_BYTES; left > 0; left -= PIECE.length) {
            byte[] piece = left < PIECE.length ? new byte[(int) left] : PIECE;
            sink.send(piece);
            written.addAndGet(piece.length);
        }
    }

    /** Every few megabytes it stops until the edge has served someone else, and checks what is on its way. */
    private final class SlowSink extends OutputStream {
        private final long directBefore = PlatformDependent.usedDirectMemory();
        private long received;

        @Override
        public void write(int b) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            if (received / PAUSE_EVERY_BYTES < (received + length) / PAUSE_EVERY_BYTES) {
                for (int i = 0; i < 20; i++) {
                    edge.assertServes();
                }
                assertThat(written.get() - received).as("bytes on the way").isLessThan(ON_THE_WAY_BYTES_MAX);
                assertThat(PlatformDependent.usedDirectMemory() - directBefore)
                        .as("direct memory")
                        .isLessThan(DIRECT_BYTES_MAX);
            }
            received += length;
        }
    }
}
