package io.convergate.loadgen.fleet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A container in the network namespace that another one holds. Its writable layer keeps the node's data from one start to the next, so it
 * is made once and then started again; its options stay those of the first start. A {@code docker start --attach} stands for its process:
 * it writes the log, ends with the container and with its exit code, and is the node's standard input, so that the node
 * stops when this process ends, however it ends.
 */
final class DockerMachine implements Machine {
    private static final Path DATA = Path.of("/tmp/convergate-data");
    private static final Duration RUNS_WITHIN = Duration.ofSeconds(30);

    private final DockerSite site;
    private final String container;
    private final String image;
    private final String host;
    private final String pid;
    private boolean isMade;
    private volatile @Nullable Process client;

    /**
     * @param host the address of the container that holds its network
     * @param pid of that container's process
     */
    DockerMachine(DockerSite site, String container, String image, String host, String pid) {
        this.site = site;
        this.container = container;
        this.image = image;
        this.host = host;
        this.pid = pid;
    }

    @Override
    public String host() {
        return host;
    }

    @Override
    public void start(List<String> arguments, Launch launch) {
        if (!isMade) {
            List<String> create = new ArrayList<>(List.of("docker", "create", "--interactive", "--name", container));
            create.addAll(
                    List.of("--label", DockerSite.label(), "--network", "container:" + DockerSite.holder(container)));
            create.add("--no-healthcheck");
            launch.environment().forEach((name, value) -> create.addAll(List.of("--env", name + "=" + value)));
            create.add(image);
            create.addAll(arguments);
            create.add("--stop-with-stdin");
            site.make(create);
            isMade = true;
        }
        try {
            Process started = new ProcessBuilder("docker", "start", "--attach", "--interactive", container)
                    .redirectErrorStream(true)
                    .redirectOutput(
                            ProcessBuilder.Redirect.appendTo(launch.log().toFile()))
                    .start();
            client = started;
            Await.untilTrue(container + " runs", RUNS_WITHIN, () -> isRunning() || !started.isAlive());
            if (!isRunning()) {
                throw new IllegalStateException(container + " does not run; " + launch.log() + " says why");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(container + " cannot be started", e);
        }
    }

    private boolean isRunning() {
        return is("Running");
    }

    @Override
    public boolean isPaused() {
        return is("Paused");
    }

    private boolean is(String state) {
        return Command.run("docker", "inspect", "--format", "{{.State." + state + "}}", container)
                .output()
                .equals("true");
    }

    @Override
    public boolean isAlive() {
        Process now = client;
        return now != null && now.isAlive();
    }

    @Override
    public void signal(Signal signal) {
        switch (signal) {
            case STOP -> Command.must("docker", "pause", container);
            case CONT -> Command.must("docker", "unpause", container);
            default -> Command.must("docker", "kill", "--signal", signal.name(), container);
        }
    }

    @Override
    public int awaitEnd(Duration deadline) {
        Process now = client;
        if (now == null) {
            throw new IllegalStateException(container + " was never started");
        }
        try {
            if (!now.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError(container + " has not ended within " + deadline.toSeconds() + " s");
            }
            return now.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public List<String> inNetwork(List<String> command) {
        List<String> whole = new ArrayList<>(List.of("nsenter", "--target", pid, "--net"));
        whole.addAll(command);
        return whole;
    }

    @Override
    public boolean hasOwnNetwork() {
        return true;
    }

    @Override
    public Path dataDirectory(Path directory) {
        return DATA;
    }

    @Override
    public void release() {
        DockerSite.removeContainer(container);
        DockerSite.removeContainer(DockerSite.holder(container));
    }
}
