package io.convergate.routing.action;

import io.convergate.routing.request.Authority;
import io.convergate.routing.request.RequestFacts;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * An answer that sends the client elsewhere. Istio: HTTPRoute.redirect, and a server's {@code tls.httpsRedirect}. Where
 * Istio leaves a detail to Envoy, it is as in Envoy's {@code RedirectEntry.newUri}.
 */
public final class Redirect implements Action {
    private final int status;
    private final Optional<String> scheme;
    private final Optional<String> authority;
    private final Port port;
    private final OptionalInt explicitPort;
    private final @Nullable PathRewrite path;
    private final HeaderOperations response;

    /** Which port the Location names. */
    public enum Port {
        /** The port of the request's authority, unless the scheme changes and it is the old scheme's default. */
        KEEP,
        /** None. */
        SCHEME_DEFAULT,
        /** The port of the listener that took the request. */
        FROM_REQUEST,
        /** One that is configured. */
        EXPLICIT
    }

    /**
     * @param status the HTTP status: 301, 302, 303, 307 or 308
     * @param scheme the new scheme; empty keeps the request's
     * @param authority the new host, with no port derived from the request; empty keeps the request's
     * @param port which port the Location names; an explicit or derived one that is the scheme's default is left out
     * @param explicitPort the port for {@link Port#EXPLICIT}
     * @param path what becomes of the path; null keeps it. A replacement that has a query of its own takes the place of the
     *     request's query too
     * @param response applied to the answer
     */
    public Redirect(
            int status,
            Optional<String> scheme,
            Optional<String> authority,
            Port port,
            OptionalInt explicitPort,
            @Nullable PathRewrite path,
            HeaderOperations response) {
        if (status < 300 || status > 399 || (port == Port.EXPLICIT) != explicitPort.isPresent()) {
            throw new IllegalArgumentException(status + ", port " + port + " " + explicitPort);
        }
        this.status = status;
        this.scheme = scheme;
        this.authority = authority;
        this.port = port;
        this.explicitPort = explicitPort;
        this.path = path;
        this.response = Objects.requireNonNull(response, "response");
    }

    /** The redirect of a server with {@code httpsRedirect}: 301 to the same authority and path by https. */
    public static Redirect toHttps() {
        return new Redirect(
                301,
                Optional.of("https"),
                Optional.empty(),
                Port.KEEP,
                OptionalInt.empty(),
                null,
                HeaderOperations.NONE);
    }

    /** The HTTP status, 301 unless configured otherwise. */
    public int status() {
        return status;
    }

    @Override
    public HeaderOperations response() {
        return response;
    }

    /** The value of the Location header: an absolute URI. */
    public String location(RequestFacts request) {
        String newScheme = scheme.orElse(request.scheme());
        StringBuilder location =
                new StringBuilder(64).append(newScheme).append("://").append(host(request, newScheme));
        int newPort = portNumber(request);
        if (newPort != 0 && newPort != defaultPort(newScheme)) {
            location.append(':').append(newPort);
        }
        String newPath = path == null ? request.path() : path.rewrite(request.path());
        if (!newPath.isEmpty() && newPath.charAt(0) != '/' && newPath.charAt(0) != '?') {
            location.append('/'); // Else what follows would be more of the host (RFC 3986, 3.2).
        }
        location.append(newPath);
        String query = request.query();
        if (query != null && newPath.indexOf('?') < 0) {
            location.append('?').append(query);
        }
        return location.toString();
    }

    private String host(RequestFacts request, String newScheme) {
        if (authority.isPresent()) {
            return authority.get();
        }
        String received = request.authority();
        int end = Authority.hostEnd(received);
        if (end == received.length()) {
            return received;
        }
        boolean oldDefault = !newScheme.equals(request.scheme())
                && received.substring(end + 1).equals(Integer.toString(defaultPort(request.scheme())));
        return port == Port.KEEP && !oldDefault ? received : received.substring(0, end);
    }

    private int portNumber(RequestFacts request) {
        return switch (port) {
            case KEEP, SCHEME_DEFAULT -> 0;
            case FROM_REQUEST -> request.port();
            case EXPLICIT -> explicitPort.orElseThrow();
        };
    }

    private static int defaultPort(String scheme) {
        return scheme.equals("https") ? 443 : 80;
    }
}
