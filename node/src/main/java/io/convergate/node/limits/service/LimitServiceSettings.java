package io.convergate.node.limits.service;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * Where the rate limit service listens and whom it answers. Without an authority for clients nobody can prove who he is; then only
 * callers on loopback are answered, unless everybody is trusted.
 *
 * @param host the address to bind
 * @param port the port, 1 to 65535; 0 for any free one
 * @param certificate its certificate, PEM; empty for plain HTTP/2
 * @param key the certificate's key; there if and only if the certificate is
 * @param clientAuthorities whose client certificates are let in, and nobody else; only with a certificate
 * @param trust who is answered without a proof
 */
public record LimitServiceSettings(
        String host,
        int port,
        Optional<Path> certificate,
        Optional<Path> key,
        Optional<Path> clientAuthorities,
        Trust trust) {
    /** The largest request, in bytes. */
    static final int MESSAGE_BYTES_MAX = 64 << 10;

    /** The most of all headers of a call, in bytes. */
    static final int HEADER_BYTES_MAX = 8 << 10;

    /** The most descriptors of a request. */
    static final int DESCRIPTORS_MAX = 64;

    /** The most entries of a descriptor. */
    static final int ENTRIES_MAX = 32;

    /** The most calls of one connection at a time. */
    static final int CALLS_MAX_PER_CONNECTION = 1_000;

    /** The most calls at a time; those beyond are refused. */
    static final int CALLS_MAX = 10_000;

    /** Who is answered without a proof. */
    public enum Trust {
        /** Callers on loopback. */
        LOOPBACK,
        /** Everybody who can reach the port; {@code --limit-service-insecure}. */
        EVERYBODY
    }

    public LimitServiceSettings {
        Objects.requireNonNull(host, "host");
        if (certificate.isPresent() != key.isPresent()) {
            throw new IllegalArgumentException(
                    certificate.isPresent()
                            ? "--limit-service-cert without --limit-service-key (expected: both)"
                            : "--limit-service-key without --limit-service-cert (expected: both)");
        }
        if (clientAuthorities.isPresent() && certificate.isEmpty()) {
            throw new IllegalArgumentException(
                    "--limit-service-client-ca without --limit-service-cert (expected: both, and --limit-service-key:"
                            + " client certificates are a part of TLS)");
        }
    }
}
