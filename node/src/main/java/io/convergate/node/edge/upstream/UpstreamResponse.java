package io.convergate.node.edge.upstream;

import io.convergate.node.edge.http.Fields;
import io.convergate.node.edge.http.Statuses;
import io.convergate.node.edge.wire.PassedBody;
import io.convergate.node.edge.wire.WireBody;
import org.apache.pekko.http.scaladsl.model.AttributeKey;
import org.apache.pekko.http.scaladsl.model.HttpProtocol;
import org.apache.pekko.http.scaladsl.model.HttpProtocols$;
import org.apache.pekko.http.scaladsl.model.HttpResponse;
import org.apache.pekko.http.scaladsl.model.ResponseEntity;
import org.jspecify.annotations.Nullable;
import scala.collection.immutable.Map;
import scala.collection.immutable.Map$;

/**
 * A response as it came, ready to be made one of the model's.
 *
 * @param status 200 to 599
 * @param fields the fields in their order, hop-by-hop fields included
 * @param entity the body in the model
 * @param body the body on the wire, if it has not arrived whole
 */
public record UpstreamResponse(
        int status,
        Fields fields,
        ResponseEntity entity,
        @Nullable WireBody body) {
    private static final HttpProtocol HTTP_1_1 = HttpProtocols$.MODULE$.HTTP$div1$u002E1();
    private static final Map<AttributeKey<?>, Object> NO_ATTRIBUTES = Map$.MODULE$.empty();

    /** The model's response with these fields instead of the received ones. */
    public HttpResponse toModel(Fields outgoing) {
        Map<AttributeKey<?>, Object> attributes =
                body == null ? NO_ATTRIBUTES : new Map.Map1<>(PassedBody.KEY, new PassedBody(entity, body));
        return new HttpResponse(Statuses.of(status), outgoing.toSeq(), attributes, entity, HTTP_1_1);
    }

    /** Nobody will read the body. On the loop. */
    public void discard() {
        if (body != null) {
            body.cancel();
        }
    }
}
