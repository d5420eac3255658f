package io.convergate.loadgen.fleet;

import java.util.Optional;

/**
 * Containers on a bridge network of their own, which this machine has an address on. Each node has two: one that does nothing and holds
 * the network namespace, so that address and cuts outlast the node's process, and the node itself, which joins it. Network and
 * containers carry the label {@value #LABEL} with this process's id; what a killed predecessor left behind is removed first. Needs an
 * engine on this machine, and {@code sleep} in the image.
 */
final class DockerSite implements Site {
    static final String LABEL = "io.convergate.loadgen";

    private final String image;
    private final String network;
    private final String gateway;
    private final Thread hook = Hooks.add("end-containers", this::remove);

    private DockerSite(String image, String network, String gateway) {
        this.image = image;
        this.network = network;
        this.gateway = gateway;
    }

    /** Why this machine cannot do it. */
    static Optional<String> unusable(String image) {
        Command.Ended version = Command.run("docker", "version", "--format", "{{.Server.Version}}");
        if (!version.isGood()) {
            return Optional.of("no Docker engine answers: " + version.output());
        }
        return Command.run("docker", "image", "inspect", "--format", "{{.Id}}", image)
                        .isGood()
                ? Optional.empty()
                : Optional.of("there is no image " + image);
    }

    static DockerSite open(String image) {
        sweep();
        String name = "convergate-" + ProcessHandle.current().pid() + "-" + Long.toHexString(System.nanoTime());
        Command.must("docker", "network", "create", "--driver", "bridge", "--label", label(), name);
        String gateway =
                Command.must("docker", "network", "inspect", "--format", "{{(index .IPAM.Config 0).Gateway}}", name);
        return new DockerSite(image, name, gateway);
    }

    /** Removes containers and networks of processes that are gone. */
    private static void sweep() {
        String format = "{{.ID}} {{.Label \"" + LABEL + "\"}}";
        String ours = "label=" + LABEL;
        Command.must("docker", "ps", "--all", "--filter", ours, "--format", format)
                .lines()
                .filter(DockerSite::isGone)
                .forEach(line -> removeContainer(line.split(" ", 2)[0]));
        Command.must("docker", "network", "ls", "--filter", ours, "--format", format)
                .lines()
                .filter(DockerSite::isGone)
                .forEach(line -> Command.run("docker", "network", "rm", line.split(" ", 2)[0]));
    }

    private static boolean isGone(String line) {
        String pid = line.substring(line.indexOf(' ') + 1);
        return pid.matches("\\d{1,18}") && ProcessHandle.of(Long.parseLong(pid)).isEmpty();
    }

    static String label() {
        return LABEL + "=" + ProcessHandle.current().pid();
    }

    static void removeContainer(String container) {
        Command.run("docker", "rm", "--force", "--volumes", container);
    }

    @Override
    public Machine machine(String name) {
        String container = network + "-" + name;
        String holder = container + "-net";
        Command.must(
                "docker",
                "run",
                "--detach",
                "--name",
                holder,
                "--label",
                label(),
                "--network",
                network,
                "--no-healthcheck",
                "--entrypoint",
                "sleep",
                image,
                "infinity");
        String[] seen = Command.must(
                        "docker",
                        "inspect",
                        "--format",
                        "{{.State.Pid}} {{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}",
                        holder)
                .split(" ", 2);
        return new DockerMachine(container, holder, image, seen[1], seen[0]);
    }

    @Override
    public String here() {
        return gateway;
    }

    private void remove() {
        Command.run("docker", "ps", "--all", "--quiet", "--filter", "name=" + network + "-")
                .output()
                .lines()
                .forEach(DockerSite::removeContainer);
        Command.run("docker", "network", "rm", network);
    }

    @Override
    public void close() {
        Hooks.remove(hook);
        remove();
    }
}
