package io.convergate.loadgen.fault.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergate.loadgen.RefusingPort;
import io.convergate.loadgen.fault.proxy.Toxic.Stream;
import io.convergate.loadgen.fleet.Await;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a link does to bytes. Times are judged from below, where the proxy promises something, and generously from above. */
class FaultProxyTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final FaultProxy proxy = FaultProxy.start(1, 42);
    private final TcpServer echo = TcpServer.echo();
    private ProxyLink link;

    @BeforeEach
    void link() {
        link = proxy.add("link", new InetSocketAddress("127.0.0.1", 0), echo.address());
    }

    @AfterEach
    void end() throws IOException {
        proxy.close();
        echo.close();
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket("127.0.0.1", link.listen().getPort());
        socket.setSoTimeout((int) PATIENCE.toMillis());
        socket.setTcpNoDelay(true);
        return socket;
    }

    private static byte[] random(int bytes) {
        byte[] content = new byte[bytes];
        new Random(bytes).nextBytes(content);
        return content;
    }

    /** Sends and ends, takes what comes back until the end, and tells how long that took. */
    private Duration exchange(byte[] content, int expected) throws IOException {
        try (Socket socket = connect()) {
            long begun = System.nanoTime();
            CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> {
                try {
                    socket.getOutputStream().write(content);
                    socket.shutdownOutput();
                } catch (IOException ended) {
                    // A toxic has ended it; the reader below tells.
                }
            });
            byte[] back = socket.getInputStream().readAllBytes();
            Duration took = Duration.ofNanos(System.nanoTime() - begun);
            assertThat(back).hasSize(expected);
            assertThat(back).isEqualTo(Arrays.copyOf(content, expected));
            sent.join();
            return took;
        }
    }

    private static byte[] roundTrip(Socket socket, byte[] content) throws IOException {
        socket.getOutputStream().write(content);
        return socket.getInputStream().readNBytes(content.length);
    }

    @Test
    void withoutToxicsEverythingPassesUnchanged() throws IOException {
        exchange(random(3_000_000), 3_000_000);
        exchange(new byte[0], 0);
        Await.untilTrue("all connections are gone", PATIENCE, () -> link.connections() == 0);
    }

    @Test
    void aServerThatIsNotThereEndsTheConnection() throws IOException {
        try (RefusingPort nobody = new RefusingPort()) {
            link = proxy.add("nobody", new InetSocketAddress("127.0.0.1", 0), nobody.address());
            try (Socket socket = connect()) {
                assertThat(socket.getInputStream().read()).isEqualTo(-1);
            }
        }
    }

    @Test
    void latencyComesOnTopOfEachDirectionAndGoesWhenItIsRemoved() throws IOException {
        try (Socket socket = connect()) {
            link.put(Toxic.of(Stream.UPSTREAM, new Effect.Latency(150, 0)));
            link.put(Toxic.of(Stream.DOWNSTREAM, new Effect.Latency(100, 20)));
            long begun = System.nanoTime();
            assertThat(roundTrip(socket, random(10))).isEqualTo(random(10));
            assertThat(Duration.ofNanos(System.nanoTime() - begun))
                    .isBetween(Duration.ofMillis(230), Duration.ofSeconds(5));
            link.put(Toxic.of(Stream.UPSTREAM, new Effect.Latency(300_000, 0)));
            socket.getOutputStream().write(random(10));
            link.purify();
            assertThat(socket.getInputStream().readNBytes(10)).isEqualTo(random(10));
        }
    }

    @Test
    void bandwidthIsKept() throws IOException {
        link.put(Toxic.of(Stream.DOWNSTREAM, new Effect.Bandwidth(200)));
        assertThat(exchange(random(200 << 10), 200 << 10)).isBetween(Duration.ofMillis(900), Duration.ofSeconds(8));
    }

    @Test
    void aSlicerMakesPiecesWithPausesBetween() throws IOException {
        link.put(Toxic.of(Stream.UPSTREAM, new Effect.Slicer(10, 5, 2_000)));
        assertThat(exchange(random(1000), 1000)).isBetween(Duration.ofMillis(130), Duration.ofSeconds(8));
    }

    @Test
    void aLimitEndsTheConnectionAfterThatManyBytes() throws IOException {
        link.put(Toxic.of(Stream.DOWNSTREAM, new Effect.LimitData(1234)));
        exchange(random(5000), 1234);
        exchange(random(1000), 1000);
    }

    @Test
    void aTimeoutLetsNothingThroughAndEnds() throws IOException {
        link.put(Toxic.of(Stream.UPSTREAM, new Effect.Timeout(200)));
        assertThat(exchange(random(100), 0)).isBetween(Duration.ofMillis(190), Duration.ofSeconds(5));
    }

    @Test
    void aTimeoutOfZeroHoldsEverythingUntilItIsRemoved() throws IOException {
        link.put(Toxic.of(Stream.UPSTREAM, new Effect.Timeout(0)));
        try (Socket socket = connect()) {
            socket.getOutputStream().write(random(100));
            socket.setSoTimeout(200);
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
            link.remove("timeout_upstream");
            socket.setSoTimeout((int) PATIENCE.toMillis());
            assertThat(socket.getInputStream().readNBytes(100)).isEqualTo(random(100));
        }
    }

    @Test
    void aResetIsSeenAsOne() throws IOException {
        link.put(Toxic.of(Stream.DOWNSTREAM, new Effect.ResetPeer(50)));
        try (Socket socket = connect()) {
            assertThatThrownBy(() -> socket.getInputStream().read())
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
        }
    }

    @Test
    void aResetOfTheServerReachesTheClientAsOne() throws IOException {
        try (TcpServer resetting = TcpServer.of(connection -> {
            connection.getInputStream().read();
            connection.setSoLinger(true, 0);
            connection.close();
        })) {
            ProxyLink other = proxy.add("other", new InetSocketAddress("127.0.0.1", 0), resetting.address());
            try (Socket socket = new Socket("127.0.0.1", other.listen().getPort())) {
                socket.setSoTimeout((int) PATIENCE.toMillis());
                socket.getOutputStream().write(1);
                assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketException.class);
            }
        }
    }

    @Test
    void aSlowCloseTellsTheEndLater() throws IOException {
        link.put(Toxic.of(Stream.DOWNSTREAM, new Effect.SlowClose(300)));
        assertThat(exchange(random(10), 10)).isBetween(Duration.ofMillis(290), Duration.ofSeconds(5));
    }

    @Test
    void lossDelaysAndLosesNothing() throws IOException {
        link.put(Toxic.of(Stream.UPSTREAM, new Effect.Loss(0.2, 20)));
        // 69 segments, so some 17 retransmissions; fewer than 3 would be a chance of one in ten thousand, and the seed
        // is fixed.
        assertThat(exchange(random(100_000), 100_000)).isBetween(Duration.ofMillis(60), PATIENCE);
    }

    @Test
    void aToxicMeetsTheShareOfConnectionsThatItsToxicitySays() throws IOException {
        link.put(new Toxic("some", Stream.DOWNSTREAM, 0.5, new Effect.LimitData(1)));
        int met = 0;
        for (int i = 0; i < 60; i++) {
            try (Socket socket = connect()) {
                socket.getOutputStream().write(random(10));
                socket.shutdownOutput();
                met += socket.getInputStream().readAllBytes().length == 1 ? 1 : 0;
            }
        }
        assertThat(met).isBetween(15, 45);
    }

    @Test
    void aDisabledLinkRefusesAndEndsWhatIsOpen() throws IOException {
        try (Socket socket = connect()) {
            roundTrip(socket, random(1));
            link.disable();
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
            assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
        }
        link.enable();
        exchange(random(10), 10);
    }

    @Test
    void aReceiverThatDoesNotReadStopsTheSender() throws Exception {
        try (TcpServer deaf = TcpServer.of(connection -> {})) {
            ProxyLink other = proxy.add("deaf", new InetSocketAddress("127.0.0.1", 0), deaf.address());
            try (Socket socket = new Socket("127.0.0.1", other.listen().getPort())) {
                AtomicLong sent = new AtomicLong();
                Thread sender = new Thread(() -> {
                    byte[] piece = new byte[64 << 10];
                    try {
                        while (sent.get() < 256L << 20) {
                            socket.getOutputStream().write(piece);
                            sent.addAndGet(piece.length);
                        }
                    } catch (IOException closed) {
                        // The test is over.
                    }
                });
                sender.start();
                long[] last = {-1};
                Await.untilTrue("the sender stands still", PATIENCE, () -> {
                    long now = sent.get();
                    boolean stands = now > 0 && now == last[0];
                    last[0] = now;
                    sender.join(300);
                    return stands;
                });
                // What the kernel buffers on both sides, and little more.
                assertThat(sent.get()).isLessThan(64L << 20);
                assertThat(sender.isAlive()).isTrue();
            }
        }
    }
}
