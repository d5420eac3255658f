package io.convergate.routing.tls;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;
import java.time.Instant;
import java.util.List;

/**
 * A certificate, what leads from it to its authority, and its private key, which fits.
 *
 * @param chain the certificate, then those that signed it, as they were written; at least one
 * @param key the private key of the first
 */
public record TlsCredential(List<X509Certificate> chain, PrivateKey key) {
    private static final byte[] CHALLENGE =
            "does this key belong to that certificate?".getBytes(StandardCharsets.US_ASCII);

    public TlsCredential {
        chain = List.copyOf(chain);
    }

    /**
     * Reads a certificate with its chain, and the key that belongs to it. Costs a signature, about a millisecond.
     *
     * @param certificates PEM
     * @param key PEM
     * @throws CredentialException if one of them cannot be read or they do not belong together
     */
    public static TlsCredential parse(byte[] certificates, byte[] key) throws CredentialException {
        List<X509Certificate> chain = Pem.certificates(certificates);
        PrivateKey privateKey = Pem.privateKey(key);
        if (!fits(chain.get(0), privateKey)) {
            throw CredentialException.expected(
                    "a private key of another certificate", "the key of " + name(chain.get(0)));
        }
        return new TlsCredential(chain, privateKey);
    }

    private static boolean fits(X509Certificate certificate, PrivateKey key) {
        if (!certificate.getPublicKey().getAlgorithm().equals(key.getAlgorithm())) {
            return false;
        }
        String algorithm = key instanceof RSAKey ? "SHA256withRSA" : key instanceof ECKey ? "SHA256withECDSA" : "EdDSA";
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(CHALLENGE);
            byte[] signed = signature.sign();
            signature.initVerify(certificate.getPublicKey());
            signature.update(CHALLENGE);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** The certificate itself. */
    public X509Certificate certificate() {
        return chain.get(0);
    }

    /** Whether the certificate is past its time. */
    public boolean isExpired(Instant now) {
        return now.isAfter(certificate().getNotAfter().toInstant());
    }

    /** A certificate's subject, for people. */
    public static String name(X509Certificate certificate) {
        String name = certificate.getSubjectX500Principal().getName();
        return name.isEmpty() ? "serial number " + certificate.getSerialNumber().toString(16) : name;
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "certificate of " + name(certificate());
    }
}
