package io.convergate.config.tls;

import io.convergate.routing.tls.CredentialException;
import io.convergate.routing.tls.TlsCredential;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/**
 * A certificate and its key in two PEM files.
 *
 * @param certificate the certificate, its chain after it
 * @param key its private key
 */
public record CredentialFiles(NamedFile certificate, NamedFile key) {
    /**
     * Reads both, now and whenever they change.
     *
     * @param name what they are for
     * @throws IllegalArgumentException if they cannot be used: the message says which file, what was found and what was expected
     */
    public Watched<TlsCredential> watch(String name, InstantSource clock) {
        return Watched.of(name, List.of(certificate, key), contents -> read(contents, clock.instant()));
    }

    private TlsCredential read(List<byte[]> contents, Instant now) throws UnusableFileException {
        X509Certificate own =
                Authorities.read(certificate, contents.get(0)).certificates().get(0);
        if (now.isAfter(own.getNotAfter().toInstant())) {
            throw certificate.unusable(
                    "expired at " + own.getNotAfter().toInstant(), "a certificate that is valid now");
        }
        if (now.isBefore(own.getNotBefore().toInstant())) {
            throw certificate.unusable(
                    "not valid before " + own.getNotBefore().toInstant(), "a certificate that is valid now");
        }
        try {
            return TlsCredential.parse(contents.get(0), contents.get(1));
        } catch (CredentialException e) {
            throw key.unusable(String.valueOf(e.getMessage()));
        }
    }
}
