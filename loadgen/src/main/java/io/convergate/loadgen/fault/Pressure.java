package io.convergate.loadgen.fault;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A process of its own that keeps processors busy and memory in use, so that the measuring process has no garbage and no pauses from it. Ends with
 * its standard input, so with this process, and after ten minutes at the latest.
 */
final class Pressure implements AutoCloseable {
    private static final long MINUTES_MAX = 10;
    private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final int PAGE = 4096;
    private static final int MIB = 1 << 20;
    private static final int OWN_MIB = 64;

    private final Process process;

    private Pressure(Process process) {
        this.process = process;
    }

    /** Why that much memory must not be taken: the machine would have less than 1 GiB left, and kill whom it likes. */
    static Optional<String> tooMuch(int mib) {
        try {
            long availableMib = kib(Path.of("/proc/meminfo"), "MemAvailable:") / 1024;
            return mib + OWN_MIB + 1024 <= availableMib
                    ? Optional.empty()
                    : Optional.of("of " + availableMib + " MiB that are free at least 1024 must stay so");
        } catch (UncheckedIOException e) {
            return Optional.of("nobody knows how much memory is free: " + e.getMessage());
        }
    }

    /**
     * Starts it.
     *
     * @param processors how many to keep busy; a fraction is one that is busy for that part of each 20 ms
     * @param mib how much memory to hold
     */
    static Pressure start(double processors, int mib) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx" + (mib + OWN_MIB) + "m"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Pressure.class.getName()));
        command.addAll(List.of(String.format(Locale.ROOT, "%.3f", processors), Integer.toString(mib)));
        try {
            return new Pressure(new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(new File("/dev/null"))
                    .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    /** The processor time that it has taken. */
    Duration processorTime() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** The memory that it has now. */
    long residentMib() {
        return kib(Path.of("/proc", Long.toString(pid()), "status"), "VmRSS:") / 1024;
    }

    /** A line of a file of {@code /proc} that tells kibibytes. */
    private static long kib(Path file, String name) {
        try {
            return Files.readAllLines(file).stream()
                    .filter(line -> line.startsWith(name))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(MINUTES_MAX, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The process: processors, mebibytes. */
    public static void main(String[] arguments) throws IOException {
        double processors = Double.parseDouble(arguments[0]);
        for (double left = processors; left > 0; left--) {
            double share = Math.min(1, left);
            daemon(() -> burn(share));
        }
        List<byte[]> held = new ArrayList<>();
        for (int i = 0; i < Integer.parseInt(arguments[1]); i++) {
            held.add(new byte[MIB]);
        }
        daemon(() -> touch(held));
        daemon(() -> {
            LockSupport.parkNanos(TimeUnit.MINUTES.toNanos(MINUTES_MAX));
            Runtime.getRuntime().halt(0);
        });
        while (System.in.read() >= 0) {
            // Whatever is said: it ends with the pipe.
        }
        Runtime.getRuntime().halt(0);
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        thread.start();
    }

    private static void burn(double share) {
        long busy = (long) (PERIOD_NANOS * share);
        while (true) {
            long begun = System.nanoTime();
            while (System.nanoTime() - begun < busy) {
                Thread.onSpinWait();
            }
            if (busy < PERIOD_NANOS) {
                LockSupport.parkNanos(PERIOD_NANOS - busy);
            }
        }
    }

    private static void touch(List<byte[]> held) {
        while (true) {
            for (byte[] piece : held) {
                for (int i = 0; i < piece.length; i += PAGE) {
                    piece[i]++;
                }
            }
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
        }
    }
}
