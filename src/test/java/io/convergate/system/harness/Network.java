package io.convergate.system.harness;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The network between nodes, which can be cut. A node's cluster connections come from its own address, so dropping
 * packets by source and destination address cuts each direction by itself, and leaves clients alone. Packets vanish
 * silently, as in a real cut. Uses an nftables table of its own, which goes away when this is closed; needs root.
 */
public final class Network implements AutoCloseable {
    private final String table = "convergate_test_" + ProcessHandle.current().pid();
    private final Thread hook = new Thread(this::remove);

    private Network() {
        Runtime.getRuntime().addShutdownHook(hook);
        must("add table ip " + table + "\nadd chain ip " + table
                + " cuts { type filter hook input priority 0; policy accept; }\n");
    }

    /** Takes hold of the network, or skips the test, with a printed reason, where that cannot be done. */
    public static Network orSkip() {
        String probe = "convergate_probe_" + ProcessHandle.current().pid();
        String problem;
        try {
            problem = nft("add table ip " + probe + "\ndelete table ip " + probe + "\n");
        } catch (UncheckedIOException e) {
            problem = "nft is not installed";
        }
        if (!problem.isEmpty()) {
            Timeline.say("SKIPPED: needs root and nftables to cut the network: %s", problem);
        }
        assumeTrue(problem.isEmpty(), problem);
        return new Network();
    }

    /** Drops what one node sends to another. */
    public void cut(NodeProcess from, NodeProcess to) {
        must("add rule ip " + table + " cuts ip saddr " + from.host() + " ip daddr " + to.host() + " drop\n");
        Timeline.say("cut: %s -> %s", from, to);
    }

    /** Drops everything between one node and others, both ways. */
    public void isolate(NodeProcess node, List<NodeProcess> others) {
        for (NodeProcess other : others) {
            cut(node, other);
            cut(other, node);
        }
    }

    /** Lets everything through again. */
    public void heal() {
        must("flush chain ip " + table + " cuts\n");
        Timeline.say("healed");
    }

    private void remove() {
        nft("delete table ip " + table + "\n");
    }

    private static void must(String script) {
        String problem = nft(script);
        if (!problem.isEmpty()) {
            throw new IllegalStateException("nft: " + problem);
        }
    }

    /** Runs a script of nft, all or nothing. Returns what it complains about, or nothing. */
    private static String nft(String script) {
        try {
            Process process = new ProcessBuilder("nft", "-f", "-")
                    .redirectErrorStream(true)
                    .start();
            try (var in = process.getOutputStream()) {
                in.write(script.getBytes(StandardCharsets.UTF_8));
            }
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor() == 0 ? "" : output.isBlank() ? "it failed" : output.strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(hook);
        remove();
    }
}
