package io.convergate.loadgen.load;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The addresses of a load as one client sees them: in turn, without those that failed a moment ago unless all did. Confined to its
 * worker's loop.
 */
final class Targets {
    /** How long a failure is remembered. */
    private static final long MEMORY_NANOS = 2_000_000_000L;

    /** An address and what reports call it. */
    record Address(int index, String name, InetSocketAddress socket) {}

    private final List<Address> addresses;
    private final long[] badUntilNanos;
    private int turn;

    Targets(List<Address> addresses, int turn, long nowNanos) {
        this.addresses = addresses;
        this.turn = turn;
        badUntilNanos = new long[addresses.size()];
        Arrays.fill(badUntilNanos, nowNanos);
    }

    /**
     * Resolves all targets; a name with several addresses counts as several targets.
     *
     * @throws IllegalArgumentException with {@code value (expected: rule)} if a name does not resolve
     */
    static List<Address> resolve(List<Target> targets) {
        List<Address> all = new ArrayList<>();
        for (Target target : targets) {
            try {
                InetAddress[] found = InetAddress.getAllByName(target.host());
                for (InetAddress address : found) {
                    String name = found.length == 1
                            ? target.toString()
                            : new Target(address.getHostAddress(), target.port()).toString();
                    all.add(new Address(all.size(), name, new InetSocketAddress(address, target.port())));
                }
            } catch (UnknownHostException unknown) {
                throw new IllegalArgumentException(target.host() + " (expected: a name that resolves)", unknown);
            }
        }
        return List.copyOf(all);
    }

    int size() {
        return addresses.size();
    }

    /** The next one in turn that has not failed of late; if all have, the one that failed first. */
    Address next(long nowNanos) {
        int oldest = 0;
        for (int i = 0; i < addresses.size(); i++) {
            int index = (turn + i) % addresses.size();
            if (badUntilNanos[index] - nowNanos <= 0) {
                turn = index + 1;
                return addresses.get(index);
            }
            if (badUntilNanos[index] - badUntilNanos[oldest] < 0) {
                oldest = index;
            }
        }
        turn = oldest + 1;
        return addresses.get(oldest);
    }

    void failed(Address address, long nowNanos) {
        badUntilNanos[address.index()] = nowNanos + MEMORY_NANOS;
    }

    void worked(Address address, long nowNanos) {
        badUntilNanos[address.index()] = nowNanos;
    }
}
