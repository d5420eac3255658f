package io.convergate.routing.model;

import java.util.List;
import java.util.Optional;

/**
 * How a gateway's server speaks TLS. Istio: ServerTLSSettings.
 *
 * @param httpsRedirect whether every plain request is sent to https with status 301
 * @param mode who ends TLS, and whether clients need a certificate
 * @param serverCertificate path of the certificate
 * @param privateKey path of its key
 * @param caCertificates path of the authorities that client certificates are verified with
 * @param caCrl path of their revocation list
 * @param credentialName the secret with certificate and key
 * @param credentialNames the secrets, for certificates of two key types
 * @param caCertCredentialName the secret with the authorities
 * @param tlsCertificates certificates by path, for two key types
 * @param subjectAltNames names a client's certificate may have
 * @param verifyCertificateSpki pins of client keys: base64 of SHA-256
 * @param verifyCertificateHash pins of client certificates: hex of SHA-256
 * @param minProtocolVersion the oldest version; empty means TLS 1.2
 * @param maxProtocolVersion the newest version; empty means the newest there is
 * @param cipherSuites the ciphers; empty means the default ones
 * @param insecureSkipVerify whether a client whose certificate fails verification is let through
 */
public record ServerTls(
        boolean httpsRedirect,
        Mode mode,
        Optional<String> serverCertificate,
        Optional<String> privateKey,
        Optional<String> caCertificates,
        Optional<String> caCrl,
        Optional<String> credentialName,
        List<String> credentialNames,
        Optional<String> caCertCredentialName,
        List<Certificate> tlsCertificates,
        List<String> subjectAltNames,
        List<String> verifyCertificateSpki,
        List<String> verifyCertificateHash,
        Optional<Version> minProtocolVersion,
        Optional<Version> maxProtocolVersion,
        List<String> cipherSuites,
        Optional<Boolean> insecureSkipVerify) {
    public ServerTls {
        credentialNames = List.copyOf(credentialNames);
        tlsCertificates = List.copyOf(tlsCertificates);
        subjectAltNames = List.copyOf(subjectAltNames);
        verifyCertificateSpki = List.copyOf(verifyCertificateSpki);
        verifyCertificateHash = List.copyOf(verifyCertificateHash);
        cipherSuites = List.copyOf(cipherSuites);
    }

    /** Who ends TLS. Istio: ServerTLSSettings.TLSmode. */
    public enum Mode {
        PASSTHROUGH,
        SIMPLE,
        MUTUAL,
        AUTO_PASSTHROUGH,
        ISTIO_MUTUAL,
        OPTIONAL_MUTUAL
    }

    /** A version of TLS. Istio: ServerTLSSettings.TLSProtocol. */
    public enum Version {
        TLS_AUTO,
        TLSV1_0,
        TLSV1_1,
        TLSV1_2,
        TLSV1_3
    }

    /**
     * A certificate by path.
     *
     * @param serverCertificate path of the certificate
     * @param privateKey path of its key
     * @param caCertificates path of the authorities
     */
    public record Certificate(
            Optional<String> serverCertificate, Optional<String> privateKey, Optional<String> caCertificates) {}
}
