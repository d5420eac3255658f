package io.convergate.routing.tls;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads PEM text (RFC 7468): certificates, and private keys in the three forms that tools write: PKCS#8, PKCS#1 for RSA, and
 * SEC 1 for elliptic curves. Text around the blocks is passed over. Bounds: {@link #BYTES_MAX} of text,
 * {@link #CERTIFICATES_MAX} certificates.
 */
public final class Pem {
    /** The longest text that is read. */
    public static final int BYTES_MAX = 1 << 20;

    /** The most certificates in one text; the bundles of public authorities have about 150. */
    public static final int CERTIFICATES_MAX = 1000;

    private static final String CERTIFICATE = "CERTIFICATE";
    private static final Pattern BEGIN = Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----");
    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA");

    private Pem() {}

    private record Block(String label, byte[] der) {}

    /**
     * The certificates of a text, in its order; at least one.
     *
     * @throws CredentialException if there is none, or one that cannot be read
     */
    public static List<X509Certificate> certificates(byte[] text) throws CredentialException {
        List<X509Certificate> certificates = new ArrayList<>();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (Block block : blocks(text)) {
                if (block.label().equals(CERTIFICATE)) {
                    certificates.add(
                            (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(block.der())));
                }
            }
        } catch (CertificateException e) {
            throw CredentialException.expected(
                    "certificate " + (certificates.size() + 1) + " is none", "an X.509 certificate");
        }
        if (certificates.isEmpty()) {
            throw CredentialException.expected("no certificate", "-----BEGIN CERTIFICATE-----");
        }
        if (certificates.size() > CERTIFICATES_MAX) {
            throw CredentialException.expected(certificates.size() + " certificates", "at most " + CERTIFICATES_MAX);
        }
        return List.copyOf(certificates);
    }

    /**
     * The first private key of a text.
     *
     * @throws CredentialException if there is none, or it is encrypted or of an unknown kind
     */
    public static PrivateKey privateKey(byte[] text) throws CredentialException {
        for (Block block : blocks(text)) {
            switch (block.label()) {
                case "PRIVATE KEY" -> {
                    return key(block.der());
                }
                case "RSA PRIVATE KEY" -> {
                    if (isEncrypted(text)) {
                        throw encrypted();
                    }
                    return key(Pkcs8.ofRsa(block.der()));
                }
                case "EC PRIVATE KEY" -> {
                    if (isEncrypted(text)) {
                        throw encrypted();
                    }
                    return key(Pkcs8.ofEllipticCurve(block.der()));
                }
                case "ENCRYPTED PRIVATE KEY" -> throw encrypted();
                default -> {
                    // Parameters of a curve, or a certificate in the same file.
                }
            }
        }
        throw CredentialException.expected("no private key", "-----BEGIN PRIVATE KEY-----");
    }

    private static CredentialException encrypted() {
        return CredentialException.expected("a private key that is encrypted", "one without a pass phrase");
    }

    /** RFC 1421: the old form of an encrypted key has headers before its base64. */
    private static boolean isEncrypted(byte[] text) {
        return new String(text, StandardCharsets.ISO_8859_1).contains("Proc-Type: 4,ENCRYPTED");
    }

    private static PrivateKey key(byte[] pkcs8) throws CredentialException {
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            } catch (InvalidKeySpecException another) {
                // Not of this algorithm; the next one says so too, or reads it.
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every JDK from 15 on has " + algorithm, e);
            }
        }
        throw CredentialException.expected(
                "a private key that cannot be read", "RSA, ECDSA (P-256, P-384, P-521) or Ed25519");
    }

    private static List<Block> blocks(byte[] text) throws CredentialException {
        if (text.length > BYTES_MAX) {
            throw CredentialException.expected(text.length + " bytes", "at most " + BYTES_MAX);
        }
        String ascii = new String(text, StandardCharsets.ISO_8859_1);
        List<Block> blocks = new ArrayList<>();
        Matcher begin = BEGIN.matcher(ascii);
        int from = 0;
        while (begin.find(from)) {
            String label = begin.group(1);
            String end = "-----END " + label + "-----";
            int to = ascii.indexOf(end, begin.end());
            if (to < 0) {
                throw CredentialException.expected("a block of PEM without an end", end);
            }
            blocks.add(new Block(label, decoded(label, ascii.substring(begin.end(), to))));
            from = to + end.length();
        }
        return blocks;
    }

    private static byte[] decoded(String label, String base64) throws CredentialException {
        String body = base64;
        int headers = body.lastIndexOf(": ");
        if (headers >= 0) {
            int end = body.indexOf('\n', headers);
            body = end < 0 ? "" : body.substring(end);
        }
        try {
            return Base64.getDecoder().decode(body.replaceAll("\\s", ""));
        } catch (IllegalArgumentException e) {
            throw CredentialException.expected("a " + label + " that is no base64", "PEM text");
        }
    }
}
