package io.convergate.routing.action;

import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What scripts of other origins may do. Istio: CorsPolicy, with the rules of Envoy's CORS filter: a preflight of an allowed
 * origin is answered by the gateway, and a response to an allowed origin says so. Immutable.
 */
public final class Cors implements Filter {
    private final List<Predicate<String>> origins;
    private final @Nullable String allowMethods;
    private final @Nullable String allowHeaders;
    private final @Nullable String exposeHeaders;
    private final @Nullable String maxAge;
    private final boolean allowCredentials;
    private final boolean forwardsUnmatchedPreflights;

    /**
     * @param origins the allowed origins; {@code *} passes one of them if any origin does
     * @param allowMethods the methods, as they are told to browsers; null to tell none, like the next ones
     * @param allowHeaders the request headers
     * @param exposeHeaders the response headers that scripts may read
     * @param maxAge for how many seconds a browser may remember
     * @param allowCredentials whether cookies are sent
     * @param forwardsUnmatchedPreflights whether the upstream answers the preflight of an origin that is not allowed
     */
    public Cors(
            List<Predicate<String>> origins,
            @Nullable String allowMethods,
            @Nullable String allowHeaders,
            @Nullable String exposeHeaders,
            @Nullable String maxAge,
            boolean allowCredentials,
            boolean forwardsUnmatchedPreflights) {
        this.origins = List.copyOf(origins);
        this.allowMethods = allowMethods;
        this.allowHeaders = allowHeaders;
        this.exposeHeaders = exposeHeaders;
        this.maxAge = maxAge;
        this.allowCredentials = allowCredentials;
        this.forwardsUnmatchedPreflights = forwardsUnmatchedPreflights;
    }

    /** Whether scripts of this origin, as the header {@code Origin} names it, may. */
    public boolean allows(String origin) {
        Objects.requireNonNull(origin, "origin");
        for (Predicate<String> allowed : origins) {
            if (allowed.test("*") || allowed.test(origin)) {
                return true;
            }
        }
        return false;
    }

    public @Nullable String allowMethods() {
        return allowMethods;
    }

    public @Nullable String allowHeaders() {
        return allowHeaders;
    }

    public @Nullable String exposeHeaders() {
        return exposeHeaders;
    }

    /** In seconds. */
    public @Nullable String maxAge() {
        return maxAge;
    }

    public boolean allowCredentials() {
        return allowCredentials;
    }

    /** Whether the upstream answers the preflight of an origin that is not allowed; else the gateway does, and allows nothing. */
    public boolean forwardsUnmatchedPreflights() {
        return forwardsUnmatchedPreflights;
    }
}
