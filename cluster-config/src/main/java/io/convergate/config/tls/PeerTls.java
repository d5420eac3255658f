package io.convergate.config.tls;

import io.convergate.routing.tls.TlsCredential;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * TLS between nodes: 1.3, and both sides show a certificate of the cluster's authority. A certificate that is for clients alone makes no
 * node, so that whoever may call the admin API with one cannot join the cluster with it. Each new connection uses what is in the files by
 * then; those that are open go on. Safe for use by any thread.
 */
public final class PeerTls {
    private static final String[] PROTOCOLS = {"TLSv1.3"};
    private static final String SERVER_USAGE = "1.3.6.1.5.5.7.3.1";
    private static final String ANY_USAGE = "2.5.29.37.0";

    private final Watched<TlsCredential> own;
    private final WatchedContext context;
    private final Addresses addresses;

    /** Whether a node's certificate must name its address. */
    public enum Addresses {
        /** It must: a stolen certificate is good for its own address alone. */
        CHECKED,
        /** It need not: for addresses that nobody knows in advance. */
        ANY
    }

    private PeerTls(Watched<TlsCredential> own, WatchedContext context, Addresses addresses) {
        this.own = own;
        this.context = context;
        this.addresses = addresses;
    }

    /**
     * Reads the files.
     *
     * @param files this node's certificate and key
     * @param authorities whose certificates are nodes'
     * @param watch looks at the files from now on
     * @throws IllegalArgumentException if they cannot be used: the message says which file, what was found and what was expected
     */
    public static PeerTls open(
            CredentialFiles files, NamedFile authorities, Addresses addresses, FileWatch watch, InstantSource clock) {
        Watched<TlsCredential> own = watch.add(files.watch("certificate of the cluster", clock));
        Watched<Authorities> trusted = watch.add(Authorities.watch("authorities of the cluster", authorities));
        if (!isForNodes(own.get().certificate())) {
            throw new IllegalArgumentException(files.certificate()
                    .unusable("a certificate for clients alone", "extended key usage serverAuth and clientAuth")
                    .getMessage());
        }
        return new PeerTls(own, new WatchedContext(own, Optional.of(trusted)), addresses);
    }

    /** For a connection that comes in. */
    public SSLEngine server() {
        SSLEngine engine = context.get().createSSLEngine();
        engine.setUseClientMode(false);
        engine.setEnabledProtocols(PROTOCOLS);
        engine.setNeedClientAuth(true);
        return engine;
    }

    /** For a connection to a node. */
    public SSLEngine client(String host, int port) {
        SSLEngine engine = context.get().createSSLEngine(host, port);
        engine.setUseClientMode(true);
        engine.setEnabledProtocols(PROTOCOLS);
        if (addresses == Addresses.CHECKED) {
            SSLParameters parameters = engine.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            engine.setSSLParameters(parameters);
        }
        return engine;
    }

    /** Why the other side of a connection is no node, although its certificate was verified; empty if it is one. */
    public Optional<String> objection(SSLSession session) {
        try {
            return session.getPeerCertificates()[0] instanceof X509Certificate peer && isForNodes(peer)
                    ? Optional.empty()
                    : Optional.of("a certificate for clients alone (expected: a node's, with serverAuth)");
        } catch (SSLPeerUnverifiedException e) {
            return Optional.of("no certificate (expected: a node's)");
        }
    }

    private static boolean isForNodes(X509Certificate certificate) {
        try {
            List<String> usages = certificate.getExtendedKeyUsage();
            return usages == null || usages.contains(SERVER_USAGE) || usages.contains(ANY_USAGE);
        } catch (CertificateException e) {
            return false;
        }
    }

    /** What this node shows. */
    @Override
    public String toString() {
        return own.get().toString();
    }
}
