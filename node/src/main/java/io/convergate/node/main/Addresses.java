package io.convergate.node.main;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/** Checks the addresses, ports and names among the settings. Every error names the option and what it expects. */
final class Addresses {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9]([-A-Za-z0-9_.:]{0,61}[A-Za-z0-9])?");

    /** Nodes are known to each other by their IP addresses, and a name that stands for one would be no member's. */
    private static final Pattern SEED =
            Pattern.compile("(\\[[0-9a-fA-F:.]+]|\\d{1,3}(?:\\.\\d{1,3}){3}|dns:[^:\\s\\[\\]]+)(:(\\d{1,5}))?");

    private Addresses() {}

    /**
     * The IP address that {@code host} is or resolves to. A wildcard will not do: the other nodes need to know where to
     * connect to.
     */
    static String bindable(String option, String host) {
        try {
            InetAddress address = InetAddress.getByName(host);
            if (host.isBlank() || address.isAnyLocalAddress()) {
                throw new IllegalArgumentException(
                        option + " " + host + " (expected: one address of this machine that other nodes can reach)");
            }
            return address.getHostAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(
                    option + " " + host + ", which cannot be resolved (expected: an address of this machine)", e);
        }
    }

    /** {@code host:port}, with an IPv6 address in brackets; no name is looked up. */
    static String text(InetSocketAddress address) {
        return text(address.getHostString(), address.getPort());
    }

    /** {@code host:port}, with an IPv6 address in brackets. */
    static String text(String host, int port) {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    static String name(String option, String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    option + " " + name + " (expected: at most 63 letters, digits, '-', '_' and '.')");
        }
        return name;
    }

    static String seed(String option, String seed) {
        var form = SEED.matcher(seed.strip());
        if (!form.matches() || form.group(3) != null && !isPort(Integer.parseInt(form.group(3)), 1)) {
            throw new IllegalArgumentException(
                    option + " " + seed + " (expected: an IP address, IP address:port, dns:name or dns:name:port)");
        }
        return seed.strip();
    }

    static int port(String option, int port, int least) {
        if (!isPort(port, least)) {
            throw new IllegalArgumentException(option + " " + port + " (expected: a port, " + least + " to 65535)");
        }
        return port;
    }

    private static boolean isPort(int port, int least) {
        return port >= least && port <= 65_535;
    }
}
