package io.convergate.node.edge.wire;

import io.convergate.node.edge.Limits;
import io.convergate.node.edge.http.HeaderRole;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Netty's response decoder between two checks: see {@link MessageGuard}. An upstream is trusted no more than a client:
 * what is ambiguous becomes a {@link WireFault}, which the client sees as 502.
 */
public final class StrictResponseDecoder extends HttpResponseDecoder {
    private final MessageGuard guard = new MessageGuard(new ResponseHeadScanner(), StrictResponseDecoder::check);
    private boolean answeringHead;

    public StrictResponseDecoder(Limits limits) {
        super(Framing.decoderConfig(limits));
    }

    /** Says whether the next response answers a HEAD request and so has no body, whatever its head says. */
    public void answering(boolean head) {
        answeringHead = head;
    }

    /** Whether bytes have arrived after the message that was decoded last. */
    public boolean hasMore() {
        return actualReadableBytes() > 0;
    }

    @Override
    protected boolean isContentAlwaysEmpty(HttpMessage message) {
        return answeringHead || super.isContentAlwaysEmpty(message);
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

    @Override
    protected void decodeLast(ChannelHandlerContext ctx, ByteBuf buffer, List<Object> out) throws Exception {
        if (!guard.failed()) {
            super.decodeLast(ctx, buffer, out);
        }
    }

    private static @Nullable WireFault check(HttpMessage message) {
        int status = ((HttpResponse) message).status().code();
        WireHeaders headers = (WireHeaders) message.headers();
        if (status == 101) {
            return WireFault.badRequest("a switch of protocols that nobody asked for");
        }
        if ((status < 200 || status == 204) && headers.transferEncodingAdded()
                || status < 200 && headers.has(HeaderRole.CONTENT_LENGTH)) {
            return WireFault.badRequest("a body announced in a response that has none");
        }
        return Framing.check(headers);
    }
}
