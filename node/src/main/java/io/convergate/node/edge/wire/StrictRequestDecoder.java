package io.convergate.node.edge.wire;

import io.convergate.node.edge.Limits;
import io.convergate.node.edge.http.HeaderRole;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Netty's request decoder between two checks: see {@link MessageGuard}. Emits {@code HttpRequest}, {@code HttpContent}
 * and {@code LastHttpContent} of well-formed requests, then at most one {@link WireFault} and nothing after it.
 */
final class StrictRequestDecoder extends HttpRequestDecoder {
    private final MessageGuard guard = new MessageGuard(new RequestHeadScanner(), StrictRequestDecoder::check);

    StrictRequestDecoder(Limits limits) {
        super(Framing.decoderConfig(limits));
    }

    /** Whether a request has begun to arrive and is not complete. */
    boolean inMessage() {
        return guard.inMessage();
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf buffer, List<Object> out) throws Exception {
        if (guard.beforeDecode(buffer, out)) {
            int before = buffer.readerIndex();
            int first = out.size();
            super.decode(ctx, buffer, out);
            guard.afterDecode(buffer.readerIndex() - before, buffer, out, first);
        }
    }

    /** At the end of the connection there is nothing to repair: half a message is no message. */
    @Override
    protected void decodeLast(ChannelHandlerContext ctx, ByteBuf buffer, List<Object> out) throws Exception {
        if (buffer.isReadable() && !guard.failed()) {
            decode(ctx, buffer, out);
        }
    }

    private static @Nullable WireFault check(HttpMessage message) {
        WireHeaders headers = (WireHeaders) message.headers();
        WireFault fault = Framing.check(headers);
        if (fault != null) {
            return fault;
        }
        int hosts = headers.count(HeaderRole.HOST);
        if (hosts > 1 || hosts == 0 && message.protocolVersion() == HttpVersion.HTTP_1_1) {
            return WireFault.badRequest(hosts == 0 ? "no Host" : "several Host fields");
        }
        return null;
    }
}
