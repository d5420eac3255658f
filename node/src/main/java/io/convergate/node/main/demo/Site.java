package io.convergate.node.main.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Where a demo node lives.
 *
 * @param name its name
 * @param host its address
 * @param httpPort where it serves what the example's Gateway calls port 80
 * @param adminPort its admin API
 * @param clusterPort its cluster transport
 */
record Site(String name, String host, int httpPort, int adminPort, int clusterPort) {
    private static final int HTTP = 8080;
    private static final int ADMIN = 8001;
    private static final int CLUSTER = 17355;

    /** Three addresses with the same ports, as three machines would have. */
    static List<Site> onThreeAddresses() {
        return IntStream.rangeClosed(1, 3)
                .mapToObj(i -> new Site("node" + i, "127.0.0." + i, HTTP, ADMIN, CLUSTER))
                .toList();
    }

    /** One address with three sets of ports, where the system has no 127.0.0.2, as on macOS. */
    static List<Site> onOneAddress() {
        return IntStream.rangeClosed(1, 3)
                .mapToObj(i -> new Site("node" + i, "127.0.0.1", HTTP + i - 1, ADMIN + i - 1, CLUSTER + i - 1))
                .toList();
    }

    /** Whether this machine has that address. */
    static boolean exists(String host) {
        return whyNotBindable(host, 0).isEmpty();
    }

    /** Which of its ports is taken, if one is. */
    Optional<String> obstacle() {
        return IntStream.of(httpPort, adminPort, clusterPort)
                .mapToObj(port -> whyNotBindable(host, port).map(reason -> host + ":" + port + " (" + reason + ")"))
                .flatMap(Optional::stream)
                .findFirst();
    }

    String adminUrl() {
        return "https://" + host + ":" + adminPort;
    }

    String url() {
        return "http://" + host + ":" + httpPort;
    }

    private static Optional<String> whyNotBindable(String host, int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName(host), port));
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }
}
