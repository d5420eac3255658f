package io.convergate.node.main;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What keeps a node from starting at this moment, though its settings are right: ports that it cannot bind, a directory that it cannot
 * write or that another node uses. Found by trying: ports are bound for a moment, and the directory's lock, if there is one, is
 * held as long. A node that runs notices nothing; nothing is written.
 */
final class StartObstacles {
    private final List<String> found = new ArrayList<>();
    private final List<ServerSocket> bound = new ArrayList<>();

    /** Which ports are tried. */
    enum Ports {
        /** All. */
        ALL,
        /** Those without which a node does not start. For the one to other nodes it waits. */
        REQUIRED
    }

    private StartObstacles() {}

    /**
     * Looks for them.
     *
     * @return each as {@code --option value (expected: rule)}; if the directory is in use, nothing is said of ports, which most
     *     likely the same node has
     */
    static List<String> of(GatewayProcess.Settings settings, Ports ports) {
        StartObstacles obstacles = new StartObstacles();
        NodeSettings node = settings.node();
        obstacles.directory(node.data());
        try {
            if (!isInUse(node.data()) && obstacles.address(node.host())) {
                obstacles.port("--admin-port", node.host(), node.adminPort());
                if (node.access().alsoOnLoopback() && !isLoopback(node.host())) {
                    obstacles.port("--admin-port", GatewayNode.LOOPBACK, node.adminPort());
                }
                if (ports == Ports.ALL) {
                    obstacles.port("--cluster-port", node.host(), node.clusterPort());
                }
                settings.limitService()
                        .ifPresent(service -> obstacles.port("--limit-service-port", service.host(), service.port()));
            }
        } finally {
            obstacles.bound.forEach(StartObstacles::close);
        }
        return List.copyOf(obstacles.found);
    }

    private void add(String option, Object value, String rule) {
        found.add(option + " " + value + " (expected: " + rule + ")");
    }

    private void directory(Path data) {
        Path nearest = data.toAbsolutePath().normalize();
        while (nearest != null && !Files.exists(nearest)) {
            nearest = nearest.getParent();
        }
        if (nearest == null || !Files.isDirectory(nearest)) {
            add("--data", data, "a directory; " + nearest + " is none");
        } else if (!Files.isWritable(nearest)) {
            add("--data", data, "a directory that can be written; " + nearest + " cannot");
        } else if (isInUse(data)) {
            add("--data", data, "a directory that no other process uses; a node runs with this one");
        }
    }

    /** Whether another process holds the lock of a directory, or this one. */
    private static boolean isInUse(Path data) {
        Path file = data.resolve("lock");
        if (!Files.isWritable(file)) {
            return false;
        }
        try (FileChannel lock = FileChannel.open(file, StandardOpenOption.WRITE)) {
            return lock.tryLock() == null;
        } catch (OverlappingFileLockException e) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Looks whether the access log could be written, which for a start is a matter of its settings.
     *
     * @throws IllegalArgumentException if not
     */
    static void checkAccessLog(Path path) {
        Path file = path.toAbsolutePath();
        boolean sound = Files.exists(file)
                ? !Files.isDirectory(file) && Files.isWritable(file)
                : Optional.ofNullable(file.getParent())
                        .filter(Files::isWritable)
                        .isPresent();
        if (!sound) {
            throw new IllegalArgumentException("--access-log-path " + path + " (expected: a file that can be written)");
        }
    }

    /** Whether an address is this machine's. */
    private boolean address(String host) {
        try (ServerSocket any = new ServerSocket()) {
            any.bind(new InetSocketAddress(InetAddress.getByName(host), 0));
            return true;
        } catch (IOException e) {
            add("--host", host, "an address of this machine");
            return false;
        }
    }

    private void port(String option, String host, int port) {
        if (port == 0) {
            return;
        }
        try {
            ServerSocket socket = new ServerSocket();
            bound.add(socket);
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName(host), port));
        } catch (IOException e) {
            add(option, port, "a port of " + host + " that is free and may be bound; " + e.getMessage());
        }
    }

    private static void close(ServerSocket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It was held for a moment only; the end of the process closes it, too.
        }
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false; // told already
        }
    }
}
