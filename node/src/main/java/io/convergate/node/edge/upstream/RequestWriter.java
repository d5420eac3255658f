package io.convergate.node.edge.upstream;

import io.convergate.node.edge.http.ContentTypes;
import io.convergate.node.edge.http.Field;
import io.convergate.node.edge.wire.BodyHandOver;
import io.convergate.node.edge.wire.BodyWriter;
import io.convergate.node.edge.wire.HeadWriter;
import io.convergate.node.edge.wire.PassedBody;
import io.convergate.node.edge.wire.WireLoop;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import java.nio.charset.StandardCharsets;
import org.apache.pekko.http.scaladsl.model.ContentType;
import org.apache.pekko.http.scaladsl.model.HttpEntity;
import org.apache.pekko.http.scaladsl.model.HttpHeader;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/** Writes one request to an upstream connection. Confined to the loop. */
final class RequestWriter implements BodyWriter.Owner {
    private static final int HEAD_BYTES = 512;
    private static final int COPIED_BODY_BYTES_MAX = 16 * 1024;
    private static final byte[] CHUNKED = "transfer-encoding: chunked\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CONTENT_TYPE = "content-type".getBytes(StandardCharsets.US_ASCII);

    private final Channel channel;
    private final WireLoop loop;
    private final UpstreamConnection connection;
    private @Nullable BodyHandOver body;
    private boolean done;

    RequestWriter(Channel channel, WireLoop loop, UpstreamConnection connection) {
        this.channel = channel;
        this.loop = loop;
        this.connection = connection;
    }

    /** Whether the whole request has been handed to the channel. */
    boolean isDone() {
        return done;
    }

    void write(UpstreamRequest request) {
        HttpEntity entity = request.entity();
        ByteBuf out = channel.alloc().buffer(HEAD_BYTES);
        HeadWriter.requestLine(out, request.method(), request.target());
        writeFields(out, request, entity.contentType());
        if (entity instanceof HttpEntity.Strict strict) {
            writeWhole(out, request.method(), strict.data());
        } else {
            writeArriving(out, request, entity);
        }
    }

    private static void writeFields(ByteBuf out, UpstreamRequest request, ContentType type) {
        boolean typeWritten = false;
        for (int i = 0; i < request.fields().size(); i++) {
            HttpHeader field = request.fields().get(i);
            switch (Field.roleOf(field)) {
                case CONTENT_LENGTH, TRANSFER_ENCODING, CONNECTION:
                    break;
                case CONTENT_TYPE:
                    if (ContentTypes.of(field.value()).equals(type)) {
                        HeadWriter.field(out, field);
                        typeWritten = true;
                    }
                    break;
                default:
                    HeadWriter.field(out, field);
                    break;
            }
        }
        if (!typeWritten && !type.equals(ContentTypes.none())) {
            HeadWriter.field(out, CONTENT_TYPE, type.value());
        }
    }

    private void writeWhole(ByteBuf out, String method, ByteString data) {
        int size = data.size();
        if (size > 0 || method.equals("POST") || method.equals("PUT") || method.equals("PATCH")) {
            HeadWriter.contentLength(out, size);
        }
        HeadWriter.end(out);
        done = true;
        if (size <= COPIED_BODY_BYTES_MAX) {
            out.writeBytes(data.toArrayUnsafe());
        } else {
            channel.write(out, channel.voidPromise());
            out = Unpooled.wrappedBuffer(data.toArrayUnsafe());
        }
        channel.writeAndFlush(out, channel.voidPromise());
    }

    private void writeArriving(ByteBuf out, UpstreamRequest request, HttpEntity entity) {
        scala.Option<Object> length = entity.contentLengthOption();
        boolean chunked = length.isEmpty();
        if (chunked) {
            out.writeBytes(CHUNKED);
        } else {
            HeadWriter.contentLength(out, (Long) length.get());
        }
        HeadWriter.end(out);
        channel.write(out, channel.voidPromise());
        BodyWriter writer = new BodyWriter(channel, chunked ? -1 : (Long) length.get(), chunked, true, this);
        BodyHandOver started = new BodyHandOver(writer);
        body = started;
        started.start(loop, entity, PassedBody.ofRequest(request.exchange(), entity));
        channel.flush();
    }

    @Override
    public void bodyWritten() {
        done = true;
    }

    @Override
    public void bodyFailed(Throwable cause) {
        connection.fail(new UpstreamFailure(
                UpstreamFailure.Kind.REQUEST_CUT_OFF, "the request body was cut off: " + cause.getMessage()));
    }

    void writable() {
        if (body != null) {
            body.writable();
        }
    }

    /** The rest of the request is of no use to anyone. */
    void stop() {
        if (body != null) {
            body.stop();
        }
    }
}
