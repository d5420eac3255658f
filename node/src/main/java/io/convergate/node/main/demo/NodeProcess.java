package io.convergate.node.main.demo;

import io.convergate.node.main.Main;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A node in a process of its own, as {@code convergate node} starts it. It ends with this process whatever happens: its
 * standard input is a pipe from here, and it stops when that closes. No signal is sent to it: Ctrl-C reaches a whole group of
 * processes, so the node may have had one already, and a second would end it at once.
 */
final class NodeProcess implements AutoCloseable {
    private static final int STOP_SECONDS = 15;
    private static final int LOG_LINES = 15;

    private final Site site;
    private final Process process;
    private final Path log;

    private NodeProcess(Site site, Process process, Path log) {
        this.site = site;
        this.process = process;
        this.log = log;
    }

    /**
     * Starts a node.
     *
     * @param seeds the addresses of all of them
     * @param directory for its data and its log
     * @param options what else it is told
     * @throws IOException if there can be no process
     */
    static NodeProcess start(Site site, List<Site> seeds, Path directory, List<String> options) throws IOException {
        Path log = directory.resolve(site.name() + ".log");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+IgnoreUnrecognizedVMOptions",
                "--sun-misc-unsafe-memory-access=allow",
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(
                "node",
                "--name=" + site.name(),
                "--host=" + site.host(),
                "--seeds="
                        + seeds.stream()
                                .map(s -> s.host() + ":" + s.clusterPort())
                                .collect(Collectors.joining(",")),
                "--data=" + directory.resolve(site.name()),
                "--admin-port=" + site.adminPort(),
                "--cluster-port=" + site.clusterPort(),
                "--port-map=80=" + site.httpPort(),
                "--unready-for=0s",
                "--drain-timeout=2s",
                "--leave-timeout=5s",
                "--access-log=off",
                "--stop-with-stdin"));
        command.addAll(options);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().keySet().removeIf(variable -> variable.startsWith("CONVERGATE_"));
        return new NodeProcess(site, builder.start(), log);
    }

    Site site() {
        return site;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    /** The end of its log. */
    String lastWords() {
        try {
            List<String> lines = Files.readAllLines(log, StandardCharsets.UTF_8);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
        } catch (IOException e) {
            return "(no log: " + e.getMessage() + ")";
        }
    }

    /** Tells it to stop, and returns at once. */
    void tell() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            // A pipe that broke: the node has ended already.
        }
    }

    /** Ends every node that this process has started, at once and out of order. */
    static void killAll() {
        ProcessHandle.current().children().forEach(ProcessHandle::destroyForcibly);
    }

    /** Stops it, by force if it takes too long, and waits until it is gone. */
    @Override
    public void close() {
        tell();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
