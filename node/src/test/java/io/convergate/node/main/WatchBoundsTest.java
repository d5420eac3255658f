package io.convergate.node.main;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Watches have bounds: in number, and in what waits for a client that does not read. Over sockets that the test reads itself. */
@Timeout(120)
class WatchBoundsTest {
    private static final String SETTINGS = "convergate.admin.kubernetes.";
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final int WATCHES_MAX = 3;
    private static final int WRITES = 40;
    private static final int VALUE_BYTES = 200_000;

    @TempDir
    private static Path directory;

    private static TestNode node;

    @BeforeAll
    static void start() throws Exception {
        System.setProperty(SETTINGS + "watches-max", String.valueOf(WATCHES_MAX));
        System.setProperty(SETTINGS + "watch-bytes-max", "512 KiB");
        ConfigFactory.invalidateCaches();
        node = new TestNode(directory.resolve("data"));
    }

    @AfterAll
    static void stop() {
        System.clearProperty(SETTINGS + "watches-max");
        System.clearProperty(SETTINGS + "watch-bytes-max");
        ConfigFactory.invalidateCaches();
        node.close();
    }

    /** A watch, of which only the head of the response has been read. */
    private record Opened(Socket socket, InputStream in, String status) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            socket.setSoLinger(true, 0); // a reset, which the other side notices at once
            socket.close();
        }
    }

    private static Opened watch(String list) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4_096);
        socket.setSoTimeout(30_000);
        socket.connect(new InetSocketAddress("127.0.0.1", node.address().getPort()));
        socket.getOutputStream()
                .write(("GET " + list + "?watch=true HTTP/1.1\r\nHost: localhost\r\n\r\n")
                        .getBytes(StandardCharsets.UTF_8));
        InputStream in = new BufferedInputStream(socket.getInputStream(), 1);
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("no head: " + head);
            }
            head.append((char) next);
        }
        return new Opened(socket, in, head.substring("HTTP/1.1 ".length(), "HTTP/1.1 200".length()));
    }

    @Test
    void aClientThatDoesNotReadIsCutOffAndTheOthersAreServed() throws IOException {
        try (Opened slow = watch(MAPS)) {
            assertThat(slow.status()).isEqualTo("200");
            for (int i = 0; i < WRITES; i++) {
                String value = "x".repeat(VALUE_BYTES - i);
                assertThat(node.post(
                                        "/apply",
                                        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: big}\ndata: {v: " + value
                                                + "}")
                                .status())
                        .isEqualTo(200);
            }

            Ended ended = readToTheEnd(slow.in());
            assertThat(ended.bytes())
                    .as("what was thrown away never comes")
                    .isLessThan((long) WRITES * VALUE_BYTES / 2);
            assertThat(ended.whole())
                    .as("it does not look like a watch that ended in order")
                    .isFalse();
        }
        assertThat(node.get(MAPS + "/big").status()).isEqualTo(200);
    }

    private record Ended(long bytes, boolean whole) {}

    private static Ended readToTheEnd(InputStream in) {
        long bytes = 0;
        byte[] buffer = new byte[1 << 16];
        String tail = "";
        try {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                bytes += read;
                String last = tail + new String(buffer, 0, read, StandardCharsets.ISO_8859_1);
                tail = last.substring(Math.max(0, last.length() - 7));
            }
        } catch (IOException reset) {
            return new Ended(bytes, false);
        }
        return new Ended(bytes, tail.endsWith("\r\n0\r\n\r\n"));
    }

    @Test
    void oneWatchTooManyIsToldToComeBackAndOneThatEndsMakesRoom() throws IOException {
        List<Opened> open = new ArrayList<>();
        try {
            TestNode.await(() -> opens(MAPS, open)); // one of another test may still be ending
            TestNode.await(() -> opens("/api/v1/events", open));
            TestNode.await(() -> opens("/apis/networking.istio.io/v1/gateways", open));

            assertThat(node.get(MAPS + "?watch=true").status()).isEqualTo(429);
            assertThat(node.get("/api/v1/events?watch=true").header("Retry-After"))
                    .isEqualTo("1");

            open.remove(1).close();
            TestNode.await(() -> opens("/api/v1/events", open));
        } finally {
            for (Opened one : open) {
                one.close();
            }
        }
    }

    private static boolean opens(String list, List<Opened> open) {
        try {
            Opened one = watch(list);
            if (one.status().equals("200")) {
                return open.add(one);
            }
            one.close();
            return false;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
