package io.convergate.routing.model;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A rule of a virtual service: which requests, and what happens to them. Istio: HTTPRoute.
 *
 * @param name a name for logs and statistics
 * @param match which requests: one of these must match; empty means all
 * @param route where to send them
 * @param redirect or where to send the client
 * @param directResponse or what to answer
 * @param delegate or which virtual service decides
 * @param rewrite what changes on the way to the destination
 * @param timeout how long the exchange may take, retries included; empty or zero means no bound
 * @param retries what is tried again; empty means the default
 * @param fault what goes wrong on purpose
 * @param mirror who gets a copy
 * @param mirrorPercentage how many requests are copied
 * @param mirrorPercent deprecated form of {@code mirrorPercentage}
 * @param mirrors who gets a copy, several
 * @param corsPolicy what scripts of other origins may do
 * @param headers changes to headers
 */
public record HttpRoute(
        Optional<String> name,
        List<HttpMatch> match,
        List<HttpRouteDestination> route,
        Optional<HttpRedirect> redirect,
        Optional<HttpDirectResponse> directResponse,
        Optional<Delegate> delegate,
        Optional<HttpRewrite> rewrite,
        Optional<Duration> timeout,
        Optional<HttpRetry> retries,
        Optional<HttpFault> fault,
        Optional<Destination> mirror,
        Optional<Percent> mirrorPercentage,
        OptionalLong mirrorPercent,
        List<HttpMirror> mirrors,
        Optional<CorsPolicy> corsPolicy,
        Headers headers) {
    public HttpRoute {
        match = List.copyOf(match);
        route = List.copyOf(route);
        mirrors = List.copyOf(mirrors);
    }

    /**
     * The name of its routes for a match. Istio: the rule's name, a dot, the match's name; either alone if the other is missing.
     *
     * @param of one of its matches; null if it has none
     */
    public String routeName(@Nullable HttpMatch of) {
        String ruleName = name.orElse("");
        String matchName = of == null ? "" : of.name().orElse("");
        return ruleName.isEmpty() || matchName.isEmpty() ? ruleName + matchName : ruleName + '.' + matchName;
    }

    /**
     * The virtual service that decides in place of this rule. Istio: Delegate.
     *
     * @param name its name
     * @param namespace its namespace; empty means the delegating one's
     */
    public record Delegate(String name, Optional<String> namespace) {}

    /**
     * A percentage. Istio: Percent.
     *
     * @param value 0 to 100
     */
    public record Percent(double value) {}

    /**
     * A destination that gets copies. Istio: HTTPMirrorPolicy.
     *
     * @param destination who gets them
     * @param percentage of how many requests; empty means all
     */
    public record HttpMirror(Destination destination, Optional<Percent> percentage) {}
}
