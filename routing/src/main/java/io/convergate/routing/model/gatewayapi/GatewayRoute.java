package io.convergate.routing.model.gatewayapi;

import io.convergate.routing.model.KubernetesResource;
import io.convergate.routing.model.Metadata;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Which requests or connections of which listeners go where. Gateway API: HTTPRoute, GRPCRoute, TLSRoute, TCPRoute, UDPRoute,
 * which differ in what their rules may say.
 *
 * @param apiVersion the API group and version it was written in
 * @param metadata its name and labels
 * @param type which of the kinds
 * @param parents the listeners it wants to be attached to
 * @param hostnames the hosts it speaks for; empty for those of its listeners
 * @param rules what goes where
 */
public record GatewayRoute(
        String apiVersion,
        Metadata metadata,
        Type type,
        List<ParentRef> parents,
        List<String> hostnames,
        List<Rule> rules)
        implements KubernetesResource {
    public GatewayRoute {
        Objects.requireNonNull(apiVersion, "apiVersion");
        Objects.requireNonNull(metadata, "metadata");
        Objects.requireNonNull(type, "type");
        parents = List.copyOf(parents);
        hostnames = List.copyOf(hostnames);
        rules = List.copyOf(rules);
    }

    @Override
    public String kind() {
        return type.kind();
    }

    @Override
    public GatewayRoute with(Metadata metadata) {
        return new GatewayRoute(apiVersion, metadata, type, parents, hostnames, rules);
    }

    /** Every backend that it names, those of mirrors too. */
    public Stream<BackendRef> allBackends() {
        return rules.stream()
                .flatMap(rule -> Stream.concat(
                        rule.backends().stream(),
                        rule.filters().stream()
                                .filter(RouteFilter.RequestMirror.class::isInstance)
                                .map(filter -> ((RouteFilter.RequestMirror) filter).backend())));
    }

    /** The kinds of routes. */
    public enum Type {
        HTTP("HTTPRoute"),
        GRPC("GRPCRoute"),
        TLS("TLSRoute"),
        TCP("TCPRoute"),
        UDP("UDPRoute");

        private final String kind;

        Type(String kind) {
            this.kind = kind;
        }

        /** Whether it is of requests, not of connections. */
        public boolean carriesRequests() {
            return this == HTTP || this == GRPC;
        }

        /** The kind, such as {@code HTTPRoute}. */
        public String kind() {
            return kind;
        }
    }

    /**
     * Some requests and what happens to them.
     *
     * @param name a name for logs
     * @param matches which requests: one of these must match; empty means all
     * @param filters what happens to them on the way
     * @param backends where they go
     * @param requestTimeout how long the whole exchange may take; zero means no bound
     * @param backendTimeout how long one attempt at a backend may take; zero means no bound
     * @param retry what is sent again; empty for the gateway's own rule
     * @param unserved the experimental fields it sets, by their names
     */
    public record Rule(
            Optional<String> name,
            List<Match> matches,
            List<RouteFilter> filters,
            List<BackendRef> backends,
            Optional<Duration> requestTimeout,
            Optional<Duration> backendTimeout,
            Optional<Retry> retry,
            List<String> unserved) {
        public Rule {
            matches = List.copyOf(matches);
            filters = List.copyOf(filters);
            backends = List.copyOf(backends);
            unserved = List.copyOf(unserved);
        }
    }

    /**
     * Which responses are asked for once more. Gateway API: HTTPRouteRetry.
     *
     * @param codes their statuses
     * @param attempts how often, beyond the first time; empty for the gateway's own number
     * @param backoff the least pause before; empty for the gateway's own
     */
    public record Retry(List<Long> codes, OptionalLong attempts, Optional<Duration> backoff) {
        public Retry {
            codes = List.copyOf(codes);
        }
    }

    /**
     * A condition on requests: everything given must hold.
     *
     * @param path on the path
     * @param rpc on the gRPC method that the path names, of a GRPCRoute
     * @param headers on headers
     * @param queryParams on parameters of the query
     * @param method on the method
     */
    public record Match(
            Optional<PathMatch> path,
            Optional<RpcMatch> rpc,
            List<ValueMatch> headers,
            List<ValueMatch> queryParams,
            Optional<String> method) {
        public Match {
            headers = List.copyOf(headers);
            queryParams = List.copyOf(queryParams);
        }
    }

    /** How a text is compared. */
    public enum MatchType {
        EXACT("Exact"),
        PATH_PREFIX("PathPrefix"),
        REGULAR_EXPRESSION("RegularExpression");

        private final String word;

        MatchType(String word) {
            this.word = word;
        }

        /** Gateway API's name. */
        @Override
        public String toString() {
            return word;
        }
    }

    /**
     * A condition on the method of gRPC that is called.
     *
     * @param type how both are compared
     * @param service the service, with its package; empty for any
     * @param method the method; empty for any
     */
    public record RpcMatch(MatchType type, Optional<String> service, Optional<String> method) {}

    /** A condition on the path. */
    public record PathMatch(MatchType type, String value) {}

    /** A condition on a value by its name. */
    public record ValueMatch(MatchType type, String name, String value) {}
}
