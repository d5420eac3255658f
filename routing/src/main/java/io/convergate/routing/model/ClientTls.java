package io.convergate.routing.model;

import java.util.List;
import java.util.Optional;

/**
 * How TLS is spoken to a service. Istio: ClientTLSSettings.
 *
 * @param mode whether, and with which certificate
 * @param clientCertificate path of the certificate
 * @param privateKey path of its key
 * @param caCertificates path of the authorities; empty means the system's
 * @param credentialName the secret that holds them
 * @param subjectAltNames names the service's certificate may have
 * @param sni the server name sent; empty means the Host
 * @param insecureSkipVerify whether verification is left out
 * @param caCrl path of the revocation list
 */
public record ClientTls(
        Mode mode,
        Optional<String> clientCertificate,
        Optional<String> privateKey,
        Optional<String> caCertificates,
        Optional<String> credentialName,
        List<String> subjectAltNames,
        Optional<String> sni,
        Optional<Boolean> insecureSkipVerify,
        Optional<String> caCrl) {
    public ClientTls {
        subjectAltNames = List.copyOf(subjectAltNames);
    }

    /** Whether TLS is spoken. Istio: ClientTLSSettings.TLSmode. */
    public enum Mode {
        DISABLE,
        SIMPLE,
        MUTUAL,
        ISTIO_MUTUAL
    }
}
