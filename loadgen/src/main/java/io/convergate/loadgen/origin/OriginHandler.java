package io.convergate.loadgen.origin;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Answers the requests of one connection, or of one stream of HTTP/2, one after the other. Confined to the channel's loop: while an
 * answer is under way nothing further is read.
 */
final class OriginHandler extends ChannelInboundHandlerAdapter {
    private static final String REQUEST_ID = "x-request-id";
    private static final int WHOLE_MAX = 64 << 10;

    private final Origin origin;
    private @Nullable Received request;
    private Optional<Misbehaviour> trouble = Optional.empty();
    private boolean isDeaf;

    OriginHandler(Origin origin) {
        this.origin = origin;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            if (isDeaf) {
                return;
            }
            if (message instanceof HttpRequest head) {
                begin(context, head);
            }
            Received now = request;
            if (message instanceof HttpContent content && now != null) {
                now.add(content.content());
                if (message instanceof LastHttpContent) {
                    context.channel().config().setAutoRead(false);
                    answer(context, now);
                }
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void begin(ChannelHandlerContext context, HttpRequest head) {
        if (head.decoderResult().isFailure()) {
            isDeaf = true;
            context.writeAndFlush(raw(400, "no HTTP request\n")).addListener(ChannelFutureListener.CLOSE);
            return;
        }
        trouble = origin.behaviour().draw();
        String id = head.headers().get(REQUEST_ID, "");
        long sequence = origin.log()
                .add(
                        origin.label(),
                        id,
                        head.method().name(),
                        head.uri(),
                        trouble.map(Misbehaviour::kind).orElse("served"));
        request = Received.of(head, sequence);
    }

    private static DefaultFullHttpResponse raw(int status, String text) {
        DefaultFullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(status),
                Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
        HttpUtil.setContentLength(response, response.content().readableBytes());
        return response;
    }

    private void answer(ChannelHandlerContext context, Received now) {
        if (trouble.isEmpty()) {
            serve(context, now);
        } else {
            misbehave(context, now, trouble.get());
        }
    }

    private void misbehave(ChannelHandlerContext context, Received now, Misbehaviour how) {
        if (how instanceof Misbehaviour.Slow slow) {
            long delay = origin.behaviour().delayMs(slow);
            context.executor().schedule(() -> serve(context, now), delay, TimeUnit.MILLISECONDS);
        } else if (how instanceof Misbehaviour.Errors errors) {
            write(context, now, Reply.text(errors.status(), origin.label() + " fails\n"));
        } else if (how instanceof Misbehaviour.Hang) {
            isDeaf = true;
            context.channel().config().setAutoRead(true);
        } else if (how instanceof Misbehaviour.Malformed malformed) {
            Sabotage.malformed(context, malformed.malformation());
        } else if (how instanceof Misbehaviour.CloseMidBody) {
            Sabotage.closeMidBody(context, head(now, 200, Reply.TEXT));
        } else {
            Sabotage.reset(context.channel());
        }
    }

    private void serve(ChannelHandlerContext context, Received now) {
        if (now.path().equals("/held")) {
            origin.hold(() -> context.executor()
                    .execute(() -> write(context, now, origin.endpoints().answer(now))));
            return;
        }
        Reply reply = origin.endpoints().answer(now);
        if (reply.delayMs() > 0) {
            context.executor().schedule(() -> write(context, now, reply), reply.delayMs(), TimeUnit.MILLISECONDS);
        } else {
            write(context, now, reply);
        }
    }

    private void write(ChannelHandlerContext context, Received now, Reply reply) {
        HttpResponse head = head(now, reply.status(), reply.contentType());
        boolean isHead = now.head().method().equals(HttpMethod.HEAD);
        if (reply.body() instanceof Reply.Ticks ticks) {
            HttpUtil.setTransferEncodingChunked(head, true);
            context.write(head);
            tick(context, ticks, isHead ? ticks.count() : 0);
            return;
        }
        long length =
                reply.body() instanceof Reply.Sized sized ? sized.bytes() : ((Reply.Whole) reply.body()).bytes().length;
        if (reply.status() != 204 && reply.status() != 304) {
            HttpUtil.setContentLength(head, length);
        }
        if (isHead || reply.status() == 204 || reply.status() == 304) {
            context.write(head);
            finish(context, context.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT));
        } else if (length > WHOLE_MAX && reply.body() instanceof Reply.Sized) {
            context.write(head);
            finish(context, context.writeAndFlush(new SizedInput(length)));
        } else {
            byte[] bytes =
                    reply.body() instanceof Reply.Whole whole ? whole.bytes() : SizedContent.piece(0, (int) length);
            ByteBuf content = Unpooled.wrappedBuffer(bytes);
            finish(
                    context,
                    context.writeAndFlush(new DefaultFullHttpResponse(
                            head.protocolVersion(),
                            head.status(),
                            content,
                            head.headers(),
                            LastHttpContent.EMPTY_LAST_CONTENT.trailingHeaders().copy())));
        }
    }

    private HttpResponse head(Received now, int status, String contentType) {
        HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status));
        head.headers()
                .set("x-origin", origin.label())
                .set("x-origin-seq", Long.toString(now.sequence()))
                .set(HttpHeaderNames.CONTENT_TYPE, contentType);
        String id = now.head().headers().get(REQUEST_ID);
        if (id != null) {
            head.headers().set(REQUEST_ID, id);
        }
        return head;
    }

    private void tick(ChannelHandlerContext context, Reply.Ticks ticks, int next) {
        if (next >= ticks.count()) {
            finish(context, context.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT));
        } else if (context.channel().isActive()) {
            context.writeAndFlush(
                    new DefaultHttpContent(Unpooled.copiedBuffer(ticks.text().apply(next), StandardCharsets.UTF_8)));
            context.executor()
                    .schedule(() -> tick(context, ticks, next + 1), ticks.intervalMs(), TimeUnit.MILLISECONDS);
        }
    }

    /** Reads on once the answer is written. */
    private void finish(ChannelHandlerContext context, ChannelFuture written) {
        request = null;
        written.addListener(done -> context.channel().config().setAutoRead(true));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        // The peer is gone, or was reset on purpose.
        context.close();
    }
}
