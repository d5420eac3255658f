package io.convergate.loadgen.fleet;

import java.util.Optional;

/**
 * Containers on a network of their own. Network and containers carry the label {@code io.convergate.loadgen} with this
 * process's id, and go away with it.
 */
final class DockerSite implements Site {
    static final String LABEL = "io.convergate.loadgen";

    private final String image;
    private final String network;
    private final String prefix;
    private final Thread hook = Hooks.add("end-network", this::remove);
    private int used;

    private DockerSite(String image, String network, String prefix) {
        this.image = image;
        this.network = network;
        this.prefix = prefix;
    }

    /** Why this machine cannot do it. */
    static Optional<String> unusable(String image) {
        Command.Ended version = Command.run("docker", "version", "--format", "{{.Server.Version}}");
        if (!version.isGood()) {
            return Optional.of("no Docker daemon answers: " + version.output());
        }
        return Command.run("docker", "image", "inspect", "--format", "{{.Id}}", image)
                        .isGood()
                ? Optional.empty()
                : Optional.of("there is no image " + image);
    }

    static DockerSite open(String image) {
        String name = "convergate-" + ProcessHandle.current().pid() + "-" + Long.toHexString(System.nanoTime());
        Command.must("docker", "network", "create", "--label", label(), name);
        String gateway =
                Command.must("docker", "network", "inspect", "--format", "{{(index .IPAM.Config 0).Gateway}}", name);
        return new DockerSite(image, name, gateway.substring(0, gateway.lastIndexOf('.') + 1));
    }

    static String label() {
        return LABEL + "=" + ProcessHandle.current().pid();
    }

    @Override
    public Machine machine(String name) {
        // The first address is the bridge's own.
        String host = prefix + (2 + used++);
        return new DockerMachine(network + "-" + name, host, network, image);
    }

    @Override
    public String here() {
        return prefix + "1";
    }

    private void remove() {
        Command.run("docker", "network", "rm", network);
    }

    @Override
    public void close() {
        Hooks.remove(hook);
        remove();
    }
}
