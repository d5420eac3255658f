package io.convergate.node.edge.proxy;

import io.convergate.node.edge.http.ContentTypes;
import io.convergate.node.edge.http.Fields;
import io.convergate.node.edge.http.HeaderName;
import io.convergate.node.edge.http.Statuses;
import java.nio.charset.StandardCharsets;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.scaladsl.model.AttributeKey;
import org.apache.pekko.http.scaladsl.model.HttpEntity;
import org.apache.pekko.http.scaladsl.model.HttpProtocol;
import org.apache.pekko.http.scaladsl.model.HttpProtocols$;
import org.apache.pekko.http.scaladsl.model.HttpResponse;
import org.apache.pekko.util.ByteString;
import scala.collection.immutable.Map;
import scala.collection.immutable.Map$;

/** A reply the gateway makes itself. It always says so, in {@code X-Convergate-Response-Flags}. */
final class LocalReply {
    private static final HeaderName FLAGS = HeaderName.of("x-convergate-response-flags");
    private static final HeaderName SERVER = HeaderName.of("server");
    private static final String PRODUCT = "convergate";
    private static final String PLAIN_TEXT = "text/plain; charset=UTF-8";
    private static final HttpProtocol HTTP_1_1 = HttpProtocols$.MODULE$.HTTP$div1$u002E1();
    private static final Map<AttributeKey<?>, Object> NO_ATTRIBUTES = Map$.MODULE$.empty();

    private static final HttpEntity.Strict EMPTY = (HttpEntity.Strict) HttpEntities.EMPTY;

    private LocalReply() {}

    /**
     * The fields that every reply of ours begins with.
     *
     * @param flags the response flags as they are written
     */
    static Fields fields(String flags) {
        Fields fields = new Fields(8);
        fields.add(SERVER, PRODUCT);
        fields.add(FLAGS, flags);
        return fields;
    }

    /** A refusal, with its reason as text. */
    static HttpResponse error(int status, Fields fields, String reason) {
        ByteString body = ByteString.fromArrayUnsafe((reason + "\n").getBytes(StandardCharsets.UTF_8));
        return response(status, fields, new HttpEntity.Strict(ContentTypes.of(PLAIN_TEXT), body));
    }

    /** A reply without a body. */
    static HttpResponse empty(int status, Fields fields) {
        return response(status, fields, EMPTY);
    }

    /** A reply with this body, or with none if its status has none. */
    static HttpResponse response(int status, Fields fields, HttpEntity.Strict body) {
        HttpEntity.Strict sent = Statuses.allowsBody(status) ? body : EMPTY;
        return new HttpResponse(Statuses.of(status), fields.toSeq(), NO_ATTRIBUTES, sent, HTTP_1_1);
    }
}
