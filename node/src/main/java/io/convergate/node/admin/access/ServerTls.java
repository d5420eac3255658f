package io.convergate.node.admin.access;

import io.convergate.config.tls.Authorities;
import io.convergate.config.tls.TlsContexts;
import io.convergate.config.tls.Watched;
import io.convergate.routing.tls.TlsCredential;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of TLS. Each new connection gets the certificate and the authorities that are in the files by then; those that are
 * open go on with what they have. Safe for use by any thread.
 */
public final class ServerTls {
    private final Watched<TlsCredential> own;
    private final Optional<Watched<Authorities>> clients;
    private @Nullable Made made;

    private record Made(TlsCredential own, Optional<Authorities> clients, SSLContext context) {}

    ServerTls(Watched<TlsCredential> own, Optional<Watched<Authorities>> clients) {
        this.own = own;
        this.clients = clients;
    }

    /** For one connection. A client may show a certificate if there is an authority for them, and need not. */
    public SSLEngine engine() {
        SSLEngine engine = context().createSSLEngine();
        engine.setUseClientMode(false);
        engine.setEnabledProtocols(TlsContexts.protocols());
        engine.setWantClientAuth(clients.isPresent());
        return engine;
    }

    private synchronized SSLContext context() {
        TlsCredential credential = own.get();
        Optional<Authorities> authorities = clients.map(Watched::get);
        Made last = made;
        if (last == null || last.own() != credential || !last.clients().equals(authorities)) {
            last = new Made(credential, authorities, TlsContexts.of(Optional.of(credential), authorities));
            made = last;
        }
        return last.context();
    }
}
