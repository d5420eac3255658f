package io.convergate.node.edge.wire;

import io.convergate.node.edge.http.Field;
import io.convergate.node.edge.http.Fields;
import io.convergate.node.edge.http.HeaderRole;
import io.convergate.node.edge.http.RequestTarget;
import io.convergate.node.edge.http.RequestTargets;
import io.convergate.node.telemetry.RequestRecord;
import io.convergate.node.telemetry.ResponseFlag;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.jspecify.annotations.Nullable;

/**
 * The server side of one connection, from decoded pieces to replies: one request at a time, further ones wait in a
 * bounded queue and stop the reading. Confined to its loop.
 *
 * <p>A request is handed to the proxy when the read that brought its head is over ({@link IncomingRequest}). Its reply is
 * written by {@link ResponseWriter}. The connection goes on after a reply only if the request has arrived whole by then.
 */
final class ServerConnection extends ChannelInboundHandlerAdapter implements WireBody.Source {
    private final ListenerContext listener;
    private final WireLoop loop;
    private final StrictRequestDecoder decoder;
    private final ConnectionGroup group;
    private final ArrayDeque<Object> pipelined = new ArrayDeque<>(0);
    private final Sweeper.Swept deadlines = new ServerDeadlines(this);

    private Channel channel;
    private ResponseWriter responses;
    private InetSocketAddress peer;
    private InetSocketAddress local;

    private @Nullable IncomingRequest incoming;
    private @Nullable ServerExchange exchange;
    private boolean requestComplete;
    private boolean expectsContinue;
    private boolean draining;
    private @Nullable LingeringClose lingering;
    private boolean takingPipelined;
    private boolean pausedByPipeline;
    long lastActivityNanos;
    long headSinceNanos;
    long drainingSinceNanos;

    @SuppressWarnings("NullAway.Init") // the channel is known from handlerAdded on
    ServerConnection(ListenerContext listener, WireLoop loop, StrictRequestDecoder decoder, ConnectionGroup group) {
        this.listener = listener;
        this.loop = loop;
        this.decoder = decoder;
        this.group = group;
    }

    // Life.

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        channel = ctx.channel();
        responses = new ResponseWriter(channel, loop, this);
        lastActivityNanos = System.nanoTime();
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        peer = (InetSocketAddress) channel.remoteAddress();
        local = (InetSocketAddress) channel.localAddress();
        loop.sweeper().add(deadlines);
        group.add(this);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        loop.sweeper().remove(deadlines);
        group.remove(this);
        dropWaiting();
        ServerExchange over = exchange;
        if (over != null) {
            responses.stop();
            RequestRecord record = over.record();
            record.flag(ResponseFlag.DC, null);
            finish(over);
            over.clientGone();
            WireBody body = over.body();
            if (body != null) {
                body.fail(new ClientGone());
            }
        }
    }

    /** Why a request body will not be complete. */
    static final class ClientGone extends RuntimeException {
        private static final long serialVersionUID = 1L;

        ClientGone() {
            super("the client closed the connection", null, false, false);
        }
    }

    private void dropWaiting() {
        if (incoming != null) {
            incoming.release();
            incoming = null;
        }
        for (Object waiting = pipelined.poll(); waiting != null; waiting = pipelined.poll()) {
            ReferenceCountUtil.release(waiting);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        channel.close();
    }

    /**
     * The node is going: replies say close from now on. An idle connection stays open for a moment, because a request may be
     * on its way to us already.
     */
    void drain() {
        draining = true;
        drainingSinceNanos = System.nanoTime();
    }

    // Reading.

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (lingering != null) {
            lingering.discard(message);
        } else if (exchange != null && requestComplete || !pipelined.isEmpty()) {
            pipelined.add(message);
            if (pipelined.size() >= listener.limits().pipelinedMax()) {
                pausedByPipeline = true;
                channel.config().setAutoRead(false);
            }
        } else {
            accept(message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (incoming != null) {
            dispatch(incoming);
        }
        if (exchange != null) {
            WireBody body = exchange.body();
            if (body != null) {
                body.readComplete();
            }
        } else if (!decoder.inMessage()) {
            headSinceNanos = 0;
        } else if (headSinceNanos == 0) {
            headSinceNanos = System.nanoTime();
        }
    }

    private void accept(Object message) {
        if (message instanceof HttpRequest head) {
            incoming = new IncomingRequest(channel, head);
        } else if (message instanceof HttpContent content) {
            accept(content);
        } else if (message instanceof WireFault fault) {
            accept(fault);
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    private void accept(HttpContent content) {
        IncomingRequest arriving = incoming;
        if (arriving != null) {
            arriving.add(content);
            if (arriving.complete() || arriving.size() > listener.limits().inlineBodyBytesMax()) {
                dispatch(arriving);
            }
            return;
        }
        ServerExchange current = exchange;
        WireBody body = current == null ? null : current.body();
        if (body == null) {
            content.release();
            return;
        }
        body.offer(content.content());
        long max = listener.limits().requestBodyBytesMax();
        if (max > 0 && body.bytes() > max) {
            accept(new WireFault(413, "a request body over the limit"));
            return;
        }
        if (content instanceof LastHttpContent last) {
            requestComplete = true;
            body.end(last.trailingHeaders() instanceof WireHeaders trailers && !trailers.isEmpty() ? trailers : null);
        }
    }

    /** What came is no HTTP. Nothing of an undispatched request goes anywhere; one under way is cut off on both sides. */
    private void accept(WireFault fault) {
        if (incoming != null) {
            RequestRecord record = newRecord(incoming.head);
            incoming.release();
            incoming = null;
            responses.refuse(record, fault);
            return;
        }
        ServerExchange current = exchange;
        if (current == null) {
            responses.refuse(newRecord(), fault);
            return;
        }
        exchange = null;
        current.record().flag(ResponseFlag.DPE, fault.reason());
        responses.stop();
        current.clientGone();
        WireBody body = current.body();
        if (body != null) {
            body.fail(new IllegalArgumentException(fault.reason()));
        }
        if (current.isResponseStarted()) {
            finish(current);
            channel.close();
        } else {
            over(current);
            responses.refuse(current.record(), fault);
        }
    }

    /** Nothing has moved for too long: 408 if we wait for the client, 504 if for the upstream, or the end if it has begun. */
    void timedOut(ServerExchange idle) {
        exchange = null;
        idle.record().flag(ResponseFlag.SI, "no byte in either direction");
        responses.stop();
        idle.clientGone();
        WireBody body = idle.body();
        if (body != null) {
            body.fail(new ClientGone());
        }
        if (idle.isResponseStarted()) {
            finish(idle);
            channel.close();
        } else {
            over(idle);
            responses.refuse(idle.record(), new WireFault(requestComplete ? 504 : 408, "a stream idle for too long"));
        }
    }

    // One request.

    private void dispatch(IncomingRequest arrived) {
        incoming = null;
        headSinceNanos = 0;
        HttpRequest head = arrived.head;
        WireHeaders headers = (WireHeaders) head.headers();
        RequestRecord record = newRecord(head);
        WireFault fault = RequestPolicy.check(head, headers, listener.limits(), arrived);
        if (fault != null) {
            arrived.release();
            responses.refuse(record, fault);
            return;
        }
        RequestTarget target;
        try {
            target = listener.targets().read(head.method().name(), head.uri(), headers.first(HeaderRole.HOST));
        } catch (RequestTargets.Refused refused) {
            arrived.release();
            responses.refuse(record, WireFault.badRequest(String.valueOf(refused.getMessage())));
            return;
        }
        boolean inline = arrived.complete() && arrived.trailers() == null;
        ByteBuf content = arrived.takeContent();
        WireBody body = inline ? null : new WireBody(this);
        record.authority = target.authority();
        record.bytesReceived = inline && content != null ? content.readableBytes() : 0;
        ServerExchange current = new ServerExchange(
                this, record, head, target, keepAliveWanted(head, headers), inline ? content : null, body);
        if (inline && content != null) {
            content.release();
        }
        exchange = current;
        requestComplete = arrived.complete();
        expectsContinue = !requestComplete && headers.has(HeaderRole.EXPECT);
        if (body != null) {
            if (content != null) {
                body.offer(content);
            }
            if (arrived.complete()) {
                body.end(arrived.trailers());
            }
        }
        CompletionStage<HttpResponse> reply;
        try {
            reply = listener.handler().apply(current.model(head));
        } catch (RuntimeException e) {
            responses.respond(current, null, e);
            return;
        }
        reply.whenComplete((response, failure) -> {
            if (loop.inLoop()) {
                responses.respond(current, response, failure);
            } else {
                loop.execute(() -> responses.respond(current, response, failure));
            }
        });
    }

    RequestRecord newRecord() {
        RequestRecord record = new RequestRecord();
        record.startNanos = System.nanoTime();
        record.startEpochMillis = System.currentTimeMillis();
        record.downstream = peer;
        record.listener = local;
        return record;
    }

    private RequestRecord newRecord(HttpRequest head) {
        RequestRecord record = newRecord();
        record.method = head.method().name();
        record.target = head.uri();
        record.received = ((WireHeaders) head.headers()).fields();
        record.protocol = head.protocolVersion() == HttpVersion.HTTP_1_0 ? "HTTP/1.0" : "HTTP/1.1";
        return record;
    }

    private static boolean keepAliveWanted(HttpRequest head, WireHeaders headers) {
        boolean keepAlive = head.protocolVersion() == HttpVersion.HTTP_1_1;
        if (headers.has(HeaderRole.CONNECTION)) {
            Fields fields = headers.fields();
            for (int i = 0; i < fields.size(); i++) {
                if (Field.roleOf(fields.get(i)) == HeaderRole.CONNECTION) {
                    for (String option : fields.get(i).value().split(",", -1)) {
                        if (option.strip().equalsIgnoreCase("close")) {
                            return false;
                        }
                        keepAlive |= option.strip().equalsIgnoreCase("keep-alive");
                    }
                }
            }
        }
        return keepAlive;
    }

    /** The reply has been written whole: go on, or close. */
    void responded(ServerExchange over, boolean close) {
        exchange = null;
        finish(over);
        lastActivityNanos = over.record().endNanos;
        WireBody body = over.body();
        if (!requestComplete) {
            if (body != null) {
                body.cancel();
            }
            linger();
        } else if (close) {
            if (pipelined.isEmpty()) {
                closeAfterFlush();
            } else {
                linger();
            }
        } else {
            if (body != null) {
                body.cancel();
            }
            headSinceNanos = decoder.inMessage() ? lastActivityNanos : 0;
            next();
        }
    }

    /** Takes what has been pipelined, without recursion however many replies are ready at once. */
    private void next() {
        if (takingPipelined || pipelined.isEmpty()) {
            return;
        }
        takingPipelined = true;
        while (!pipelined.isEmpty()
                && (exchange == null || !requestComplete)
                && lingering == null
                && channel.isActive()) {
            accept(pipelined.poll());
        }
        takingPipelined = false;
        if (incoming != null) {
            dispatch(incoming);
        }
        WireBody body = exchange == null ? null : exchange.body();
        if (body != null) {
            body.readComplete();
        }
        if (pipelined.isEmpty() && pausedByPipeline) {
            pausedByPipeline = false;
            if (body == null || !body.isPaused()) {
                channel.config().setAutoRead(true);
            }
        }
    }

    /** The record of a request is complete. */
    void finish(ServerExchange over) {
        over(over);
        finish(over.record());
    }

    private static void over(ServerExchange over) {
        WireBody body = over.body();
        if (body != null) {
            over.record().bytesReceived = body.bytes();
        }
        over.over();
    }

    void finish(RequestRecord record) {
        record.endNanos = System.nanoTime();
        listener.finished().accept(record);
    }

    private void closeAfterFlush() {
        channel.writeAndFlush(io.netty.buffer.Unpooled.EMPTY_BUFFER)
                .addListener(io.netty.channel.ChannelFutureListener.CLOSE);
    }

    /** Ends our side, and gives the client time to read the reply before what it still sends resets the connection. */
    void linger() {
        dropWaiting();
        exchange = null;
        lingering = new LingeringClose(channel, listener.deadlines().linger());
        channel.config().setAutoRead(true);
    }

    void writeInterim(int status, Fields fields) {
        if (status == 100) {
            expectsContinue = false;
        }
        responses.writeInterim(status, fields);
    }

    // The body of the current request.

    @Override
    public void invited() {
        ServerExchange current = exchange;
        if (expectsContinue && current != null) {
            current.interim(100, new Fields(0));
        }
    }

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
        resumeReading();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (channel.isWritable()) {
            responses.writable();
        }
    }

    // What others ask.

    WireLoop loop() {
        return loop;
    }

    ListenerContext listener() {
        return listener;
    }

    InetSocketAddress peer() {
        return peer;
    }

    InetSocketAddress local() {
        return local;
    }

    boolean isDraining() {
        return draining;
    }

    boolean isRequestComplete() {
        return requestComplete;
    }

    @Nullable
    ServerExchange exchange() {
        return exchange;
    }

    Channel channel() {
        return channel;
    }

    ResponseWriter responses() {
        return responses;
    }

    @Nullable
    LingeringClose lingering() {
        return lingering;
    }
}
