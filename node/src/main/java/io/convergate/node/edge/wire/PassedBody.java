package io.convergate.node.edge.wire;

import io.convergate.node.edge.http.Exchange;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.scaladsl.model.AttributeKey;
import org.jspecify.annotations.Nullable;

/**
 * The response attribute that says which entity stands for which body on the wire. A body goes from channel to channel
 * only if the outgoing entity is the very instance named here; an entity that a filter replaced or transformed is
 * streamed.
 */
public record PassedBody(HttpEntity entity, WireBody body) {
    public static final AttributeKey<PassedBody> KEY = new AttributeKey<>("convergate-body", PassedBody.class);

    /** The request body that {@code entity} stands for; null if it is not the wire's own. */
    public static @Nullable WireBody ofRequest(@Nullable Exchange exchange, HttpEntity entity) {
        return exchange instanceof ServerExchange ours ? ours.bodyOf(entity) : null;
    }

    /** The response body that the response's entity stands for; null if it is not the wire's own. */
    @SuppressWarnings("ReferenceEquality") // an equal entity may have another stream behind it
    static @Nullable WireBody of(org.apache.pekko.http.scaladsl.model.HttpResponse response) {
        PassedBody passed = attribute(response);
        return passed != null && passed.entity == response.entity() ? passed.body : null;
    }

    /** The body on the wire that came with the response, whatever its entity is now; null if there is none. */
    static @Nullable WireBody behind(org.apache.pekko.http.scaladsl.model.HttpResponse response) {
        PassedBody passed = attribute(response);
        return passed == null ? null : passed.body;
    }

    private static @Nullable PassedBody attribute(org.apache.pekko.http.scaladsl.model.HttpResponse response) {
        return response.attributes().isEmpty()
                ? null
                : (PassedBody) response.attributes().getOrElse(KEY, () -> null);
    }
}
