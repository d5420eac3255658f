package io.convergate.loadgen.fleet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A place for a process of this machine. Its standard input is a pipe from here, so that a node that was told to stops when this
 * process ends, however it ends; a shutdown hook kills what is left.
 */
final class ProcessMachine implements Machine {
    private final String host;
    private final List<String> prefix;
    private final Thread hook = Hooks.add("end-node", this::kill);
    private volatile @Nullable Process process;

    /** @param prefix what puts a command into its network: empty for this process's own */
    ProcessMachine(String host, List<String> prefix) {
        this.host = host;
        this.prefix = List.copyOf(prefix);
    }

    @Override
    public String host() {
        return host;
    }

    @Override
    public void start(List<String> arguments, Launch launch) {
        List<String> command = new ArrayList<>(prefix);
        command.add(launch.home().resolve("convergate").toString());
        command.addAll(arguments);
        command.add("--stop-with-stdin");
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(launch.log().toFile()));
        builder.environment().keySet().removeIf(variable -> variable.startsWith("CONVERGATE_"));
        builder.environment().put("CONVERGATE_JAVA_HOME", System.getProperty("java.home"));
        builder.environment().putAll(launch.environment());
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException("the node on " + host + " cannot be started", e);
        }
    }

    @Override
    public boolean isAlive() {
        Process now = process;
        return now != null && now.isAlive();
    }

    @Override
    public void signal(Signal signal) {
        switch (signal) {
            case TERM -> running().toHandle().destroy();
            case KILL -> kill();
            default ->
                Command.must("kill", "-" + signal, Long.toString(running().pid()));
        }
    }

    /** Each thread stops by itself, some moments after the signal. */
    @Override
    public boolean isPaused() {
        Path tasks = Path.of("/proc", Long.toString(running().pid()), "task");
        try (Stream<Path> threads = Files.list(tasks)) {
            return threads.allMatch(ProcessMachine::isStopped);
        } catch (IOException gone) {
            return false;
        }
    }

    /** By the third field of its {@code stat}; the second, the name, is in parentheses. A thread that has ended runs no more. */
    private static boolean isStopped(Path thread) {
        try {
            String line = Files.readString(thread.resolve("stat"));
            return line.startsWith(") T", line.lastIndexOf(')'));
        } catch (IOException ended) {
            return true;
        }
    }

    @Override
    public int awaitEnd(Duration deadline) {
        try {
            if (!running().waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError(
                        "the node on " + host + " has not ended within " + deadline.toSeconds() + " s");
            }
            return running().exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private Process running() {
        Process now = process;
        if (now == null) {
            throw new IllegalStateException("the node on " + host + " was never started");
        }
        return now;
    }

    @Override
    public List<String> inNetwork(List<String> command) {
        List<String> whole = new ArrayList<>(prefix);
        whole.addAll(command);
        return whole;
    }

    @Override
    public boolean hasOwnNetwork() {
        return !prefix.isEmpty();
    }

    @Override
    public Path dataDirectory(Path directory) {
        return directory;
    }

    private void kill() {
        Process now = process;
        if (now == null || !now.isAlive()) {
            return;
        }
        now.destroyForcibly();
        try {
            now.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void release() {
        kill();
        Hooks.remove(hook);
    }
}
