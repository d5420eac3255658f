package io.convergate.node.edge.proxy;

import io.convergate.node.edge.http.ContentTypes;
import io.convergate.node.edge.http.Fields;
import io.convergate.node.edge.http.HeaderName;
import io.convergate.node.edge.http.Statuses;
import java.nio.charset.StandardCharsets;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.scaladsl.model.AttributeKey;
import org.apache.pekko.http.scaladsl.model.ContentType;
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
    private static final HeaderName GRPC_STATUS = HeaderName.of("grpc-status");
    private static final HeaderName GRPC_MESSAGE = HeaderName.of("grpc-message");
    private static final int OK = 200;
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

    /**
     * A reply as a policy writes it: its body as it is, plain text unless a header says otherwise.
     *
     * @param headers more headers; they take the place of those in {@code fields}
     */
    static HttpResponse written(int status, Fields fields, java.util.Map<String, String> headers, String body) {
        headers.forEach((name, value) -> fields.set(HeaderName.of(name), value));
        String type = fields.joined("content-type");
        return response(
                status,
                fields,
                new HttpEntity.Strict(
                        ContentTypes.of(type == null && !body.isEmpty() ? PLAIN_TEXT : type),
                        ByteString.fromString(body)));
    }

    /**
     * A refusal to a client of gRPC, which hears of it in headers only.
     *
     * @param type the content type of its request
     * @param message why, as text
     */
    static HttpResponse grpc(ContentType type, Fields fields, String status, String message) {
        fields.add(GRPC_STATUS, status);
        fields.add(GRPC_MESSAGE, GrpcMessage.of(message));
        return response(OK, fields, new HttpEntity.Strict(type, ByteString.emptyByteString()));
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
