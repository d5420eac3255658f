package io.convergate.config.tls;

import io.convergate.routing.tls.CredentialException;
import io.convergate.routing.tls.Pem;
import io.convergate.routing.tls.TlsCredential;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Those whose word on certificates counts.
 *
 * @param certificates theirs; at least one
 */
public record Authorities(List<X509Certificate> certificates) {
    public Authorities {
        certificates = List.copyOf(certificates);
    }

    /**
     * Reads a PEM file, now and whenever it changes.
     *
     * @param name what they are for
     * @throws IllegalArgumentException if it cannot be used: the message says which file, what was found and what was expected
     */
    public static Watched<Authorities> watch(String name, NamedFile file) {
        return Watched.of(name, List.of(file), contents -> read(file, contents.get(0)));
    }

    static Authorities read(NamedFile file, byte[] content) throws UnusableFileException {
        try {
            return new Authorities(Pem.certificates(content));
        } catch (CredentialException e) {
            throw file.unusable(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public String toString() {
        return certificates.stream().map(TlsCredential::name).collect(Collectors.joining("; "));
    }
}
