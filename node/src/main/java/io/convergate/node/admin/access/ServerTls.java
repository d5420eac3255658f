package io.convergate.node.admin.access;

import io.convergate.config.tls.Authorities;
import io.convergate.config.tls.TlsContexts;
import io.convergate.config.tls.Watched;
import io.convergate.config.tls.WatchedContext;
import io.convergate.routing.tls.TlsCredential;
import java.util.Optional;
import javax.net.ssl.SSLEngine;

/**
 * The server's side of TLS. Each new connection gets the certificate and the authorities that are in the files by then; those that are
 * open go on with what they have. Safe for use by any thread.
 */
public final class ServerTls {
    private final WatchedContext context;
    private final boolean wantsCertificates;

    ServerTls(Watched<TlsCredential> own, Optional<Watched<Authorities>> clients) {
        this.context = new WatchedContext(own, clients);
        this.wantsCertificates = clients.isPresent();
    }

    /** For one connection. A client may show a certificate if there is an authority for them, and need not. */
    public SSLEngine engine() {
        SSLEngine engine = context.get().createSSLEngine();
        engine.setUseClientMode(false);
        engine.setEnabledProtocols(TlsContexts.protocols());
        engine.setWantClientAuth(wantsCertificates);
        return engine;
    }
}
