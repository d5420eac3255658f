package io.convergate.config.membership;

import io.convergate.config.tls.PeerTls;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.apache.pekko.remote.artery.tcp.SSLEngineProvider;
import scala.Option;

/** TLS between nodes, as Artery asks for it: for each connection anew. */
final class ArteryTls implements SSLEngineProvider {
    private final PeerTls tls;

    ArteryTls(PeerTls tls) {
        this.tls = tls;
    }

    @Override
    public SSLEngine createServerSSLEngine(String hostname, int port) {
        return tls.server();
    }

    @Override
    public SSLEngine createClientSSLEngine(String hostname, int port) {
        return tls.client(hostname, port);
    }

    @Override
    public Option<Throwable> verifyClientSession(String hostname, SSLSession session) {
        return verdict(session);
    }

    @Override
    public Option<Throwable> verifyServerSession(String hostname, SSLSession session) {
        return verdict(session);
    }

    private Option<Throwable> verdict(SSLSession session) {
        Optional<String> objection = tls.objection(session);
        return objection.isPresent() ? Option.apply(new SSLPeerUnverifiedException(objection.get())) : Option.empty();
    }
}
