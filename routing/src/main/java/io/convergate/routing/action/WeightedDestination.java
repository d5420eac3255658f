package io.convergate.routing.action;

import io.convergate.routing.upstream.Upstream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One of the places a route forwards to. */
public final class WeightedDestination {
    private static final int SERVICE_UNAVAILABLE = 503;

    private final @Nullable Upstream upstream;
    private final int statusIfUnknown;
    private final int weight;
    private final @Nullable String authority;
    private final @Nullable PathRewrite rewrite;
    private final HeaderOperations request;
    private final HeaderOperations response;
    private final String unknownName;

    /**
     * @param upstream the upstream; null if its host, port or subset is not known
     * @param weight the share relative to the route's other destinations, at least 1
     * @param authority what the upstream gets as Host; null to leave the client's
     * @param request the route's operations, then the destination's
     * @param response the route's operations, then the destination's
     */
    public WeightedDestination(
            @Nullable Upstream upstream,
            int weight,
            @Nullable String authority,
            HeaderOperations request,
            HeaderOperations response) {
        this(upstream, SERVICE_UNAVAILABLE, weight, authority, null, request, response, "");
    }

    /**
     * @param upstream the upstream; null if it is not known
     * @param statusIfUnknown the status of the answer if it is not known
     * @param weight the share relative to the route's other destinations, at least 1
     * @param authority what the upstream gets as Host; null to leave the client's
     * @param rewrite what becomes of the path, in place of the route's rewrite; null for that one
     * @param request the route's operations, then the destination's
     * @param response the route's operations, then the destination's
     */
    public WeightedDestination(
            @Nullable Upstream upstream,
            int statusIfUnknown,
            int weight,
            @Nullable String authority,
            @Nullable PathRewrite rewrite,
            HeaderOperations request,
            HeaderOperations response) {
        this(upstream, statusIfUnknown, weight, authority, rewrite, request, response, "");
    }

    private WeightedDestination(
            @Nullable Upstream upstream,
            int statusIfUnknown,
            int weight,
            @Nullable String authority,
            @Nullable PathRewrite rewrite,
            HeaderOperations request,
            HeaderOperations response,
            String unknownName) {
        if (weight < 1) {
            throw new IllegalArgumentException(weight + " (expected: at least 1)");
        }
        this.upstream = upstream;
        this.statusIfUnknown = statusIfUnknown;
        this.weight = weight;
        this.authority = authority;
        this.rewrite = rewrite;
        this.request = Objects.requireNonNull(request, "request");
        this.response = Objects.requireNonNull(response, "response");
        this.unknownName = unknownName;
    }

    /** The upstream; null if its host, port or subset is not known: then a request is answered (NC). */
    public @Nullable Upstream upstream() {
        return upstream;
    }

    /** The status of the answer if the upstream is not known. Istio: 503; Gateway API: 500. */
    public int statusIfUnknown() {
        return statusIfUnknown;
    }

    /** What becomes of the path, in place of the route's rewrite; null for that one. */
    public @Nullable PathRewrite rewrite() {
        return rewrite;
    }

    /** The share relative to the route's other destinations, at least 1. */
    public int weight() {
        return weight;
    }

    /** The same with another share. */
    public WeightedDestination withWeight(int share) {
        return new WeightedDestination(
                upstream, statusIfUnknown, share, authority, rewrite, request, response, unknownName);
    }

    /** The same; if the upstream is not known, this is what was written in its place. */
    public WeightedDestination named(String written) {
        return upstream != null
                ? this
                : new WeightedDestination(
                        null, statusIfUnknown, weight, authority, rewrite, request, response, written);
    }

    /** What was written for an upstream that is not known; may be empty. */
    public String unknownName() {
        return unknownName;
    }

    /** What the upstream gets as Host; null to leave the client's. */
    public @Nullable String authority() {
        return authority;
    }

    /** What happens to the request's headers: the route's operations and the destination's, in one. */
    public HeaderOperations request() {
        return request;
    }

    /** What happens to the response's headers: the route's operations and the destination's, in one. */
    public HeaderOperations response() {
        return response;
    }
}
