package io.convergate.loadgen.fleet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A container with a fixed address. Its writable layer keeps the node's data from one start to the next, so it is made once
 * and then started again; its options stay those of the first start.
 */
final class DockerMachine implements Machine {
    private static final Path DATA = Path.of("/tmp/convergate-data");

    private final String container;
    private final String host;
    private final String network;
    private final String image;
    private final Thread hook = Hooks.add("end-container", this::remove);
    private boolean isMade;

    DockerMachine(String container, String host, String network, String image) {
        this.container = container;
        this.host = host;
        this.network = network;
        this.image = image;
    }

    @Override
    public String host() {
        return host;
    }

    @Override
    public void start(List<String> arguments, Launch launch) {
        if (!isMade) {
            List<String> create = new ArrayList<>(List.of("docker", "create", "--name", container));
            create.addAll(List.of("--label", DockerSite.label(), "--network", network, "--ip", host));
            launch.environment().forEach((name, value) -> create.addAll(List.of("--env", name + "=" + value)));
            create.add(image);
            create.addAll(arguments);
            Command.must(create, "");
            isMade = true;
        }
        String begun = Instant.now().toString();
        Command.must("docker", "start", container);
        follow(begun, launch.log());
    }

    /** Appends what this start prints to the log; ends with the container. */
    private void follow(String begun, Path log) {
        try {
            new ProcessBuilder("docker", "logs", "--follow", "--since", begun, container)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String inspect(String field) {
        return isMade
                ? Command.run("docker", "inspect", "--format", "{{." + field + "}}", container)
                        .output()
                : "";
    }

    @Override
    public boolean isAlive() {
        return inspect("State.Running").equals("true");
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
        Await.untilTrue(container + " ends", deadline, () -> !isAlive());
        return Integer.parseInt(inspect("State.ExitCode"));
    }

    @Override
    public List<String> inNetwork(List<String> command) {
        List<String> whole = new ArrayList<>(List.of("nsenter", "--target", inspect("State.Pid"), "--net"));
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

    private void remove() {
        Command.run("docker", "rm", "--force", "--volumes", container);
    }

    @Override
    public void release() {
        Hooks.remove(hook);
        remove();
    }
}
