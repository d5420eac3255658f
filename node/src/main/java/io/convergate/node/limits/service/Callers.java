package io.convergate.node.limits.service;

import io.convergate.config.tls.Authorities;
import io.convergate.config.tls.TlsContexts;
import io.convergate.config.tls.Watched;
import io.convergate.node.limits.service.LimitServiceSettings.Trust;
import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.ServerTransportFilter;
import io.grpc.Status;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask. Where clients have certificates, that of each new connection is looked at by the authorities that are in the file by then,
 * even if TLS has taken up a session of before. Any thread.
 */
final class Callers extends ServerTransportFilter {
    private static final Attributes.Key<Boolean> PROVEN = Attributes.Key.create("io.convergate.proven");

    private final Trust trust;
    private final Optional<Watched<Authorities>> authorities;

    /** @param authorities whose certificates prove something; empty if nobody can prove anything */
    Callers(Trust trust, Optional<Watched<Authorities>> authorities) {
        this.trust = trust;
        this.authorities = authorities;
    }

    @Override
    public Attributes transportReady(Attributes connection) {
        if (authorities.isEmpty()) {
            return connection;
        }
        SSLSession session = connection.get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
        return connection.toBuilder()
                .set(
                        PROVEN,
                        session != null && isProof(session, authorities.get().get()))
                .build();
    }

    private static boolean isProof(SSLSession session, Authorities now) {
        try {
            Certificate[] chain = session.getPeerCertificates();
            X509Certificate[] certificates = new X509Certificate[chain.length];
            for (int i = 0; i < chain.length; i++) {
                certificates[i] = (X509Certificate) chain[i];
            }
            TlsContexts.trust(now)
                    .checkClientTrusted(
                            certificates, certificates[0].getPublicKey().getAlgorithm());
            return true;
        } catch (SSLPeerUnverifiedException | CertificateException e) {
            return false;
        }
    }

    /** Why a caller is not answered; null if he is. */
    @Nullable
    Status objection(Attributes connection) {
        if (authorities.isPresent()) {
            return Boolean.TRUE.equals(connection.get(PROVEN))
                    ? null
                    : Status.UNAUTHENTICATED.withDescription(
                            "no client certificate that counts here (expected: one of --limit-service-client-ca)");
        }
        SocketAddress from = connection.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
        boolean local = from instanceof InetSocketAddress address
                && address.getAddress() != null
                && address.getAddress().isLoopbackAddress();
        return trust == Trust.EVERYBODY || local
                ? null
                : Status.PERMISSION_DENIED.withDescription("the call came from " + from
                        + ", and callers cannot prove who they are (expected: a call from loopback; or a node with"
                        + " --limit-service-client-ca; or --limit-service-insecure, which lets everybody in)");
    }
}
