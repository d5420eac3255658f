package io.convergate.node.admin.access;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * How the admin API is guarded. With neither tokens nor an authority for client certificates nobody can prove who he is; then only
 * callers on loopback are served, unless everybody is trusted.
 *
 * @param certificate its certificate, PEM; empty for plain HTTP
 * @param key the certificate's key; there if and only if the certificate is
 * @param clientAuthorities whose client certificates count; only with a certificate
 * @param tokens the file of tokens
 * @param trust what those may do who prove nothing
 * @param names host names, beside the obvious ones, under which it may be called; {@code *} for any
 * @param alsoOnLoopback whether 127.0.0.1 is listened on beside the node's address, for commands on its own machine
 */
public record AccessSettings(
        Optional<Path> certificate,
        Optional<Path> key,
        Optional<Path> clientAuthorities,
        Optional<Path> tokens,
        Trust trust,
        Set<String> names,
        boolean alsoOnLoopback) {
    public AccessSettings {
        names = Set.copyOf(names);
        if (certificate.isPresent() != key.isPresent()) {
            throw new IllegalArgumentException(
                    certificate.isPresent()
                            ? "--admin-cert without --admin-key (expected: both)"
                            : "--admin-key without --admin-cert (expected: both)");
        }
        if (clientAuthorities.isPresent() && certificate.isEmpty()) {
            throw new IllegalArgumentException("--admin-client-ca without --admin-cert (expected: all of --admin-cert,"
                    + " --admin-key and --admin-client-ca: client certificates are a part of TLS)");
        }
    }

    /** Who is trusted without a proof. */
    public enum Trust {
        /** Callers on loopback, as long as nobody could prove anything. */
        LOOPBACK,
        /** Everybody who can reach the port; {@code --admin-insecure}. */
        EVERYBODY
    }

    /** Nothing but the default: plain HTTP, for loopback alone. */
    public static AccessSettings loopbackOnly(Set<String> names) {
        return new AccessSettings(
                Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Trust.LOOPBACK, names, false);
    }

    /** Whether callers can prove who they are. */
    public boolean authenticates() {
        return tokens.isPresent() || clientAuthorities.isPresent();
    }
}
