package io.convergate.node.main;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The real kubectl, against a server, without any configuration or cache of whoever runs the tests. */
final class Kubectl {
    private static final long TIMEOUT_SECONDS = 60;

    private final URI server;
    private final Path home;

    /** @param home a directory for its cache, and for what it prints */
    Kubectl(URI server, Path home) throws IOException {
        this.server = server;
        this.home = Files.createDirectories(home);
    }

    /** Skips a test where there is no kubectl. */
    static void assumeThere() {
        boolean there;
        try {
            there = new ProcessBuilder("kubectl", "version", "--client").start().waitFor() == 0;
        } catch (IOException e) {
            there = false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            there = false;
        }
        assumeTrue(there, "kubectl is not installed");
    }

    /** What came of it. */
    record Run(int exitCode, String out, String err) {
        /** Both outputs, for messages. */
        String all() {
            return "exit code " + exitCode + "\n" + out + err;
        }
    }

    /** Runs it and fails if it does not end in a minute. */
    Run run(String... arguments) {
        return run(Map.of(), "", arguments);
    }

    /** Runs it with something on its standard input. */
    Run with(String input, String... arguments) {
        return run(Map.of(), input, arguments);
    }

    /** Runs it with more variables in its environment. */
    Run run(Map<String, String> environment, String input, String... arguments) {
        try {
            Started started = start(environment, arguments);
            try (OutputStream in = started.process().getOutputStream()) {
                in.write(input.getBytes(StandardCharsets.UTF_8));
            }
            return started.end();
        } catch (IOException e) {
            throw new AssertionError("kubectl cannot be run", e);
        }
    }

    /** Starts it and goes on. */
    Started start(String... arguments) throws IOException {
        return start(Map.of(), arguments);
    }

    private Started start(Map<String, String> environment, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("kubectl", "--server=" + server));
        command.addAll(List.of(arguments));
        Path out = Files.createTempFile(home, "out", "");
        Path err = Files.createTempFile(home, "err", "");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().put("HOME", home.toString());
        builder.environment().put("KUBECONFIG", "/dev/null");
        builder.environment().putAll(environment);
        return new Started(builder.start(), out, err);
    }

    /** One that runs. */
    record Started(Process process, Path out, Path err) {
        /** What it has printed so far. */
        String printed() {
            try {
                return Files.readString(out);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        /** Waits for its end. */
        Run end() {
            try {
                if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    throw new AssertionError("kubectl did not end in " + TIMEOUT_SECONDS + "s: " + printed());
                }
                return new Run(process.exitValue(), printed(), Files.readString(err));
            } catch (IOException e) {
                throw new AssertionError(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError(e);
            }
        }

        /** Ends it. */
        void stop() {
            process.destroy();
            end();
        }
    }
}
