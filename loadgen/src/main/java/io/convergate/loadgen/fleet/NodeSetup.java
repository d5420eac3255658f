package io.convergate.loadgen.fleet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the nodes of a fleet are started with: options, environment, directories.
 *
 * @param seeds where a node looks for its cluster
 */
record NodeSetup(FleetPlan plan, List<String> seeds) {
    private static final Path FAKETIME = Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1");

    NodeSetup {
        seeds = List.copyOf(seeds);
    }

    /** Why no clock can be set; empty if one can. */
    static Optional<String> noClocks() {
        return Files.exists(FAKETIME) ? Optional.empty() : Optional.of("libfaketime is not installed at " + FAKETIME);
    }

    List<String> arguments(String name, Machine machine) {
        List<String> arguments = new ArrayList<>(List.of("node", "--name=" + name, "--host=" + machine.host()));
        arguments.add("--seeds=" + String.join(",", seeds));
        arguments.addAll(List.of(
                "--admin-port=" + GatewayNode.ADMIN_PORT,
                // The network is the fleet's own, and whoever drives it is on another machine of it.
                "--admin-insecure",
                "--secrets-unencrypted",
                "--cluster-port=" + GatewayNode.CLUSTER_PORT,
                "--port-map=80=" + GatewayNode.HTTP_PORT,
                "--data=" + machine.dataDirectory(data(name))));
        arguments.addAll(plan.nodeOptions());
        return arguments;
    }

    Machine.Launch launch(String name) {
        Map<String, String> environment = new HashMap<>();
        environment.put("CONVERGATE_JAVA_OPTS", plan.javaOptions());
        clockFile(name).ifPresent(file -> {
            environment.put("LD_PRELOAD", FAKETIME.toString());
            environment.put("FAKETIME_TIMESTAMP_FILE", file.toString());
            environment.put("FAKETIME_NO_CACHE", "1");
            // Deadlines and heartbeats run on the monotonic clock, which is right on every machine.
            environment.put("FAKETIME_DONT_FAKE_MONOTONIC", "1");
            // With the fix that it takes by itself, timed waits of the JVM return at once (0.9.10 with glibc 2.36).
            environment.put("FAKETIME_FORCE_MONOTONIC_FIX", "0");
            write(file, "+0");
        });
        return new Machine.Launch(plan.home(), environment, log(name));
    }

    private static void write(Path file, String text) {
        try {
            if (!Files.exists(file)) {
                Files.writeString(file, text);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path log(String name) {
        return plan.directory().resolve(name + ".log");
    }

    /** Below the disk if there is one, else beside the log. */
    Path data(String name) {
        return smallDisk(name).orElse(plan.directory()).resolve(name);
    }

    Optional<Path> smallDisk(String name) {
        return plan.diskBytes() > 0 ? Optional.of(plan.directory().resolve(name + "-disk")) : Optional.empty();
    }

    Optional<Path> clockFile(String name) {
        return plan.hasClocks() ? Optional.of(plan.directory().resolve(name + ".clock")) : Optional.empty();
    }
}
