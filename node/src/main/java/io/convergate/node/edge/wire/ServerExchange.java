package io.convergate.node.edge.wire;

import io.convergate.node.edge.EdgeLoop;
import io.convergate.node.edge.http.Exchange;
import io.convergate.node.edge.http.Fields;
import io.convergate.node.edge.http.HeaderRole;
import io.convergate.node.edge.http.ModelUri;
import io.convergate.node.edge.http.RequestTarget;
import io.convergate.node.telemetry.RequestRecord;
import io.convergate.routing.match.ListenerId;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.net.InetSocketAddress;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.RequestEntityAcceptances;
import org.apache.pekko.http.scaladsl.model.AttributeKey;
import org.apache.pekko.http.scaladsl.model.HttpMethod;
import org.apache.pekko.http.scaladsl.model.HttpProtocol;
import org.apache.pekko.http.scaladsl.model.HttpProtocols$;
import org.apache.pekko.http.scaladsl.model.RequestEntity;
import org.jspecify.annotations.Nullable;
import scala.collection.immutable.Map;

/** One request on a connection of ours and the reply to it. Confined to the connection's loop. */
final class ServerExchange extends Exchange {
    private static final HttpProtocol HTTP_1_0 = HttpProtocols$.MODULE$.HTTP$div1$u002E0();
    private static final HttpProtocol HTTP_1_1 = HttpProtocols$.MODULE$.HTTP$div1$u002E1();
    private final ServerConnection connection;
    private final RequestTarget target;
    private final boolean http10;
    private final boolean head;
    private final boolean keepAliveWanted;
    private final @Nullable WireBody body;
    private final RequestEntity entity;
    private boolean responseStarted;

    ServerExchange(
            ServerConnection connection,
            RequestRecord record,
            HttpRequest head,
            RequestTarget target,
            boolean keepAliveWanted,
            @Nullable ByteBuf inlineBody,
            @Nullable WireBody body) {
        super(record);
        this.connection = connection;
        this.target = target;
        this.http10 = head.protocolVersion() == HttpVersion.HTTP_1_0;
        this.head = head.method().name().equals("HEAD");
        this.keepAliveWanted = keepAliveWanted;
        this.body = body;
        WireHeaders headers = (WireHeaders) head.headers();
        String contentType = headers.first(HeaderRole.CONTENT_TYPE);
        this.entity = body == null
                ? ModelEntities.whole(contentType, inlineBody)
                : ModelEntities.arriving(
                        connection.loop(), contentType, headers.first(HeaderRole.CONTENT_LENGTH), body);
    }

    /** The request in Pekko HTTP's model. */
    org.apache.pekko.http.scaladsl.model.HttpRequest model(HttpRequest received) {
        return new org.apache.pekko.http.scaladsl.model.HttpRequest(
                method(received.method().name()),
                ModelUri.of("http", target),
                ((WireHeaders) received.headers()).fields().toSeq(),
                new Map.Map1<AttributeKey<?>, Object>(KEY, this),
                entity,
                http10 ? HTTP_1_0 : HTTP_1_1);
    }

    private static HttpMethod method(String name) {
        switch (name) {
            case "GET":
                return (HttpMethod) HttpMethods.GET;
            case "POST":
                return (HttpMethod) HttpMethods.POST;
            default:
                return (HttpMethod) HttpMethods.lookup(name)
                        .orElseGet(() -> HttpMethods.custom(name, false, false, RequestEntityAcceptances.Tolerated));
        }
    }

    /** The body that is still arriving, if {@code outgoing} is the very entity that stands for it. */
    @Nullable
    WireBody bodyOf(HttpEntity outgoing) {
        return outgoing == entity ? body : null;
    }

    @Nullable
    WireBody body() {
        return body;
    }

    boolean isHead() {
        return head;
    }

    boolean keepAliveWanted() {
        return keepAliveWanted;
    }

    void responseStarted() {
        responseStarted = true;
    }

    boolean isResponseStarted() {
        return responseStarted;
    }

    /** The client is gone. */
    void clientGone() {
        abort();
    }

    /** The reply is over. */
    void over() {
        finish();
    }

    @Override
    public EdgeLoop loop() {
        return connection.loop();
    }

    @Override
    public InetSocketAddress peer() {
        return connection.peer();
    }

    @Override
    public InetSocketAddress local() {
        return connection.local();
    }

    @Override
    public ListenerId listener() {
        return connection.listener().id();
    }

    @Override
    public boolean secure() {
        return false;
    }

    @Override
    public RequestTarget target() {
        return target;
    }

    @Override
    public boolean http10() {
        return http10;
    }

    @Override
    public void interim(int status, Fields fields) {
        if (!http10 && !responseStarted && !isAborted()) {
            connection.writeInterim(status, fields);
        }
    }
}
