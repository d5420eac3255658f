package io.convergate.node.edge.proxy;

import io.convergate.node.edge.http.Fields;
import io.convergate.node.edge.http.HeaderName;
import io.convergate.routing.action.Cors;
import io.convergate.routing.request.RequestFacts;
import org.jspecify.annotations.Nullable;

/**
 * A request by a script of an origin that is allowed to, and what browsers are told about it (the CORS protocol of the Fetch
 * standard, section 3.2). Immutable.
 */
final class CrossOrigin {
    private static final HeaderName ALLOW_ORIGIN = HeaderName.of("access-control-allow-origin");
    private static final HeaderName ALLOW_CREDENTIALS = HeaderName.of("access-control-allow-credentials");
    private static final HeaderName ALLOW_METHODS = HeaderName.of("access-control-allow-methods");
    private static final HeaderName ALLOW_HEADERS = HeaderName.of("access-control-allow-headers");
    private static final HeaderName EXPOSE_HEADERS = HeaderName.of("access-control-expose-headers");
    private static final HeaderName MAX_AGE = HeaderName.of("access-control-max-age");
    private static final HeaderName VARY = HeaderName.of("vary");

    private final Cors cors;
    private final String origin;

    private CrossOrigin(Cors cors, String origin) {
        this.cors = cors;
        this.origin = origin;
    }

    /** The request as one of an allowed origin; null if it names none, or one that is not allowed. */
    static @Nullable CrossOrigin of(Cors cors, RequestFacts request) {
        String origin = request.header("origin");
        return origin == null || origin.isEmpty() || !cors.allows(origin) ? null : new CrossOrigin(cors, origin);
    }

    /** Whether a browser asks for permission only. */
    static boolean isPreflight(RequestFacts request) {
        return request.method().equals("OPTIONS")
                && present(request.header("origin"))
                && present(request.header("access-control-request-method"));
    }

    private static boolean present(@Nullable String value) {
        return value != null && !value.isEmpty();
    }

    /** Grants what a preflight asks for. */
    void grant(Fields fields) {
        allow(fields);
        set(fields, ALLOW_METHODS, cors.allowMethods());
        set(fields, ALLOW_HEADERS, cors.allowHeaders());
        set(fields, MAX_AGE, cors.maxAge());
    }

    /** Lets the script read a response. What the upstream said about it is replaced. */
    void expose(Fields fields) {
        allow(fields);
        set(fields, EXPOSE_HEADERS, cors.exposeHeaders());
    }

    private void allow(Fields fields) {
        fields.set(ALLOW_ORIGIN, origin);
        if (cors.allowCredentials()) {
            fields.set(ALLOW_CREDENTIALS, "true");
        }
        // What is allowed to one origin must not be kept for another.
        fields.add(VARY, "origin");
    }

    private static void set(Fields fields, HeaderName name, @Nullable String value) {
        if (value != null) {
            fields.set(name, value);
        }
    }
}
