package io.convergate.node.edge.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.http.scaladsl.model.HttpHeader;
import org.jspecify.annotations.Nullable;

/** What a decoder made of bytes, as text that does not depend on how they were cut. */
final class Decoded {
    private final List<String> parts = new ArrayList<>();
    private @Nullable StringBuilder body;

    private Decoded() {}

    /** Feeds the pieces one by one, then ends the connection. */
    static List<String> of(ChannelHandler decoder, List<byte[]> pieces) {
        Decoded decoded = new Decoded();
        EmbeddedChannel channel = new EmbeddedChannel(decoder);
        List<ByteBuf> given = new ArrayList<>();
        for (byte[] piece : pieces) {
            ByteBuf buffer = Unpooled.copiedBuffer(piece);
            given.add(buffer);
            channel.writeInbound(buffer);
            decoded.takeFrom(channel);
        }
        channel.finish();
        decoded.takeFrom(channel);
        if (decoded.body != null) {
            decoded.parts.add("body '" + decoded.body + "'");
        }
        for (ByteBuf buffer : given) {
            if (buffer.refCnt() != 0) {
                throw new AssertionError("a buffer that nobody released");
            }
        }
        return decoded.parts;
    }

    private void takeFrom(EmbeddedChannel channel) {
        for (Object message = channel.readInbound(); message != null; message = channel.readInbound()) {
            take(message);
        }
    }

    private void take(Object message) {
        if (message instanceof HttpRequest request) {
            parts.add(
                    request.decoderResult().isFailure()
                            ? "cut off"
                            : request.method() + " " + request.uri() + " " + request.protocolVersion()
                                    + fields(request.headers()));
        } else if (message instanceof HttpResponse response) {
            parts.add(
                    response.decoderResult().isFailure()
                            ? "cut off"
                            : response.protocolVersion() + " "
                                    + response.status().code() + fields(response.headers()));
        } else if (message instanceof HttpContent content) {
            body = body == null ? new StringBuilder() : body;
            body.append(content.content().toString(StandardCharsets.ISO_8859_1));
            content.release();
            if (content instanceof LastHttpContent last) {
                parts.add("body '" + body + "' end" + trailers(last));
                body = null;
            }
        } else if (message instanceof WireFault fault) {
            // How much of a body came through before its fault depends on how it was cut.
            body = null;
            parts.add("fault " + fault.status() + ": " + fault.reason());
        } else {
            throw new AssertionError("a " + message.getClass());
        }
    }

    private static String trailers(LastHttpContent last) {
        return last.trailingHeaders().isEmpty() ? "" : fields(last.trailingHeaders());
    }

    private static String fields(io.netty.handler.codec.http.HttpHeaders headers) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; headers instanceof WireHeaders wire && i < wire.fields().size(); i++) {
            HttpHeader field = wire.fields().get(i);
            text.append(" [")
                    .append(field.name())
                    .append("=")
                    .append(field.value())
                    .append(']');
        }
        return text.toString();
    }
}
