package io.convergate.loadgen.fleet;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Processes on loopback addresses: a random block in 127.77.0.0/16, so that runs on one machine do not meet. */
final class LocalSite implements Site {
    static final int NODES_MAX = 8;
    private static final int TRIES = 50;

    private final List<String> addresses;
    private int used;

    private LocalSite(List<String> addresses) {
        this.addresses = addresses;
    }

    /** A block of addresses on which nobody listens. */
    static LocalSite onFreeAddresses() {
        Random random = new Random();
        for (int i = 0; i < TRIES; i++) {
            String network = "127.77." + random.nextInt(1, 255) + ".";
            int first = 1 + NODES_MAX * random.nextInt(31);
            List<String> block = IntStream.range(first, first + NODES_MAX)
                    .mapToObj(last -> network + last)
                    .toList();
            if (block.stream().allMatch(LocalSite::isFree)) {
                return new LocalSite(block);
            }
        }
        throw new IllegalStateException("no free addresses in 127.77.0.0/16");
    }

    private static boolean isFree(String address) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getByName(address), GatewayNode.ADMIN_PORT));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }

    @Override
    public Machine machine(String name) {
        return new ProcessMachine(addresses.get(used++), List.of());
    }

    @Override
    public String here() {
        return "127.0.0.1";
    }

    @Override
    public void close() {
        // Loopback addresses need no giving back.
    }
}
