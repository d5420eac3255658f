package io.convergate.loadgen.fleet;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * What fleet to run.
 *
 * @param size how many nodes it starts with, 1 to 5
 * @param directory for data and logs; made if it is not there
 * @param home the tree, with the launcher in it
 * @param nodeOptions further options of {@code ./convergate node}
 * @param javaOptions of the nodes' JVMs
 * @param diskBytes the size of the disk that each node gets for its data, so that it can be filled; 0 for no disk of its own.
 *     Needs root
 * @param hasClocks whether each node gets a clock that can be set; needs libfaketime
 * @param say is told what the fleet does, in words; called on the threads that make it do so
 */
public record FleetPlan(
        Driver driver,
        int size,
        Path directory,
        Path home,
        List<String> nodeOptions,
        String javaOptions,
        long diskBytes,
        boolean hasClocks,
        Consumer<String> say) {
    static final int SIZE_MAX = 5;

    /** Small and quick to start: several of them share a few cores with whatever tests them. */
    private static final String JVM = "-Xmx256m -XX:-UseG1GC -XX:+UseSerialGC -XX:TieredStopAtLevel=1";

    private static final List<String> OPTIONS =
            List.of("--unready-for=1s", "--drain-timeout=10s", "--leave-timeout=5s", "--access-log=off");

    public FleetPlan {
        if (size < 1 || size > SIZE_MAX) {
            throw new IllegalArgumentException("size " + size + " (expected: 1 to " + SIZE_MAX + ")");
        }
        directory = directory.toAbsolutePath().normalize();
        home = home.toAbsolutePath().normalize();
        nodeOptions = List.copyOf(nodeOptions);
    }

    /** Nodes with small heaps, quick to stop, that say nothing about what they do. */
    public static FleetPlan of(Driver driver, int size, Path directory) {
        return new FleetPlan(driver, size, directory, findHome(), OPTIONS, JVM, 0, false, said -> {});
    }

    /** The tree: what the system property {@code convergate.home} says, or the nearest directory above with a launcher. */
    private static Path findHome() {
        String property = System.getProperty("convergate.home");
        if (property != null) {
            return Path.of(property);
        }
        Path start = Path.of("").toAbsolutePath();
        for (Path at = start; at != null; at = at.getParent()) {
            if (Files.isExecutable(at.resolve("convergate"))) {
                return at;
            }
        }
        return start;
    }

    public FleetPlan saying(Consumer<String> listener) {
        return new FleetPlan(driver, size, directory, home, nodeOptions, javaOptions, diskBytes, hasClocks, listener);
    }

    public FleetPlan withNodeOptions(List<String> options) {
        return new FleetPlan(driver, size, directory, home, options, javaOptions, diskBytes, hasClocks, say);
    }

    public FleetPlan withJavaOptions(String options) {
        return new FleetPlan(driver, size, directory, home, nodeOptions, options, diskBytes, hasClocks, say);
    }

    public FleetPlan withDisks(long bytes) {
        return new FleetPlan(driver, size, directory, home, nodeOptions, javaOptions, bytes, hasClocks, say);
    }

    public FleetPlan withClocks() {
        return new FleetPlan(driver, size, directory, home, nodeOptions, javaOptions, diskBytes, true, say);
    }
}
