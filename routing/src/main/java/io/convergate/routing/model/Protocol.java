package io.convergate.routing.model;

import java.util.Locale;
import java.util.Optional;

/** The protocol of a gateway's or a service's port. Istio: Port.protocol. */
public enum Protocol {
    HTTP(Family.HTTP),
    HTTP2(Family.HTTP),
    GRPC(Family.HTTP),
    GRPC_WEB(Family.HTTP),
    HTTP_PROXY(Family.HTTP),
    HTTPS(Family.TLS),
    TLS(Family.TLS),
    TCP(Family.TCP),
    MONGO(Family.TCP),
    REDIS(Family.TCP),
    MYSQL(Family.TCP),
    UDP(Family.UDP);

    private enum Family {
        HTTP,
        TLS,
        TCP,
        UDP
    }

    private final Family family;

    Protocol(Family family) {
        this.family = family;
    }

    /** Reads Istio's names, such as {@code GRPC-WEB}, in any case. */
    public static Optional<Protocol> parse(String text) {
        String name = text.toUpperCase(Locale.ROOT);
        for (Protocol protocol : values()) {
            if (protocol.toString().equals(name)) {
                return Optional.of(protocol);
            }
        }
        return Optional.empty();
    }

    /** Whether it carries HTTP requests in the clear. */
    public boolean isPlainHttp() {
        return family == Family.HTTP;
    }

    /** Whether a connection begins with TLS. */
    public boolean isTls() {
        return family == Family.TLS;
    }

    /** Istio's name. */
    @Override
    public String toString() {
        return this == GRPC_WEB ? "GRPC-WEB" : name();
    }
}
