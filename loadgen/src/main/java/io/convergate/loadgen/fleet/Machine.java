package io.convergate.loadgen.fleet;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Where one node runs. It starts the node's process, signals it, and ends it whatever happens. Not thread-safe. */
interface Machine {
    /** Its address. */
    String host();

    /**
     * Starts the node and returns at once. It does not run.
     *
     * @param arguments of {@code ./convergate}
     * @param launch what it needs besides
     */
    void start(List<String> arguments, Launch launch);

    /**
     * What a node's process gets.
     *
     * @param home the tree, with the launcher in it
     * @param environment further variables
     * @param log what it prints is appended here
     */
    record Launch(Path home, Map<String, String> environment, Path log) {
        public Launch {
            environment = Map.copyOf(environment);
        }
    }

    boolean isAlive();

    /** Sends a signal to the running process. */
    void signal(Signal signal);

    /** Whether the running process, all of it, stands still: some moments after {@link Signal#STOP}. */
    boolean isPaused();

    /** The signals that are of use. */
    enum Signal {
        TERM,
        KILL,
        STOP,
        CONT
    }

    /**
     * Waits for its end and tells the exit code.
     *
     * @throws AssertionError if it is still there at the deadline
     */
    int awaitEnd(Duration deadline);

    /** A command as it must be called to act on this machine's network. */
    List<String> inNetwork(List<String> command);

    /** Whether what {@link #inNetwork} gives stays apart from the other machines' networks. */
    boolean hasOwnNetwork();

    /** Where the node finds its data: a path of this machine, or of the container. */
    Path dataDirectory(Path directory);

    /** Ends the process at once and gives the place back. */
    void release();
}
