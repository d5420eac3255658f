package io.convergate.routing.model;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A condition on requests: everything given must hold. Istio: HTTPMatchRequest.
 *
 * @param name a name for logs
 * @param uri on the path, without query
 * @param ignoreUriCase whether {@code uri}, if exact or prefix, ignores case
 * @param scheme on the scheme
 * @param method on the method
 * @param authority on the Host header as received, port included
 * @param headers on headers that must be as said, by name
 * @param withoutHeaders on headers that must not be as said, by name
 * @param queryParams on parameters of the query, by name
 * @param port the port of the listener
 * @param gateways the gateways it is for; empty means the virtual service's
 * @param sourceLabels labels the proxy must have
 * @param sourceNamespace the namespace of the proxy
 * @param statPrefix a prefix for statistics
 */
public record HttpMatch(
        Optional<String> name,
        Optional<StringMatch> uri,
        boolean ignoreUriCase,
        Optional<StringMatch> scheme,
        Optional<StringMatch> method,
        Optional<StringMatch> authority,
        Map<String, StringMatch> headers,
        Map<String, StringMatch> withoutHeaders,
        Map<String, StringMatch> queryParams,
        OptionalLong port,
        List<String> gateways,
        Map<String, String> sourceLabels,
        Optional<String> sourceNamespace,
        Optional<String> statPrefix) {
    public HttpMatch {
        headers = Map.copyOf(headers);
        withoutHeaders = Map.copyOf(withoutHeaders);
        queryParams = Map.copyOf(queryParams);
        gateways = List.copyOf(gateways);
        sourceLabels = Map.copyOf(sourceLabels);
    }
}
