package io.convergate.system.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A node that {@code ./convergate node} runs in a process of its own, on an address and with a data directory of its own.
 * It can be stopped, killed, frozen and started again; its log goes on in the same file. It ends with the tests whatever
 * happens: its standard input is a pipe from here, and it stops when that closes. Not safe for use by several threads.
 */
public final class NodeProcess implements AutoCloseable {
    static final int ADMIN_PORT = 8001;
    static final int CLUSTER_PORT = 17355;

    /** Where a node binds what a Gateway calls port 80. */
    public static final int HTTP_PORT = 10080;

    private static final Duration STOP_DEADLINE = Duration.ofSeconds(30);
    private static final int LAST_LINES = 12;

    /** Small and quick to start: several of them share two cores with a build. */
    private static final String JVM = "-Xmx256m -XX:-UseG1GC -XX:+UseSerialGC -XX:TieredStopAtLevel=1";

    private final String name;
    private final String host;
    private final List<String> seeds;
    private final Path directory;
    private final AdminClient admin;
    private @Nullable Process process;

    /**
     * @param seeds where it looks for its cluster
     * @param directory for its data and its log
     */
    NodeProcess(String name, String host, List<String> seeds, Path directory) {
        this.name = name;
        this.host = host;
        this.seeds = List.copyOf(seeds);
        this.directory = directory;
        this.admin = new AdminClient(name, host, ADMIN_PORT);
        Runtime.getRuntime().addShutdownHook(new Thread(this::kill, "end-" + name));
    }

    public String name() {
        return name;
    }

    public String host() {
        return host;
    }

    /** Its admin API. */
    public AdminClient admin() {
        return admin;
    }

    /** Where it serves what a Gateway calls port 80. */
    public InetSocketAddress http() {
        return listener(HTTP_PORT);
    }

    /** Where it serves a port. */
    public InetSocketAddress listener(int port) {
        return new InetSocketAddress(host, port);
    }

    /** Starts it, and returns at once. */
    public void start() {
        if (isAlive()) {
            throw new IllegalStateException(name + " runs already");
        }
        try {
            Files.createDirectories(directory);
            ProcessBuilder builder = new ProcessBuilder(command())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
            builder.environment().keySet().removeIf(variable -> variable.startsWith("CONVERGATE_"));
            builder.environment().put("CONVERGATE_JAVA_HOME", System.getProperty("java.home"));
            builder.environment().put("CONVERGATE_JAVA_OPTS", JVM);
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(name + " cannot be started", e);
        }
        Timeline.say("%s starts on %s", name, host);
    }

    private List<String> command() {
        Path home = Path.of(System.getProperty("convergate.home", "../..")).toAbsolutePath();
        List<String> command =
                new ArrayList<>(List.of(home.normalize().resolve("convergate").toString(), "node"));
        command.addAll(List.of("--name=" + name, "--host=" + host, "--seeds=" + String.join(",", seeds)));
        command.addAll(List.of("--admin-port=" + ADMIN_PORT, "--cluster-port=" + CLUSTER_PORT));
        command.addAll(List.of("--port-map=80=" + HTTP_PORT, "--data=" + directory.resolve(name)));
        command.addAll(List.of("--unready-for=1s", "--drain-timeout=10s", "--leave-timeout=5s"));
        command.addAll(List.of("--access-log=off", "--stop-with-stdin"));
        return command;
    }

    public boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** Waits until {@code /readyz} says yes, and tells how long that took. */
    public Duration awaitReady(Duration deadline) {
        Duration took = Await.untilTrue(name + " is ready", deadline, () -> {
            if (!isAlive()) {
                throw new IllegalStateException(name + " has ended:\n" + lastWords());
            }
            return admin.isReady();
        });
        Timeline.say("%s is ready after %s", name, Timeline.seconds(took));
        return took;
    }

    /** Waits until its admin API answers, ready or not. */
    public void awaitAdmin(Duration deadline) {
        Await.until(name + " answers", deadline, () -> Optional.of(admin.status()));
    }

    /** Tells it to stop (SIGTERM), and returns at once. */
    public void terminate() {
        running().toHandle().destroy();
        Timeline.say("%s is told to stop", name);
    }

    /** Waits until it has ended, and tells its exit code. */
    public int awaitEnd() {
        try {
            if (!running().waitFor(STOP_DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError(name + " has not stopped within " + STOP_DEADLINE.toSeconds() + " s");
            }
            Timeline.say("%s has ended", name);
            return running().exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Ends it at once (SIGKILL). Does nothing if it does not run. */
    public void kill() {
        if (process == null || !process.isAlive()) {
            return;
        }
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Stops its clock (SIGSTOP). */
    public void freeze() {
        signal("STOP");
        Timeline.say("%s is frozen", name);
    }

    /** Lets its clock go on (SIGCONT). */
    public void thaw() {
        signal("CONT");
        Timeline.say("%s goes on", name);
    }

    private void signal(String signal) {
        try {
            int code = new ProcessBuilder(
                            "kill", "-" + signal, Long.toString(running().pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
            if (code != 0) {
                throw new IllegalStateException("kill -" + signal + " failed for " + name);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private Process running() {
        if (process == null) {
            throw new IllegalStateException(name + " was never started");
        }
        return process;
    }

    /** Its log, over all its starts. */
    public Path log() {
        return directory.resolve(name + ".log");
    }

    /** How many lines of its log contain {@code text}. */
    public long logged(String text) {
        try (var lines = Files.lines(log(), StandardCharsets.UTF_8)) {
            return lines.filter(line -> line.contains(text)).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The end of its log. */
    public String lastWords() {
        try {
            List<String> lines = Files.readAllLines(log(), StandardCharsets.UTF_8);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
        } catch (IOException e) {
            return "(no log: " + e.getMessage() + ")";
        }
    }

    @Override
    public void close() {
        kill();
    }

    @Override
    public String toString() {
        return name;
    }
}
