package io.convergate.loadgen.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdminClientTest {
    /** What a process that is stopped with SIGSTOP looks like, wherever in its answer that happens. */
    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT)
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1 20",
                "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"
            })
    @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void nodeThatIsFrozenInItsAnswerIsNotReady(String begun) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Socket> frozen = CompletableFuture.supplyAsync(() -> answer(server, begun));
            AdminClient client = new AdminClient("frozen", (InetSocketAddress) server.getLocalSocketAddress());

            assertThat(client.isReady()).isFalse();
            frozen.get(5, TimeUnit.SECONDS).close();
        }
    }

    @Test
    void addressWhereNobodyListensIsNotReady() throws IOException {
        InetSocketAddress address;
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            address = (InetSocketAddress) server.getLocalSocketAddress();
        }
        assertThat(new AdminClient("nobody", address).isReady()).isFalse();
    }

    private static Socket answer(ServerSocket server, String begun) {
        try {
            Socket socket = server.accept();
            socket.getOutputStream().write(begun.getBytes(StandardCharsets.US_ASCII));
            return socket;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
