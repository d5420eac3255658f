package io.convergate.node.edge;

import io.convergate.node.edge.proxy.ForwardingTrust;
import io.convergate.routing.request.PathNormalization;
import java.util.List;
import java.util.Map;

/**
 * How the edge is set up.
 *
 * @param nodeName the node's name, for logs and header values
 * @param host the address its listeners bind to
 * @param portMap where a Gateway's port is bound instead; a port that is not in it is bound as it is
 * @param wire {@code netty}, or {@code pekko-http} to have Pekko HTTP's own server in front of the same proxy
 * @param transport {@code auto}, {@code io_uring}, {@code epoll} or {@code nio}
 * @param loops event loops; 0 for one a core
 * @param pathNormalization how paths are brought to one form
 * @param trustedProxies addresses and networks whose forwarding headers are believed; others are refused with an
 *     {@code IllegalArgumentException}
 * @param unsafeRetries what holds when a request of a method that is not idempotent could be sent again
 * @param sampledRequests about how many recent requests are kept in mind; 0 for none
 */
public record EdgeSettings(
        String nodeName,
        String host,
        Map<Integer, Integer> portMap,
        String wire,
        String transport,
        int loops,
        PathNormalization pathNormalization,
        List<String> trustedProxies,
        UnsafeRetries unsafeRetries,
        Limits limits,
        Deadlines deadlines,
        int sampledRequests) {
    /** Unless told otherwise, so many requests are kept in mind. */
    public static final int SAMPLED_REQUESTS = 1_000;

    public EdgeSettings {
        portMap = Map.copyOf(portMap);
        trustedProxies = List.copyOf(trustedProxies);
        ForwardingTrust.of(trustedProxies);
    }

    /** The defaults for a node on this address. */
    public static EdgeSettings of(String nodeName, String host) {
        return new EdgeSettings(
                nodeName,
                host,
                Map.of(),
                "netty",
                "auto",
                0,
                PathNormalization.BASE,
                List.of(),
                UnsafeRetries.AS_CONFIGURED,
                Limits.DEFAULT,
                Deadlines.DEFAULT,
                SAMPLED_REQUESTS);
    }

    /** These settings with another port map. */
    public EdgeSettings withPortMap(Map<Integer, Integer> newPortMap) {
        return new EdgeSettings(
                nodeName,
                host,
                newPortMap,
                wire,
                transport,
                loops,
                pathNormalization,
                trustedProxies,
                unsafeRetries,
                limits,
                deadlines,
                sampledRequests);
    }

    /** These settings with other limits and deadlines. */
    public EdgeSettings withBounds(Limits newLimits, Deadlines newDeadlines) {
        return new EdgeSettings(
                nodeName,
                host,
                portMap,
                wire,
                transport,
                loops,
                pathNormalization,
                trustedProxies,
                unsafeRetries,
                newLimits,
                newDeadlines,
                sampledRequests);
    }

    /** These settings with another rule for methods that are not idempotent. */
    public EdgeSettings withUnsafeRetries(UnsafeRetries newUnsafeRetries) {
        return new EdgeSettings(
                nodeName,
                host,
                portMap,
                wire,
                transport,
                loops,
                pathNormalization,
                trustedProxies,
                newUnsafeRetries,
                limits,
                deadlines,
                sampledRequests);
    }

    /** These settings with another number of requests kept in mind. */
    public EdgeSettings withSampledRequests(int newSampledRequests) {
        return new EdgeSettings(
                nodeName,
                host,
                portMap,
                wire,
                transport,
                loops,
                pathNormalization,
                trustedProxies,
                unsafeRetries,
                limits,
                deadlines,
                newSampledRequests);
    }
}
