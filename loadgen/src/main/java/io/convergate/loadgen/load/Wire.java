package io.convergate.loadgen.load;

import io.netty.handler.ssl.OpenSsl;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What is spoken to the targets.
 *
 * @param authority the Host or {@code :authority} of requests that say none themselves; if empty, the first target's {@code host:port}
 * @param streams how many requests may be under way on one connection; 1 for HTTP/1.1
 */
public record Wire(Protocol protocol, Optional<Tls> tls, Optional<String> authority, int streams) {
    /** The protocols there are. */
    public enum Protocol {
        HTTP_1_1,
        /** Over TLS by ALPN, else with prior knowledge (RFC 9113 3.3). */
        HTTP_2
    }

    /** Which TLS to speak with. */
    public enum Provider {
        /** BoringSSL where it can be loaded, else the JDK's. */
        FASTEST,
        JDK,
        /** BoringSSL, through Netty's tcnative; an error if it cannot be loaded. */
        BORINGSSL;

        /** The one that it comes to on this machine. */
        Provider here() {
            return this != FASTEST ? this : OpenSsl.isAvailable() ? BORINGSSL : JDK;
        }

        private String text() {
            return here() == JDK ? "the JDK's TLS" : "BoringSSL";
        }
    }

    /**
     * TLS towards the targets.
     *
     * @param trust a PEM file of the certificates to trust; if empty, those of the JDK
     * @param isInsecure whether any certificate is taken, for any name
     * @param serverName the name to ask for (SNI) and to find in the certificate; if empty, the authority's host
     */
    public record Tls(Optional<Path> trust, boolean isInsecure, Optional<String> serverName, Provider provider) {}

    public Wire {
        if (streams < 1 || streams > 10_000 || (protocol == Protocol.HTTP_1_1 && streams != 1)) {
            throw new IllegalArgumentException(streams + " streams (expected: 1 to 10000, and 1 with HTTP/1.1)");
        }
    }

    /** HTTP/1.1 in the clear. */
    public static Wire http1() {
        return new Wire(Protocol.HTTP_1_1, Optional.empty(), Optional.empty(), 1);
    }

    /** HTTP/2 in the clear. */
    public static Wire http2(int streams) {
        return new Wire(Protocol.HTTP_2, Optional.empty(), Optional.empty(), streams);
    }

    /** The same, over TLS. */
    public Wire withTls(Tls settings) {
        return new Wire(protocol, Optional.of(settings), authority, streams);
    }

    /** The same, with an authority. */
    public Wire withAuthority(String value) {
        return new Wire(protocol, tls, Optional.of(value), streams);
    }

    /** In words. */
    public String description() {
        return (protocol == Protocol.HTTP_1_1 ? "HTTP/1.1" : "HTTP/2, " + streams + " streams")
                + tls.map(settings -> " over " + settings.provider().text()).orElse("");
    }
}
