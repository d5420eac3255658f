package io.convergate.loadgen.load;

import java.net.URI;
import java.util.Locale;

/**
 * An address that load goes to.
 *
 * @param host a name or an IP address, IPv6 without brackets; a name is resolved once, when the load starts
 */
public record Target(String host, int port) {
    public Target {
        if (host.isEmpty() || port < 1 || port > 65_535) {
            throw new IllegalArgumentException(host + ":" + port + " (expected: HOST:PORT, port 1 to 65535)");
        }
    }

    /**
     * Reads {@code HOST:PORT}, with brackets around an IPv6 address.
     *
     * @throws IllegalArgumentException with {@code value (expected: rule)}
     */
    public static Target parse(String text) {
        try {
            URI uri = URI.create("tcp://" + text.toLowerCase(Locale.ROOT));
            if (uri.getHost() != null && uri.getPort() > 0 && uri.getPath().isEmpty() && uri.getUserInfo() == null) {
                return new Target(uri.getHost().replaceAll("[\\[\\]]", ""), uri.getPort());
            }
        } catch (IllegalArgumentException ignored) {
            // said below
        }
        throw new IllegalArgumentException(text + " (expected: HOST:PORT, port 1 to 65535)");
    }

    /** {@code host:port}, as reports name it and an authority says it. */
    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
