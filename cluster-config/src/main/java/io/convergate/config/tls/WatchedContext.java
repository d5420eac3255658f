package io.convergate.config.tls;

import io.convergate.routing.tls.TlsCredential;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A TLS context of what is in the files now; a new one as soon as that has changed, so that no session of before is resumed. Safe for
 * use by any thread.
 */
public final class WatchedContext implements Supplier<SSLContext> {
    private final Watched<TlsCredential> own;
    private final Optional<Watched<Authorities>> trusted;
    private @Nullable Made made;

    private record Made(TlsCredential own, Optional<Authorities> trusted, SSLContext context) {}

    /**
     * A context.
     *
     * @param own what to show
     * @param trusted whose certificates the other side may show
     */
    public WatchedContext(Watched<TlsCredential> own, Optional<Watched<Authorities>> trusted) {
        this.own = own;
        this.trusted = trusted;
    }

    @Override
    public synchronized SSLContext get() {
        TlsCredential credential = own.get();
        Optional<Authorities> authorities = trusted.map(Watched::get);
        Made last = made;
        if (last == null || last.own() != credential || !last.trusted().equals(authorities)) {
            last = new Made(credential, authorities, TlsContexts.of(Optional.of(credential), authorities));
            made = last;
        }
        return last.context();
    }
}
