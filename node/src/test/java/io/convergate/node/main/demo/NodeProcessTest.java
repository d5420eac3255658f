package io.convergate.node.main.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.node.main.CommandFailed;
import io.convergate.node.main.client.AdminClient;
import io.convergate.node.main.client.Credentials;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A real node in a process of its own. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "no signals")
class NodeProcessTest {
    private static final int TRIES = 300;

    @TempDir
    private Path directory;

    /** Ctrl-C in the demo: the terminal signals the whole group, and then the demo tells its nodes, too. */
    @Test
    void aNodeThatHadTheSignalAlreadyStillLeavesInOrder() throws Exception {
        Site site = new Site("only", "127.0.0.1", free(), free(), free());
        Path log = directory.resolve("only.log");
        try (NodeProcess node = NodeProcess.start(site, List.of(site), directory, List.of())) {
            awaitReady(node);
            signal(node, "INT");
        }

        assertThat(log).content().contains("stopping: leaving the cluster").endsWith("stopped\n");
    }

    private static void signal(NodeProcess node, String name) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder(
                        "kill", "-" + name, String.valueOf(node.handle().pid()))
                .start();
        assertThat(kill.waitFor()).isZero();
    }

    private static void awaitReady(NodeProcess node) throws InterruptedException {
        AdminClient client = new AdminClient(
                URI.create("http://" + node.site().host() + ":" + node.site().adminPort()), Credentials.NONE);
        for (int i = 0; i < TRIES; i++) {
            try {
                if (client.get("/readyz", "text/plain").isSuccess()) {
                    return;
                }
            } catch (CommandFailed notYet) {
                assertThat(node.isAlive()).as(node::lastWords).isTrue();
            }
            node.handle()
                    .onExit()
                    .completeOnTimeout(node.handle(), 200, TimeUnit.MILLISECONDS)
                    .join();
        }
        throw new AssertionError("not ready: " + node.lastWords());
    }

    private static int free() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }
}
