package io.convergate.node.edge.proxy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Which peers are proxies of ours, whose word about the client counts: their {@code X-Forwarded-*} and {@code x-envoy-*}
 * headers are believed, everybody else's are replaced or removed. By default nobody's. Immutable; any thread.
 */
public final class ForwardingTrust {
    /** Believes nobody. */
    public static final ForwardingTrust NOBODY = new ForwardingTrust(List.of());

    private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
    private static final Pattern IPV4 = Pattern.compile(OCTET + "(\\." + OCTET + "){3}");

    private static final int PORT_DIGITS_MAX = 5;

    private record Network(byte[] address, int prefixLength) {
        boolean contains(byte[] other) {
            if (other.length != address.length) {
                return false;
            }
            int whole = prefixLength / 8;
            for (int i = 0; i < whole; i++) {
                if (other[i] != address[i]) {
                    return false;
                }
            }
            int rest = prefixLength % 8;
            return rest == 0 || (other[whole] ^ address[whole]) >> (8 - rest) == 0;
        }
    }

    private final List<Network> networks;

    private ForwardingTrust(List<Network> networks) {
        this.networks = List.copyOf(networks);
    }

    /**
     * Trusts these networks.
     *
     * @param cidrs addresses with or without a prefix length, such as {@code 10.0.0.0/8}; no names
     * @throws IllegalArgumentException if one is malformed; the message says which
     */
    public static ForwardingTrust of(List<String> cidrs) {
        List<Network> networks = new ArrayList<>();
        for (String cidr : cidrs) {
            int slash = cidr.indexOf('/');
            String host = slash < 0 ? cidr : cidr.substring(0, slash);
            if (!isLiteral(host)) {
                throw malformed(cidr);
            }
            try {
                byte[] address = InetAddress.getByName(host).getAddress();
                int length = slash < 0 ? address.length * 8 : Integer.parseInt(cidr.substring(slash + 1));
                if (length < 0 || length > address.length * 8) {
                    throw malformed(cidr);
                }
                networks.add(new Network(address, length));
            } catch (UnknownHostException | NumberFormatException e) {
                throw malformed(cidr);
            }
        }
        return new ForwardingTrust(networks);
    }

    /** Whether the text is an address and surely no name, which would have to be looked up. */
    private static boolean isLiteral(String text) {
        return IPV4.matcher(text).matches()
                || text.indexOf(':') >= 0
                        && text.chars().allMatch(c -> Character.digit(c, 16) >= 0 && c < 0x7f || c == '.' || c == ':');
    }

    private static IllegalArgumentException malformed(String cidr) {
        return new IllegalArgumentException(
                "--trusted-proxies " + cidr + " (expected: an address or a network such as 10.0.0.0/8)");
    }

    /** Whether the peer's word counts. */
    public boolean trusts(InetAddress peer) {
        if (networks.isEmpty()) {
            return false;
        }
        byte[] address = peer.getAddress();
        for (Network network : networks) {
            if (network.contains(address)) {
                return true;
            }
        }
        return false;
    }

    /**
     * The client behind trusted hops: the last address in {@code X-Forwarded-For} that is not one of ours, without a port.
     *
     * @return the peer itself if it is not trusted, or if the list names nobody else
     */
    String clientOf(InetAddress peer, String forwardedFor) {
        String client = peer.getHostAddress();
        String[] hops = forwardedFor.split(",", -1);
        for (int i = hops.length - 1; i >= 0; i--) {
            String hop = withoutPort(hops[i].strip());
            if (!isLiteral(hop)) {
                return client;
            }
            try {
                InetAddress address = InetAddress.getByName(hop);
                client = hop;
                if (!trusts(address)) {
                    return client;
                }
            } catch (UnknownHostException e) {
                return client;
            }
        }
        return client;
    }

    /** An address, of which some gateways say the port, too: {@code 203.0.113.9:4444}, {@code [2001:db8::1]:443}. */
    private static String withoutPort(String hop) {
        if (hop.startsWith("[")) {
            int end = hop.indexOf(']');
            boolean bracketed = end > 0 && hop.lastIndexOf(':', end) > 0;
            return bracketed && (end == hop.length() - 1 || isPort(hop, end + 1)) ? hop.substring(1, end) : hop;
        }
        int colon = hop.indexOf(':');
        return colon >= 0 && isPort(hop, colon) ? hop.substring(0, colon) : hop;
    }

    /** Whether from there on there is nothing but a colon and a number. */
    private static boolean isPort(String text, int from) {
        int digits = text.length() - from - 1;
        return text.charAt(from) == ':'
                && digits >= 1
                && digits <= PORT_DIGITS_MAX
                && text.chars().skip(from + 1L).allMatch(c -> c >= '0' && c <= '9');
    }

    /** The address of {@link #clientOf}. */
    byte[] addressOf(InetAddress peer, String forwardedFor) {
        try {
            return InetAddress.getByName(clientOf(peer, forwardedFor)).getAddress();
        } catch (UnknownHostException e) {
            return peer.getAddress();
        }
    }
}
