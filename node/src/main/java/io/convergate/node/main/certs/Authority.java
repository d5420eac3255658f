package io.convergate.node.main.certs;

import io.convergate.routing.tls.TlsCredential;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * Signs certificates. All keys are ECDSA on P-256, all signatures with SHA-256, serial numbers random (RFC 5280). A certificate
 * is valid from five minutes ago, so that a clock that is a little slow takes it.
 */
public final class Authority {
    private static final Duration CLOCKS_APART = Duration.ofMinutes(5);
    private static final int SERIAL_BITS = 127;

    private final TlsCredential own;

    /** An authority that exists: its certificate and key. */
    public Authority(TlsCredential own) {
        this.own = own;
    }

    /** What a certificate is for. */
    public enum Purpose {
        /** Being a node: it is server and client to the other nodes, and server of its admin API. */
        NODE(KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth),
        /** Being a client of the admin API. */
        CLIENT(KeyPurposeId.id_kp_clientAuth);

        private final KeyPurposeId[] usages;

        Purpose(KeyPurposeId... usages) {
            this.usages = usages;
        }
    }

    /**
     * A new authority, signed by itself.
     *
     * @param name its common name
     * @param validity how long its certificate is good for
     */
    public static Authority create(String name, Duration validity) {
        KeyPair pair = pair();
        X500Principal subject = new X500Principal("CN=" + name);
        try {
            X509v3CertificateBuilder builder = builder(subject, subject, pair, validity);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            X509Certificate certificate = signed(builder, pair.getPrivate());
            return new Authority(new TlsCredential(List.of(certificate), pair.getPrivate()));
        } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException("no certificate could be made", e);
        }
    }

    /** Its own certificate and key. */
    public TlsCredential own() {
        return own;
    }

    /**
     * A certificate and its key.
     *
     * @param subject whose it is, as {@code CN=node1}
     * @param hosts the IP addresses and host names it is good for
     * @param validity how long it is good for
     */
    public TlsCredential issue(String subject, Purpose purpose, List<String> hosts, Duration validity) {
        KeyPair pair = pair();
        try {
            X509v3CertificateBuilder builder =
                    builder(own.certificate().getSubjectX500Principal(), new X500Principal(subject), pair, validity);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose.usages));
            builder.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(own.certificate()));
            if (!hosts.isEmpty()) {
                builder.addExtension(Extension.subjectAlternativeName, false, names(hosts));
            }
            return new TlsCredential(List.of(signed(builder, own.key())), pair.getPrivate());
        } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException("no certificate could be made", e);
        }
    }

    private static GeneralNames names(List<String> hosts) {
        List<GeneralName> names = new ArrayList<>();
        for (String host : hosts) {
            boolean address = host.indexOf(':') >= 0 || host.matches("[0-9.]+");
            names.add(new GeneralName(address ? GeneralName.iPAddress : GeneralName.dNSName, host));
        }
        return new GeneralNames(names.toArray(GeneralName[]::new));
    }

    private static X509v3CertificateBuilder builder(
            X500Principal issuer, X500Principal subject, KeyPair pair, Duration validity)
            throws IOException, GeneralSecurityException {
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                issuer,
                new BigInteger(SERIAL_BITS, new SecureRandom()).setBit(SERIAL_BITS - 1),
                Date.from(now.minus(CLOCKS_APART)),
                Date.from(now.plus(validity)),
                subject,
                pair.getPublic());
        builder.addExtension(
                Extension.subjectKeyIdentifier,
                false,
                new JcaX509ExtensionUtils().createSubjectKeyIdentifier(pair.getPublic()));
        return builder;
    }

    private static X509Certificate signed(X509v3CertificateBuilder builder, PrivateKey key)
            throws GeneralSecurityException, OperatorCreationException {
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)));
    }

    private static KeyPair pair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has P-256", e);
        }
    }
}
