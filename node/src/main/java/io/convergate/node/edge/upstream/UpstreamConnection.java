package io.convergate.node.edge.upstream;

import io.convergate.node.edge.http.Fields;
import io.convergate.node.edge.http.HeaderRole;
import io.convergate.node.edge.http.HopByHop;
import io.convergate.node.edge.http.Statuses;
import io.convergate.node.edge.wire.ModelEntities;
import io.convergate.node.edge.wire.SocketProbe;
import io.convergate.node.edge.wire.StrictResponseDecoder;
import io.convergate.node.edge.wire.Sweeper;
import io.convergate.node.edge.wire.WireBody;
import io.convergate.node.edge.wire.WireFault;
import io.convergate.node.edge.wire.WireHeaders;
import io.convergate.node.edge.wire.WireLoop;
import io.convergate.routing.upstream.PoolSettings;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One connection to an endpoint: idle in its pool, or busy with one call. It goes back to the pool only if the request
 * was written whole, the response was read whole, nothing followed it, and neither side said close. Confined to its loop.
 */
final class UpstreamConnection extends ChannelInboundHandlerAdapter implements WireBody.Source {
    /** Interim responses (1xx) before the final one. */
    private static final int INTERIMS_MAX = 32;

    /** A connection that is used again sooner is not looked into: its end would most likely come with a response. */
    private static final long PROBED_AFTER_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final WireLoop loop;
    private final EndpointPool pool;
    private final StrictResponseDecoder decoder;
    private final long idleNanos;
    private final long lifeNanos;
    private final long bornNanos = System.nanoTime();
    private final int requestsMax;
    private final Sweeper.Swept idleDeadline = new Sweeper.Swept() {
        @Override
        protected void sweep(long nowNanos) {
            if (call == null && (nowNanos - idleSinceNanos > idleNanos || nowNanos - bornNanos > lifeNanos)) {
                close();
            }
        }
    };

    private Channel channel;
    private @Nullable UpstreamCall call;
    private @Nullable RequestWriter writer;
    private long idleSinceNanos = System.nanoTime();
    private int requests;
    private boolean reused;
    private boolean byteSeen;
    private int interims;
    private boolean keepAlive;
    /** A head whose body may still come with the same read. */
    private @Nullable HttpResponse head;

    private @Nullable WireBody body;

    @SuppressWarnings("NullAway.Init") // the channel is known from handlerAdded on
    /** @param idle how long it may be idle if its endpoint's settings do not say */
    UpstreamConnection(WireLoop loop, EndpointPool pool, StrictResponseDecoder decoder, Duration idle) {
        this.loop = loop;
        this.pool = pool;
        this.decoder = decoder;
        PoolSettings settings = pool.endpoint().settings();
        this.idleNanos = settings.idleTimeout()
                .map(time -> time.isZero() ? Long.MAX_VALUE : time.toNanos())
                .orElse(idle.toNanos());
        this.lifeNanos = settings.connectionDurationMax().map(Duration::toNanos).orElse(Long.MAX_VALUE);
        int max = settings.requestsPerConnectionMax();
        this.requestsMax = max == 0 ? Integer.MAX_VALUE : max;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        channel = ctx.channel();
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        pool.opened();
        loop.sweeper().add(idleDeadline);
    }

    /** The attempt to open it is over, one way or the other. */
    void connected() {
        UpstreamLimits limits = pool.endpoint().limits();
        if (limits != null) {
            limits.pendingOver();
        }
    }

    /** Sends the call's request. */
    void start(UpstreamCall newCall) {
        call = newCall;
        newCall.on(this);
        reused = requests > 0;
        requests++;
        byteSeen = false;
        interims = 0;
        UpstreamRequest request = newCall.request();
        decoder.answering(request.method().equals("HEAD"));
        RequestWriter requestWriter = new RequestWriter(channel, loop, this);
        writer = requestWriter;
        requestWriter.write(request);
    }

    // What the upstream says.

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        byteSeen = true;
        if (call == null) {
            ReferenceCountUtil.release(message);
            close();
        } else if (message instanceof HttpResponse received) {
            onHead(received);
        } else if (message instanceof HttpContent content) {
            onContent(content);
        } else if (message instanceof WireFault fault) {
            fail(new UpstreamFailure(UpstreamFailure.Kind.PROTOCOL, fault.reason()));
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    private void onHead(HttpResponse received) {
        if (received.decoderResult().isFailure()) {
            fail(terminated());
        } else if (received.status().code() >= 200) {
            head = received;
        } else if (++interims > INTERIMS_MAX) {
            fail(new UpstreamFailure(UpstreamFailure.Kind.PROTOCOL, "too many interim responses"));
        } else if (call != null && call.request().exchange() != null) {
            call.request().exchange().interim(received.status().code(), HopByHop.endToEnd(fieldsOf(received)));
        }
    }

    private void onContent(HttpContent content) {
        WireBody arriving = body;
        if (arriving != null) {
            arriving.offer(content.content());
            if (content instanceof LastHttpContent last) {
                endOfResponse();
                arriving.end(trailers(last));
            }
            return;
        }
        HttpResponse received = head;
        if (received == null) {
            // The empty end of an interim response.
            content.release();
            return;
        }
        boolean last = content instanceof LastHttpContent;
        WireHeaders trailers = last ? trailers((LastHttpContent) content) : null;
        if (last && trailers == null) {
            deliverWhole(received, content.content());
            content.release();
        } else {
            startBody(received);
            onContent(content);
        }
    }

    private static @Nullable WireHeaders trailers(LastHttpContent last) {
        return last.trailingHeaders() instanceof WireHeaders fields && !fields.isEmpty() ? fields : null;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (head != null) {
            startBody(head);
        }
        if (body != null) {
            body.readComplete();
        }
    }

    /** The response is here whole: no stream, and the connection is free before the reply is written. */
    private void deliverWhole(HttpResponse received, ByteBuf content) {
        UpstreamCall answered = call;
        if (answered == null) {
            return;
        }
        Fields fields = fieldsOf(received);
        UpstreamResponse response = new UpstreamResponse(
                received.status().code(), fields, ModelEntities.whole(contentType(received), content), null);
        keepAlive = keepAlive(received);
        head = null;
        endOfResponse();
        answered.complete(response);
    }

    private void startBody(HttpResponse received) {
        UpstreamCall answered = call;
        head = null;
        if (answered == null) {
            return;
        }
        WireBody arriving = new WireBody(this);
        body = arriving;
        keepAlive = keepAlive(received);
        WireHeaders headers = (WireHeaders) received.headers();
        UpstreamResponse response = new UpstreamResponse(
                received.status().code(),
                headers.fields(),
                ModelEntities.arriving(loop, contentType(received), headers.first(HeaderRole.CONTENT_LENGTH), arriving),
                arriving);
        answered.complete(response);
    }

    private static @Nullable String contentType(HttpResponse received) {
        return ((WireHeaders) received.headers()).first(HeaderRole.CONTENT_TYPE);
    }

    private static Fields fieldsOf(HttpResponse received) {
        return ((WireHeaders) received.headers()).fields();
    }

    private static boolean keepAlive(HttpResponse received) {
        WireHeaders headers = (WireHeaders) received.headers();
        boolean keepAlive = received.protocolVersion().equals(HttpVersion.HTTP_1_1);
        String connection = headers.first(HeaderRole.CONNECTION);
        if (connection != null) {
            keepAlive = keepAlive
                    ? !connection.toLowerCase(java.util.Locale.ROOT).contains("close")
                    : connection.toLowerCase(java.util.Locale.ROOT).contains("keep-alive");
        }
        boolean framed = headers.has(HeaderRole.CONTENT_LENGTH)
                || headers.has(HeaderRole.TRANSFER_ENCODING)
                || !Statuses.allowsBody(received.status().code());
        return keepAlive && framed;
    }

    // The end of a call.

    private void endOfResponse() {
        RequestWriter requestWriter = writer;
        boolean requestWritten = requestWriter != null && requestWriter.isDone();
        body = null;
        idle();
        if (requestWriter != null && !requestWritten) {
            requestWriter.stop();
        }
        boolean clean = keepAlive
                && requestWritten
                && !decoder.hasMore()
                && channel.isActive()
                && requests < requestsMax
                && idleSinceNanos - bornNanos < lifeNanos;
        if (!(clean && pool.keep(this))) {
            channel.close();
        } else if (!channel.config().isAutoRead()) {
            channel.config().setAutoRead(true);
        }
    }

    private void idle() {
        UpstreamCall over = call;
        call = null;
        writer = null;
        idleSinceNanos = System.nanoTime();
        if (over != null) {
            over.over();
        }
    }

    /** The call gets no response, or no more of it; the connection is of no further use. */
    void fail(UpstreamFailure failure) {
        UpstreamCall failed = call;
        if (failed == null) {
            return;
        }
        WireBody arriving = body;
        RequestWriter requestWriter = writer;
        body = null;
        head = null;
        idle();
        reset();
        if (arriving != null) {
            arriving.fail(failure);
        } else {
            failed.fail(failure);
        }
        if (requestWriter != null) {
            requestWriter.stop();
        }
    }

    /** The call is no longer wanted. */
    void abort(UpstreamCall unwanted) {
        if (call == unwanted) {
            fail(new UpstreamFailure(UpstreamFailure.Kind.ABORTED, "called off"));
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        pool.closed();
        loop.sweeper().remove(idleDeadline);
        if (call == null) {
            pool.remove(this);
        } else {
            fail(terminated());
        }
    }

    private UpstreamFailure terminated() {
        return reused && !byteSeen
                ? new UpstreamFailure(
                        UpstreamFailure.Kind.STALE_CONNECTION, "a pooled connection was closed by the upstream")
                : new UpstreamFailure(UpstreamFailure.Kind.TERMINATED, "the upstream closed the connection");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (call != null) {
            fail(terminated());
        }
        channel.close();
    }

    void close() {
        channel.close();
    }

    /**
     * Whether a request may be sent on it. What the upstream closed before the first byte of a request cannot have been acted
     * on, but that is certain only where the end is seen before that byte; so one that was idle for a while is looked into.
     */
    boolean isUsable(SocketProbe probe) {
        return channel.isActive()
                && (System.nanoTime() - idleSinceNanos < PROBED_AFTER_NANOS || probe.isSilent(channel));
    }

    /** Ends the connection so that the upstream cannot take what it has for a whole request. */
    private void reset() {
        if (channel.isActive()) {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
        }
        channel.close();
    }

    // The response body.

    @Override
    public void invited() {}

    @Override
    public void pauseReading() {
        channel.config().setAutoRead(false);
    }

    @Override
    public void resumeReading() {
        if (channel.isActive()) {
            channel.config().setAutoRead(true);
        }
    }

    @Override
    public void abandoned() {
        if (body != null) {
            fail(new UpstreamFailure(UpstreamFailure.Kind.ABORTED, "nobody reads the response"));
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (writer != null && channel.isWritable()) {
            writer.writable();
        }
    }
}
