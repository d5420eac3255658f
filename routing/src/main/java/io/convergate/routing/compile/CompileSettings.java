package io.convergate.routing.compile;

import io.convergate.routing.action.RateLimit;
import io.convergate.routing.match.RouteInfo;
import io.convergate.routing.upstream.UpstreamInfo;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/**
 * What the compiler must know of its node.
 *
 * @param nodeLabels the node's labels, which gateways select by
 * @param nodeAddress the node's own IP address, where servers listen that name none; empty if it does not matter
 * @param routeAttachment called once for each route when it is first compiled, on the compiling thread; what it returns,
 *     never null, stays with the route
 * @param upstreamAttachment the same for upstreams
 * @param limitAttachment the same for limits, each time one is compiled
 * @param rootNamespace the namespace whose destination rules hold for all; Istio's default is {@code istio-system}
 */
public record CompileSettings(
        Map<String, String> nodeLabels,
        String nodeAddress,
        Function<RouteInfo, Object> routeAttachment,
        Function<UpstreamInfo, Object> upstreamAttachment,
        Function<RateLimit.Info, Object> limitAttachment,
        String rootNamespace) {
    /** The label that says in which namespace a node is, for {@code sourceNamespace}; without it, in {@code default}. */
    public static final String NAMESPACE_LABEL = "convergate.io/namespace";

    private static final String DEFAULT_NAMESPACE = "default";

    /** Istio's default root namespace. */
    public static final String ISTIO_SYSTEM = "istio-system";

    public CompileSettings {
        nodeLabels = Map.copyOf(nodeLabels);
        Objects.requireNonNull(nodeAddress, "nodeAddress");
        Objects.requireNonNull(routeAttachment, "routeAttachment");
        Objects.requireNonNull(upstreamAttachment, "upstreamAttachment");
        Objects.requireNonNull(limitAttachment, "limitAttachment");
        Objects.requireNonNull(rootNamespace, "rootNamespace");
    }

    /** Settings of a node that attaches nothing to limits. */
    public CompileSettings(
            Map<String, String> nodeLabels,
            String nodeAddress,
            Function<RouteInfo, Object> routeAttachment,
            Function<UpstreamInfo, Object> upstreamAttachment,
            String rootNamespace) {
        this(nodeLabels, nodeAddress, routeAttachment, upstreamAttachment, info -> info, rootNamespace);
    }

    /** Settings of a node that attaches nothing. */
    public static CompileSettings of(Map<String, String> nodeLabels) {
        return new CompileSettings(nodeLabels, "", info -> info, info -> info, info -> info, ISTIO_SYSTEM);
    }

    /** These settings for a table that nobody serves by. */
    public CompileSettings withoutAttachments() {
        return new CompileSettings(nodeLabels, nodeAddress, info -> info, info -> info, info -> info, rootNamespace);
    }

    /** The namespace of the node. */
    public String nodeNamespace() {
        return nodeLabels.getOrDefault(NAMESPACE_LABEL, DEFAULT_NAMESPACE);
    }
}
