package io.convergate.routing.model;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What scripts of other origins may do. Istio: CorsPolicy.
 *
 * @param allowOrigin deprecated: origins, exact
 * @param allowOrigins origins
 * @param allowMethods methods
 * @param allowHeaders request headers
 * @param exposeHeaders response headers that scripts may read
 * @param maxAge how long a browser may remember
 * @param allowCredentials whether cookies are sent
 * @param unmatchedPreflights what becomes of a preflight of another origin; empty means it is forwarded
 */
public record CorsPolicy(
        List<String> allowOrigin,
        List<StringMatch> allowOrigins,
        List<String> allowMethods,
        List<String> allowHeaders,
        List<String> exposeHeaders,
        Optional<Duration> maxAge,
        Optional<Boolean> allowCredentials,
        Optional<UnmatchedPreflights> unmatchedPreflights) {
    public CorsPolicy {
        allowOrigin = List.copyOf(allowOrigin);
        allowOrigins = List.copyOf(allowOrigins);
        allowMethods = List.copyOf(allowMethods);
        allowHeaders = List.copyOf(allowHeaders);
        exposeHeaders = List.copyOf(exposeHeaders);
    }

    /** What becomes of a preflight of an origin that is not allowed. Istio: CorsPolicy.UnmatchedPreflights. */
    public enum UnmatchedPreflights {
        UNSPECIFIED,
        FORWARD,
        IGNORE
    }
}
