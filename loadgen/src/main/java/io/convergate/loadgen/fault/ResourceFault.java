package io.convergate.loadgen.fault;

import io.convergate.loadgen.fleet.GatewayNode;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Something that nodes need is scarce or wrong: disk, time, processor, memory. Its end gives it back. */
public sealed interface ResourceFault extends Fault {
    /** The disk that a node's data is on is full, so that every write fails. For a fleet whose nodes have disks of their own. */
    record FullDisk(String node) implements ResourceFault {
        private static final String BALLAST = "ballast";
        private static final int PIECE = 64 << 10;

        @Override
        public String kind() {
            return "full-disk";
        }

        @Override
        public String target() {
            return node;
        }

        @Override
        public Optional<String> impossible(Stage stage) {
            return stage.noNode(node)
                    .or(() -> stage.node(node).smallDisk().isPresent()
                            ? Optional.empty()
                            : Optional.of("the fleet gave its nodes no disks that may be filled"));
        }

        @Override
        public Inflicted begin(Stage stage) {
            Path ballast = stage.node(node).smallDisk().orElseThrow().resolve(BALLAST);
            fill(ballast);
            return Inflicted.of(() -> proof(ballast), () -> delete(ballast));
        }

        private static Proof proof(Path ballast) {
            try {
                long free = Files.getFileStore(ballast).getUsableSpace();
                return Proof.of(free < PIECE, "%,d bytes are free on its disk".formatted(free));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Writes until nothing more fits: in pieces first, byte by byte at last. */
        private static void fill(Path ballast) {
            for (int size = PIECE; size > 0; size /= 64) {
                byte[] piece = new byte[size];
                try (OutputStream out =
                        Files.newOutputStream(ballast, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
                    while (true) {
                        out.write(piece);
                    }
                } catch (IOException full) {
                    // That is what it is for.
                }
            }
        }

        private static void delete(Path ballast) {
            try {
                Files.deleteIfExists(ballast);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /**
     * A node's clock is wrong by so much, at once. Its monotonic clock stays right, as it does when somebody sets a machine's clock.
     * For a fleet with clocks.
     */
    record ClockShift(String node, Duration offset) implements ResourceFault {
        /** Some time passes while it is asked. */
        private static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(4);

        @Override
        public String kind() {
            return "clock-shift";
        }

        @Override
        public String target() {
            return node;
        }

        @Override
        public String detail() {
            return "by " + offset;
        }

        @Override
        public Optional<String> impossible(Stage stage) {
            return stage.noNode(node)
                    .or(() -> stage.node(node).clockFile().isPresent()
                            ? Optional.empty()
                            : Optional.of("the fleet gave its nodes no clocks that can be set"));
        }

        @Override
        public Inflicted begin(Stage stage) {
            GatewayNode victim = stage.node(node);
            Path file = victim.clockFile().orElseThrow();
            set(file, (offset.isNegative() ? "" : "+") + offset.toMillis() / 1e3);
            return Inflicted.of(() -> proof(victim), () -> set(file, "+0"));
        }

        private Proof proof(GatewayNode victim) {
            if (!victim.isAlive()) {
                return Proof.unknown("it does not run");
            }
            Duration seen = Duration.between(Instant.now(), victim.admin().clock());
            return Proof.of(
                    seen.minus(offset).abs().compareTo(CLOCK_TOLERANCE) < 0,
                    "its clock is off by " + seen.toSeconds() + " s");
        }

        private static void set(Path file, String text) {
            try {
                Files.writeString(file, text);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /**
     * Processes keep the machine's processors busy, for all nodes on it alike.
     *
     * @param share of all processors, above 0, to 4: above 1 there are more busy threads than processors
     */
    record CpuPressure(double share) implements ResourceFault {
        /** The part of what it asks for that it must get: the others want the processors too. */
        private static final double PART_MIN = 0.2;

        public CpuPressure {
            if (!(share > 0 && share <= 4)) {
                throw new IllegalArgumentException("share " + share + " (expected: above 0, to 4)");
            }
        }

        @Override
        public String kind() {
            return "cpu-pressure";
        }

        @Override
        public String target() {
            return "the machine";
        }

        @Override
        public String detail() {
            return Math.round(share * 100) + " % of its processors";
        }

        @Override
        public Optional<String> impossible(Stage stage) {
            return Optional.empty();
        }

        @Override
        public Inflicted begin(Stage stage) {
            long begun = System.nanoTime();
            double processors = share * Runtime.getRuntime().availableProcessors();
            Pressure pressure = Pressure.start(processors, 0);
            return Inflicted.of(() -> proof(pressure, processors, System.nanoTime() - begun), pressure::close);
        }

        private static Proof proof(Pressure pressure, double processors, long lastedNanos) {
            double lasted = lastedNanos / 1e9;
            double taken = pressure.processorTime().toNanos() / 1e9;
            return Proof.of(
                    taken >= lasted * processors * PART_MIN,
                    "it took %.1f s of processor time in %.1f s".formatted(taken, lasted));
        }
    }

    /**
     * A process holds memory of the machine, for all nodes on it alike, and touches it all the time.
     *
     * @param mib 1 to 65,536
     */
    record MemoryPressure(int mib) implements ResourceFault {
        public MemoryPressure {
            if (mib < 1 || mib > 65_536) {
                throw new IllegalArgumentException("mib " + mib + " (expected: 1 to 65536)");
            }
        }

        @Override
        public String kind() {
            return "memory-pressure";
        }

        @Override
        public String target() {
            return "the machine";
        }

        @Override
        public String detail() {
            return mib + " MiB";
        }

        @Override
        public Optional<String> impossible(Stage stage) {
            return Pressure.tooMuch(mib);
        }

        @Override
        public Inflicted begin(Stage stage) {
            Pressure pressure = Pressure.start(0, mib);
            return Inflicted.of(
                    () -> {
                        long held = pressure.residentMib();
                        return Proof.of(held >= mib, "it holds %,d MiB".formatted(held));
                    },
                    pressure::close);
        }
    }
}
