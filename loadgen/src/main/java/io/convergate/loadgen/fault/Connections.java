package io.convergate.loadgen.fault;

import io.convergate.loadgen.fleet.Command;
import io.convergate.loadgen.fleet.GatewayNode;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The TCP connections of a network, as Linux lists them ({@code proc_net_tcp} in the kernel's documentation). An IPv4 address is there in
 * the byte order of the machine, also at the end of an IPv6 address that stands for it.
 *
 * @param listed the contents of {@code /proc/net/tcp} and {@code tcp6}
 */
record Connections(String listed) {
    /** Lists them. */
    static final List<String> COMMAND = List.of("cat", "/proc/net/tcp", "/proc/net/tcp6");

    private static final String HEADING = "local_address";
    private static final String MAPPED = "(?:0000000000000000FFFF0000)?";
    private static final Pattern ESTABLISHED = Pattern.compile(
            "\\d+: " + MAPPED + "([0-9A-F]{8}):([0-9A-F]{4}) " + MAPPED + "([0-9A-F]{8}):([0-9A-F]{4}) 01 ");
    private static final String PORT = HexFormat.of().withUpperCase().toHexDigits((short) GatewayNode.CLUSTER_PORT);

    /** Those of now. */
    static Connections now(List<String> command) {
        return new Connections(Command.run(command, "").output());
    }

    /** Whether one is established between two addresses at the cluster port of either; true if nobody can look. */
    boolean has(String local, String remote) {
        if (!listed.contains(HEADING)) {
            return true;
        }
        String here = hex(local);
        String there = hex(remote);
        return ESTABLISHED.matcher(listed).results().anyMatch(found -> joins(found, here, there));
    }

    private static boolean joins(MatchResult found, String here, String there) {
        return found.group(1).equals(here)
                && found.group(3).equals(there)
                && (found.group(2).equals(PORT) || found.group(4).equals(PORT));
    }

    private static String hex(String host) {
        try {
            byte[] bytes = InetAddress.getByName(host).getAddress();
            if (ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN) {
                for (int i = 0, j = bytes.length - 1; i < j; i++, j--) {
                    byte swapped = bytes[i];
                    bytes[i] = bytes[j];
                    bytes[j] = swapped;
                }
            }
            return HexFormat.of().withUpperCase().formatHex(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(host + " (expected: an address)", e);
        }
    }
}
