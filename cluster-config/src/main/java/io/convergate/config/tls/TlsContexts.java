package io.convergate.config.tls;

import io.convergate.routing.tls.TlsCredential;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** The JDK's TLS contexts out of certificates and keys. */
public final class TlsContexts {
    /** The versions that are spoken. */
    private static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");

    private TlsContexts() {}

    /** TLS 1.3, and 1.2 for those who have nothing newer. */
    public static String[] protocols() {
        return PROTOCOLS.toArray(String[]::new);
    }

    /**
     * A context.
     *
     * @param own what to show to the other side; empty for nothing
     * @param trusted whose certificates the other side may show; empty for those that the JDK trusts
     */
    public static SSLContext of(Optional<TlsCredential> own, Optional<Authorities> trusted) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(
                    own.isPresent() ? keys(own.get()) : new KeyManager[0],
                    trusted.isPresent() ? managers(trusted.get().certificates()) : null,
                    null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("a key and certificates that were read make no TLS context", e);
        }
    }

    private static KeyManager[] keys(TlsCredential own) throws GeneralSecurityException, IOException {
        char[] password = new char[0];
        KeyStore store = empty();
        store.setKeyEntry("own", own.key(), password, own.chain().toArray(Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, password);
        return factory.getKeyManagers();
    }

    /** What trusts certificates of these authorities. */
    public static X509ExtendedTrustManager trust(Authorities trusted) {
        try {
            return (X509ExtendedTrustManager) managers(trusted.certificates())[0];
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("certificates that were read make no trust", e);
        }
    }

    private static TrustManager[] managers(List<X509Certificate> trusted) throws GeneralSecurityException, IOException {
        KeyStore store = empty();
        for (int i = 0; i < trusted.size(); i++) {
            store.setCertificateEntry("authority-" + i, trusted.get(i));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }
}
