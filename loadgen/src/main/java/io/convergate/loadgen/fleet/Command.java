package io.convergate.loadgen.fleet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A short command of the operating system, run to its end with a deadline. */
public final class Command {
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    private Command() {}

    /**
     * What a command left behind.
     *
     * @param code its exit code; 127 if it is not installed, 124 if it was ended at the deadline
     * @param output what it printed, errors included, without white space around it
     */
    public record Ended(int code, String output) {
        public boolean isGood() {
            return code == 0;
        }
    }

    /** Runs a command that gets {@code input}. Thirty seconds at most. */
    public static Ended run(List<String> command, String input) {
        Path output = null;
        try {
            // A file in place of a pipe: a command that leaves children behind cannot hold this thread then.
            output = Files.createTempFile("command", ".out");
            Process process;
            try {
                process = new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
            } catch (IOException e) {
                return new Ended(127, command.get(0) + " cannot be run: " + e.getMessage());
            }
            try (var in = process.getOutputStream()) {
                in.write(input.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                // It ended without reading; its exit code tells.
            }
            if (!process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return new Ended(124, String.join(" ", command) + ": not within " + DEADLINE.toSeconds() + " s");
            }
            return new Ended(process.exitValue(), Files.readString(output).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Ended(124, "interrupted");
        } finally {
            delete(output);
        }
    }

    /** Runs a command without input. */
    public static Ended run(String... command) {
        return run(List.of(command), "");
    }

    /**
     * Runs a command that must succeed, and returns what it printed.
     *
     * @throws IllegalStateException with what it printed, if it did not
     */
    public static String must(List<String> command, String input) {
        Ended ended = run(command, input);
        if (!ended.isGood()) {
            throw new IllegalStateException(String.join(" ", command) + ": "
                    + (ended.output().isEmpty() ? "exit code " + ended.code() : ended.output()));
        }
        return ended.output();
    }

    /** Runs a command that must succeed, without input. */
    public static String must(String... command) {
        return must(List.of(command), "");
    }

    private static void delete(@Nullable Path file) {
        if (file != null) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                // A file of a few bytes in the temporary directory stays.
            }
        }
    }
}
