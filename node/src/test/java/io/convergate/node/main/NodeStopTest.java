package io.convergate.node.main;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergate.node.main.TestNode.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(240)
class NodeStopTest {
    @TempDir
    private Path directory;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void endWhatATestLeft() {
        started.forEach(Process::destroyForcibly);
    }

    @Test
    void aNodeThatStopsIsUnreadyButAliveUntilItsRequestsAreFinished() throws Exception {
        try (TestNode node = new TestNode(directory.resolve("data"))) {
            CompletionStage<List<String>> stopped = node.stop();

            Answer ready = node.get("/readyz");
            assertThat(ready.status()).isEqualTo(503);
            assertThat(ready.text()).isEqualTo("not ready: stopping\n");
            assertThat(node.get("/livez").status()).isEqualTo(200);
            assertThat(stopped.toCompletableFuture()).isNotDone();

            node.edge.drained.complete(null);
            assertThat(stopped.toCompletableFuture()).succeedsWithin(Duration.ofSeconds(30));
        }
    }

    @Test
    void theFirstSignalStopsTheProcessInOrderWithZero() throws Exception {
        int adminPort = TestNode.freePort();
        Process process = start(adminPort);

        awaitOutput(process, "admin API  http://127.0.0.1:" + adminPort);
        process.toHandle().destroy();

        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output()).isEqualTo(ExitCode.OK);
        assertThat(output()).contains("finishing requests in flight", "leaving the cluster", "stopped");
    }

    @Test
    void theSecondSignalEndsTheProcessAtOnce() throws Exception {
        Process process = start(TestNode.freePort(), "--unready-for=1h");

        awaitOutput(process, "admin API");
        process.toHandle().destroy();
        awaitOutput(process, "/readyz is off");
        process.toHandle().destroy();

        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(128 + 15);
    }

    @Test
    void aNodeWhoseProgramIsTakenAwayStopsAllTheSameAndSaysSo() throws Exception {
        Path program = directory.resolve("program");
        Path classes = Path.of(
                Main.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        String classPath = System.getProperty("java.class.path");
        assertThat(classPath).contains(classes.toString());
        everythingBelow(classes, file -> Files.copy(file, program.resolve(classes.relativize(file))));
        Process process = startFrom(classPath.replace(classes.toString(), program.toString()), TestNode.freePort());

        // The last line of what a person sees first: all is there that a start needs.
        awaitOutput(process, "  data  ");
        everythingBelow(program, file -> {
            if (file.toString().endsWith(".class")) {
                Files.delete(file);
            }
        });
        process.toHandle().destroy();

        assertThat(process.waitFor(90, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output()).isEqualTo(ExitCode.FAILED);
        assertThat(output()).contains("the program has changed under the running process", "NoClassDefFoundError");
    }

    private interface FileAction {
        void run(Path file) throws IOException;
    }

    private static void everythingBelow(Path root, FileAction action) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.toList()) {
                action.run(file);
            }
        }
    }

    @Test
    void aNodeWhoseAdminPortIsTakenSaysSoAndEnds() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            Process process = start(taken.getLocalPort());

            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(output()).isEqualTo(ExitCode.FAILED);
            assertThat(output()).contains("cannot start: --admin-port " + taken.getLocalPort() + " (expected: ");
        }
    }

    private Process start(int adminPort, String... more) throws Exception {
        return startFrom(System.getProperty("java.class.path"), adminPort, more);
    }

    private Process startFrom(String classPath, int adminPort, String... more) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "-cp",
                classPath,
                Main.class.getName(),
                "node",
                "--unready-for=0s",
                "--data=" + directory.resolve("data"),
                "--admin-port=" + adminPort,
                "--cluster-port=" + TestNode.freePort()));
        command.addAll(List.of(more));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("CONVERGATE_"));
        Process process = builder.start();
        started.add(process);
        return process;
    }

    private void awaitOutput(Process process, String text) {
        TestNode.await(() -> {
            assertThat(process.isAlive()).as(output()).isTrue();
            return output().contains(text);
        });
    }

    private String output() {
        try {
            return Files.readString(directory.resolve("log"), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError("no log", e);
        }
    }
}
