package io.convergate.loadgen.fleet;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Processes in network namespaces of their own, joined by a bridge that this process has an address on. The names of bridge and
 * namespaces begin with {@code cg} and this process's id; what a killed predecessor left behind is removed first. Needs root.
 */
final class NamespaceSite implements Site {
    private static final int TRIES = 50;

    private final String bridge;
    private final String network;
    private final List<String> namespaces = new CopyOnWriteArrayList<>();
    private final Thread hook = Hooks.add("end-namespaces", this::remove);

    private NamespaceSite(String bridge, String network) {
        this.bridge = bridge;
        this.network = network;
    }

    /** Why this machine cannot do it. */
    static Optional<String> unusable() {
        String probe = "cgprobe" + ProcessHandle.current().pid();
        Command.Ended added = Command.run("ip", "netns", "add", probe);
        if (!added.isGood()) {
            return Optional.of("network namespaces cannot be made: " + added.output());
        }
        Command.run("ip", "netns", "delete", probe);
        return Optional.empty();
    }

    static NamespaceSite open() {
        sweep();
        Random random = new Random();
        for (int i = 0; i < TRIES; i++) {
            String network = "10.77." + random.nextInt(1, 255) + ".";
            if (Command.must("ip", "-4", "addr", "show").contains(network)) {
                continue;
            }
            NamespaceSite site =
                    new NamespaceSite("cg" + ProcessHandle.current().pid(), network);
            try {
                Command.must("ip", "link", "add", site.bridge, "type", "bridge");
                Command.must("ip", "addr", "add", network + "254/24", "dev", site.bridge);
                Command.must("ip", "link", "set", site.bridge, "up");
                return site;
            } catch (IllegalStateException e) {
                site.close();
                throw e;
            }
        }
        throw new IllegalStateException("no free network in 10.77.0.0/16");
    }

    /** Removes bridges and namespaces of processes that are gone. */
    private static void sweep() {
        for (String line : Command.must("ip", "netns", "list").lines().toList()) {
            String name = line.split(" ", 2)[0];
            if (name.matches("cg\\d+-.*") && isGone(name.substring(2, name.indexOf('-')))) {
                Command.run("ip", "netns", "delete", name);
            }
        }
        for (String line : Command.must("ip", "-o", "link", "show", "type", "bridge")
                .lines()
                .toList()) {
            String name = line.split(": ", 3)[1];
            if (name.matches("cg\\d+") && isGone(name.substring(2))) {
                Command.run("ip", "link", "delete", name);
            }
        }
    }

    private static boolean isGone(String pid) {
        return ProcessHandle.of(Long.parseLong(pid)).isEmpty();
    }

    @Override
    public Machine machine(String name) {
        int number = namespaces.size() + 1;
        String namespace = bridge + "-" + number;
        String link = bridge + "v" + number;
        String host = network + number;
        namespaces.add(namespace);
        Command.must("ip", "netns", "add", namespace);
        List<String> inside = List.of("ip", "netns", "exec", namespace);
        Command.must("ip", "link", "add", link, "type", "veth", "peer", "name", "eth0", "netns", namespace);
        Command.must("ip", "link", "set", link, "master", bridge, "up");
        must(inside, "ip", "addr", "add", host + "/24", "dev", "eth0");
        must(inside, "ip", "link", "set", "eth0", "up");
        must(inside, "ip", "link", "set", "lo", "up");
        return new ProcessMachine(host, inside);
    }

    private static void must(List<String> inside, String... command) {
        List<String> whole = new ArrayList<>(inside);
        whole.addAll(List.of(command));
        Command.must(whole, "");
    }

    @Override
    public String here() {
        return network + "254";
    }

    private void remove() {
        namespaces.forEach(namespace -> Command.run("ip", "netns", "delete", namespace));
        Command.run("ip", "link", "delete", bridge);
    }

    @Override
    public void close() {
        Hooks.remove(hook);
        remove();
    }
}
