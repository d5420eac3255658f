package io.convergate.node.edge.upstream;

import io.convergate.node.edge.http.Exchange;
import io.convergate.node.edge.http.Fields;
import org.apache.pekko.http.scaladsl.model.RequestEntity;
import org.jspecify.annotations.Nullable;

/**
 * A request as it goes upstream.
 *
 * @param method the method, a token
 * @param target the request target, byte for byte
 * @param fields the fields in their order, Host among them; framing and connection fields are added by the connection
 * @param entity the body
 * @param exchange the exchange it belongs to; null for a copy, whose body is whole and whose interim responses nobody
 *     waits for
 */
public record UpstreamRequest(
        String method,
        String target,
        Fields fields,
        RequestEntity entity,
        @Nullable Exchange exchange) {}
