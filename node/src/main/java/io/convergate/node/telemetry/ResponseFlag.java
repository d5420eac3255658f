package io.convergate.node.telemetry;

import java.util.List;

/**
 * Why a reply is not simply what an upstream sent: Envoy's response flags, so that a log reads as Istio's users know it.
 * Every reply the gateway makes itself carries one.
 */
public enum ResponseFlag {
    /** No route matched. */
    NR("NoRouteFound"),
    /** The route names an upstream that does not exist. */
    NC("NoClusterFound"),
    /** The upstream has no endpoint to send to. */
    UH("NoHealthyUpstream"),
    /** No connection to the endpoint could be opened. */
    UF("UpstreamConnectionFailure"),
    /** The endpoint closed or reset the connection while it owed a response. */
    UC("UpstreamConnectionTermination"),
    /** A limit on connections, requests or retries to the upstream was reached. */
    UO("UpstreamOverflow"),
    /** The response did not come within the route's timeout, or the attempt's. */
    UT("UpstreamRequestTimeout"),
    /** Every attempt that was allowed failed. */
    URX("UpstreamRetryLimitExceeded"),
    /** The upstream sent what is no HTTP that we pass on. */
    UPE("UpstreamProtocolError"),
    /** The client sent what is no HTTP that we pass on. */
    DPE("DownstreamProtocolError"),
    /** The client went away before the end. */
    DC("DownstreamConnectionTermination"),
    /** No byte moved for as long as a stream may be idle. */
    SI("StreamIdleTimeout"),
    /** The route delayed the request on purpose. */
    DI("DelayInjected"),
    /** The route failed the request on purpose. */
    FI("FaultInjected"),
    /** A rate limit refused it. */
    RL("RateLimited"),
    /** The route itself is the reply: a redirect or a direct response. Not an error. */
    DR("DirectResponse"),
    /** The gateway itself failed; its log says how. */
    LR("LocalReset");

    /** All of them, in their order. */
    static final List<ResponseFlag> ALL = List.of(values());

    private final String description;

    ResponseFlag(String description) {
        this.description = description;
    }

    /** Envoy's long name. */
    public String description() {
        return description;
    }
}
