package io.convergate.routing.resolve;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;

/** Whether texts are certificates and keys in PEM. Says nothing of whether anybody should trust them. */
final class Certificates {
    private Certificates() {}

    /** Whether a text is at least one certificate. */
    static boolean areCertificates(byte[] pem) {
        try {
            return text(pem).contains("-----BEGIN CERTIFICATE-----")
                    && !CertificateFactory.getInstance("X.509")
                            .generateCertificates(new ByteArrayInputStream(pem))
                            .isEmpty();
        } catch (CertificateException e) {
            return false;
        }
    }

    /** Whether a text looks like a private key that needs no password. */
    static boolean isPrivateKey(byte[] pem) {
        return text(pem).contains(" PRIVATE KEY-----") && !text(pem).contains("ENCRYPTED")
                || text(pem).contains("-----BEGIN PRIVATE KEY-----");
    }

    private static String text(byte[] pem) {
        return new String(pem, StandardCharsets.ISO_8859_1);
    }
}
