package io.convergate.node.admin.access;

import io.convergate.config.tls.Authorities;
import io.convergate.config.tls.CredentialFiles;
import io.convergate.config.tls.FileWatch;
import io.convergate.config.tls.NamedFile;
import io.convergate.config.tls.Watched;
import io.convergate.node.admin.api.ProblemDocument;
import java.net.InetAddress;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.pekko.http.javadsl.model.AttributeKeys;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;

/**
 * Decides of every request who sends it and whether he may, before anything else looks at it:
 *
 * <ol>
 *   <li>a bearer token, if there is one: it must be right, whatever else speaks for the caller;
 *   <li>else the certificate that he showed when the connection was made, if it is still valid;
 *   <li>else, if nobody could prove anything, loopback (or everybody, if told so). A proxy on this machine brings others to
 *       loopback, so a request that says it came through one is not from here;
 *   <li>then the Host and the Origin, against web pages ({@link CallerGuard});
 *   <li>then the role that the call needs ({@link AccessRules}).
 * </ol>
 *
 * Safe for use by any thread.
 */
public final class AdminAccess {
    private static final String REALM = "Bearer realm=\"convergate\"";
    private static final String BEARER = "bearer ";

    /** What proxies add for those they speak for. */
    private static final List<String> FORWARDING =
            List.of("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via");

    private final AccessSettings settings;
    private final InstantSource clock;
    private final CallerGuard guard;
    private final Optional<Watched<Tokens>> tokens;
    private final Optional<ServerTls> tls;
    private final FailureBudget failures = new FailureBudget(System::nanoTime);

    private AdminAccess(
            AccessSettings settings, InstantSource clock, Optional<Watched<Tokens>> tokens, Optional<ServerTls> tls) {
        this.settings = settings;
        this.clock = clock;
        this.guard = new CallerGuard(settings.names());
        this.tokens = tokens;
        this.tls = tls;
    }

    /**
     * Reads the files that the settings name.
     *
     * @param host the address that the API is bound to
     * @param watch looks at the files from now on
     * @throws IllegalArgumentException if they cannot be used, or would not be safe: the message says which option, what was found
     *     and what was expected
     */
    public static AdminAccess open(AccessSettings settings, InetAddress host, FileWatch watch, InstantSource clock) {
        boolean clear = settings.certificate().isEmpty() && !host.isLoopbackAddress();
        if (settings.tokens().isPresent() && clear && settings.trust() == AccessSettings.Trust.LOOPBACK) {
            throw new IllegalArgumentException("--admin-tokens without --admin-cert on " + host.getHostAddress()
                    + ": tokens would cross the network in clear (expected: --admin-cert and --admin-key, or"
                    + " --admin-insecure if something else encrypts)");
        }
        Optional<Watched<Tokens>> tokens =
                settings.tokens().map(path -> watch.add(Tokens.watch(NamedFile.open("--admin-tokens", path))));
        Optional<Watched<Authorities>> authorities = settings.clientAuthorities()
                .map(path -> watch.add(Authorities.watch(
                        "authorities of the admin API's clients", NamedFile.open("--admin-client-ca", path))));
        Optional<ServerTls> tls = settings.certificate()
                .map(path -> new CredentialFiles(
                        NamedFile.open("--admin-cert", path),
                        NamedFile.secret("--admin-key", settings.key().orElseThrow())))
                .map(files ->
                        new ServerTls(watch.add(files.watch("certificate of the admin API", clock)), authorities));
        return new AdminAccess(settings, clock, tokens, tls);
    }

    /** How connections are encrypted; empty if they are not. */
    public Optional<ServerTls> tls() {
        return tls;
    }

    /** For the first lines that a person sees. */
    public String description() {
        if (settings.authenticates()) {
            return tokens.isPresent() && settings.clientAuthorities().isPresent()
                    ? "tokens, client certificates"
                    : tokens.isPresent() ? "tokens" : "client certificates";
        }
        return settings.trust() == AccessSettings.Trust.EVERYBODY
                ? "open to everybody (--admin-insecure)"
                : "loopback only, as nobody can prove who he is";
    }

    /** What a person has to be warned of; empty if nothing. */
    public Optional<String> warning() {
        return settings.trust() == AccessSettings.Trust.EVERYBODY && !settings.authenticates()
                ? Optional.of(
                        "--admin-insecure: whoever reaches the admin API may change everything and see every Secret")
                : Optional.empty();
    }

    /** Who sends this request, and whether he may. */
    public Decision decide(HttpRequest request) {
        String method = request.method().value();
        String path = request.getUri().path();
        Identity identity = identify(request);
        Principal who = identity instanceof Identity.Known known ? known.who() : Principal.unproven(Role.VIEW);
        boolean safeHost = tls.isPresent() || who.proof() == Principal.Proof.TOKEN;
        Optional<ProblemDocument> objection = guard.objection(request, safeHost);
        if (objection.isPresent()) {
            return Decision.Refused.of(who, objection.get());
        }
        Optional<Role> needed = AccessRules.needed(method, path);
        if (needed.isEmpty()) {
            return new Decision.Allowed(who);
        }
        if (identity instanceof Identity.Unknown unknown) {
            return unknown.answer();
        }
        return who.role().covers(needed.get())
                ? new Decision.Allowed(who)
                : Decision.Refused.of(who, insufficient(who, needed.get(), method + " " + path));
    }

    /** The answer to somebody whose role is not enough. */
    public static ProblemDocument insufficient(Principal who, Role needed, String what) {
        return ProblemDocument.of(
                403,
                "Forbidden",
                (who.isProven()
                                ? who.name() + " has the role " + who.role().word()
                                : "role " + who.role().word()) + " (expected: " + needed.word() + ", for " + what
                        + ")");
    }

    private sealed interface Identity {
        record Known(Principal who) implements Identity {}

        record Unknown(Decision.Refused answer) implements Identity {}
    }

    private Identity identify(HttpRequest request) {
        InetAddress source = source(request);
        Optional<String> token = request.getHeader("Authorization")
                .map(HttpHeader::value)
                .filter(value -> value.regionMatches(true, 0, BEARER, 0, BEARER.length()))
                .map(value -> value.substring(BEARER.length()).strip());
        if (settings.authenticates() && token.isPresent()) {
            return tokens.flatMap(known -> known.get().owner(token.get(), clock.instant()))
                    .<Identity>map(Identity.Known::new)
                    .orElseGet(() -> wrongToken(source));
        }
        Optional<X509Certificate> certificate = certificate(request);
        if (certificate.isPresent()) {
            return byCertificate(certificate.get());
        }
        if (settings.authenticates()) {
            return unauthorized("nobody said who he is (expected: " + proofs() + ")", REALM, "");
        }
        if (settings.trust() == AccessSettings.Trust.EVERYBODY) {
            return new Identity.Known(Principal.unproven(Role.ADMIN));
        }
        return byAddress(request, source);
    }

    private Identity wrongToken(InetAddress source) {
        OptionalLong turnedAway = failures.failed(source);
        if (turnedAway.isEmpty()) {
            ProblemDocument why = ProblemDocument.of(
                    429, "Too many failures", "too many wrong tokens from one address (expected: one a second)");
            return new Identity.Unknown(
                    new Decision.Refused(Principal.unproven(Role.VIEW), why, Map.of("Retry-After", "1"), "", false));
        }
        long more = turnedAway.getAsLong();
        return unauthorized(
                "the token is not known here, or has expired (expected: one of --admin-tokens)",
                REALM + ", error=\"invalid_token\"",
                "wrong token" + (more > 0 ? ", and " + more + " more" : ""));
    }

    private Identity byCertificate(X509Certificate certificate) {
        try {
            certificate.checkValidity(Date.from(clock.instant()));
        } catch (CertificateException e) {
            return unauthorized(
                    "the client certificate has expired (expected: one that is valid)", REALM, "expired certificate");
        }
        return ClientCertificates.owner(certificate)
                .<Identity>map(Identity.Known::new)
                .orElseGet(() -> new Identity.Unknown(Decision.Refused.of(
                        Principal.unproven(Role.VIEW),
                        ProblemDocument.of(
                                403,
                                "Forbidden",
                                "the client certificate names no role (expected: O=convergate:view, O=convergate:edit or"
                                        + " O=convergate:admin in its subject)"))));
    }

    private static Identity byAddress(HttpRequest request, InetAddress source) {
        Optional<String> forwarded = FORWARDING.stream()
                .filter(name -> request.getHeader(name).isPresent())
                .findFirst();
        if (source.isLoopbackAddress() && forwarded.isEmpty()) {
            return new Identity.Known(Principal.unproven(Role.ADMIN));
        }
        String from = forwarded
                .map(header -> "came through a proxy, as its " + header + " says")
                .orElse("came from " + source.getHostAddress());
        return new Identity.Unknown(Decision.Refused.of(
                Principal.unproven(Role.VIEW),
                ProblemDocument.of(
                        403,
                        "Only from this machine",
                        "the request " + from
                                + ", and callers cannot prove who they are to this node (expected: a call from"
                                + " 127.0.0.1; or a node with --admin-tokens or --admin-client-ca; or --admin-insecure,"
                                + " which lets everybody in)")));
    }

    private static Identity unauthorized(String detail, String challenge, String note) {
        return new Identity.Unknown(new Decision.Refused(
                Principal.unproven(Role.VIEW),
                ProblemDocument.of(401, "Unauthorized", detail),
                Map.of("WWW-Authenticate", challenge),
                note,
                true));
    }

    private String proofs() {
        return tokens.isPresent() && settings.clientAuthorities().isPresent()
                ? "a bearer token or a client certificate"
                : tokens.isPresent() ? "a bearer token" : "a client certificate";
    }

    private static Optional<X509Certificate> certificate(HttpRequest request) {
        return request.getAttribute(AttributeKeys.sslSession).flatMap(info -> {
            try {
                Certificate[] chain = info.getSession().getPeerCertificates();
                return chain.length > 0 && chain[0] instanceof X509Certificate first
                        ? Optional.of(first)
                        : Optional.empty();
            } catch (SSLPeerUnverifiedException none) {
                return Optional.empty();
            }
        });
    }

    private static InetAddress source(HttpRequest request) {
        return request.getAttribute(AttributeKeys.remoteAddress)
                .flatMap(address -> address.getAddress())
                .orElseThrow(() -> new IllegalStateException("a request from nowhere"));
    }
}
