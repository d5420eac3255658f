package io.convergate.loadgen.fleet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One gateway node, on an address and with a data directory of its own. It can be stopped, killed, paused and started
 * again; its log goes on in the same file. Its methods may be called by any thread, one at a time.
 */
public final class GatewayNode {
    /** Where its admin API is. */
    public static final int ADMIN_PORT = 8001;
    /** Where the other nodes reach it. */
    public static final int CLUSTER_PORT = 17355;
    /** Where it binds what a Gateway calls port 80. */
    public static final int HTTP_PORT = 10080;

    private static final Duration STOP_DEADLINE = Duration.ofSeconds(30);
    private static final Duration PAUSE_DEADLINE = Duration.ofSeconds(10);
    private static final int LAST_LINES = 12;

    private final String name;
    private final Machine machine;
    private final NodeSetup setup;
    private final AdminClient admin;
    private final Consumer<String> say;

    GatewayNode(String name, Machine machine, NodeSetup setup, Consumer<String> say) {
        this.name = name;
        this.machine = machine;
        this.setup = setup;
        this.admin = new AdminClient(name, new InetSocketAddress(machine.host(), ADMIN_PORT));
        this.say = say;
    }

    public String name() {
        return name;
    }

    /** Its address. */
    public String host() {
        return machine.host();
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
        return new InetSocketAddress(machine.host(), port);
    }

    /** Starts it, and returns at once. */
    public synchronized void start() {
        if (machine.isAlive()) {
            throw new IllegalStateException(name + " runs already");
        }
        machine.start(setup.arguments(name, machine), setup.launch(name));
        say.accept(name + " starts on " + host());
    }

    public synchronized boolean isAlive() {
        return machine.isAlive();
    }

    /** Waits until {@code /readyz} says yes, and tells how long that took. */
    public Duration awaitReady(Duration deadline) {
        Duration took = Await.untilTrue(name + " is ready", deadline, () -> {
            requireRunning();
            return admin.isReady();
        });
        say.accept(name + " is ready after " + took.toMillis() + " ms");
        return took;
    }

    /** @throws AssertionError with the end of its log if it does not run */
    void requireRunning() {
        if (!isAlive()) {
            throw new AssertionError(name + " has ended:\n" + lastWords());
        }
    }

    /** Waits until its admin API answers, ready or not. */
    public void awaitAdmin(Duration deadline) {
        Await.until(name + " answers", deadline, () -> Optional.of(admin.status()));
    }

    /** Tells it to stop (SIGTERM), and returns at once. */
    public synchronized void terminate() {
        machine.signal(Machine.Signal.TERM);
        say.accept(name + " is told to stop");
    }

    /** Waits until it has ended, for 30 s at most, and tells its exit code. */
    public int awaitEnd() {
        int code = machine.awaitEnd(STOP_DEADLINE);
        say.accept(name + " has ended with " + code);
        return code;
    }

    /** Ends it at once (SIGKILL). Does nothing if it does not run. */
    public synchronized void kill() {
        if (machine.isAlive()) {
            machine.signal(Machine.Signal.KILL);
            machine.awaitEnd(STOP_DEADLINE);
            say.accept(name + " is killed");
        }
    }

    /** Stops its clock (SIGSTOP), and returns when all of it stands still. */
    public synchronized void pause() {
        machine.signal(Machine.Signal.STOP);
        Await.untilTrue(name + " stands still", PAUSE_DEADLINE, machine::isPaused);
        say.accept(name + " is paused");
    }

    /** Whether it is paused. */
    public synchronized boolean isPaused() {
        return machine.isPaused();
    }

    /** Lets its clock go on (SIGCONT). */
    public synchronized void resume() {
        machine.signal(Machine.Signal.CONT);
        say.accept(name + " goes on");
    }

    /** A command as it must be called to act on this node's network. */
    public List<String> inNetwork(List<String> command) {
        return machine.inNetwork(command);
    }

    /** Whether it has a network namespace of its own. */
    public boolean hasOwnNetwork() {
        return machine.hasOwnNetwork();
    }

    /** Its data directory, if it is one of this machine. */
    public Path dataDirectory() {
        return machine.dataDirectory(setup.data(name));
    }

    /** The disk of limited size that its data is on, if the fleet gave it one. */
    public Optional<Path> smallDisk() {
        return setup.smallDisk(name);
    }

    /** The file that says how far its clock is off, if the fleet gave it a clock that can be set. */
    public Optional<Path> clockFile() {
        return setup.clockFile(name);
    }

    /** Its log, over all its starts. */
    public Path log() {
        return setup.log(name);
    }

    /** How many lines of its log contain {@code text}. */
    public long logged(String text) {
        return lines().stream().filter(line -> line.contains(text)).count();
    }

    /** The end of its log. */
    public String lastWords() {
        List<String> lines = lines();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
    }

    private List<String> lines() {
        try {
            return Files.exists(log()) ? Files.readAllLines(log(), StandardCharsets.UTF_8) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends it for good. */
    synchronized void release() {
        machine.release();
    }

    @Override
    public String toString() {
        return name;
    }
}
