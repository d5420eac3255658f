package io.convergate.node.main.client;

import io.convergate.config.tls.Authorities;
import io.convergate.config.tls.CredentialFiles;
import io.convergate.config.tls.NamedFile;
import io.convergate.config.tls.TlsContexts;
import io.convergate.config.tls.UnusableFileException;
import io.convergate.node.main.CommandFailed;
import io.convergate.node.main.ExitCode;
import io.convergate.routing.tls.TlsCredential;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * What a client shows to a node, and whom it believes.
 *
 * @param token a bearer token
 * @param tls how it speaks TLS; empty for whom the JDK trusts, and no certificate of its own
 */
public record Credentials(Optional<String> token, Optional<SSLContext> tls) {
    /** Nothing at all. */
    public static final Credentials NONE = new Credentials(Optional.empty(), Optional.empty());

    /**
     * Reads what the options name.
     *
     * @param authorities whose word on the node's certificate counts
     * @param token the token itself
     * @param tokenFile a file with the token in it
     * @param certificate the client's certificate
     * @param key its key
     * @throws CommandFailed if a file cannot be used
     */
    public static Credentials read(
            Optional<Path> authorities,
            Optional<String> token,
            Optional<Path> tokenFile,
            Optional<Path> certificate,
            Optional<Path> key) {
        if (certificate.isPresent() != key.isPresent()) {
            throw new CommandFailed(ExitCode.USAGE, "--client-cert and --client-key (expected: both or none)");
        }
        try {
            Optional<Authorities> trusted =
                    authorities.map(path -> Authorities.watch("authorities", NamedFile.open("--cacert", path))
                            .get());
            Optional<TlsCredential> own = certificate.map(path -> new CredentialFiles(
                            NamedFile.open("--client-cert", path), NamedFile.secret("--client-key", key.orElseThrow()))
                    .watch("client certificate", InstantSource.system())
                    .get());
            Optional<String> shown = token.filter(text -> !text.isBlank());
            if (shown.isEmpty() && tokenFile.isPresent()) {
                byte[] content =
                        NamedFile.secret("--token-file", tokenFile.get()).read();
                shown = Optional.of(new String(content, StandardCharsets.UTF_8).strip());
            }
            Optional<SSLContext> tls = trusted.isPresent() || own.isPresent()
                    ? Optional.of(TlsContexts.of(own, trusted))
                    : Optional.empty();
            return new Credentials(shown.map(String::strip), tls);
        } catch (IllegalArgumentException | UnusableFileException e) {
            throw new CommandFailed(ExitCode.USAGE, String.valueOf(e.getMessage()));
        }
    }

    /**
     * Nothing is shown to one who cannot be trusted with it.
     *
     * @throws CommandFailed if a token would cross a network in clear
     */
    void checkFor(URI server) {
        if (token.isPresent() && !"https".equals(server.getScheme()) && !isLoopback(server.getHost())) {
            throw new CommandFailed(
                    ExitCode.USAGE, "a token for " + server + " (expected: https, or a node on this machine)");
        }
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (IOException unknown) {
            return false;
        }
    }

    /** Without the token. */
    @Override
    public String toString() {
        return token.isPresent() ? "a token" : "no token";
    }
}
