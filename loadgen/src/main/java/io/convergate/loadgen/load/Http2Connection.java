package io.convergate.loadgen.load;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Connection.PropertyKey;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2EventAdapter;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One connection of HTTP/2. It can be used once the server's settings are there. Confined to its worker's loop. */
final class Http2Connection extends Http2ConnectionHandler implements WireConnection {
    /** What a server may send of one answer, and of all, before it hears that it was read. */
    private static final int STREAM_WINDOW = 1 << 20;

    private static final int CONNECTION_WINDOW = 16 << 20;

    /** A connection that has used that many stream ids makes room for a fresh one; there are 2^30. */
    private static final int LAST_STREAM = 1_000_000_000;

    private final Http2Kind kind;
    private final Worker worker;
    private final Slot slot;
    private final int generation;
    private final boolean isOverTls;
    private final PropertyKey answerKey;
    private final ArrayDeque<Http2Answer> spare = new ArrayDeque<>();
    private @Nullable ChannelHandlerContext context;
    private int capacity;
    private int nextStream = 1;
    private boolean isLeaving;
    private boolean isOver;

    private Http2Connection(
            Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings, Builder made) {
        super(decoder, encoder, settings);
        kind = made.kind;
        worker = made.worker;
        slot = made.slot;
        isOverTls = made.isOverTls;
        generation = slot.generation();
        answerKey = connection().newKey();
        connection().addListener(new Http2EventAdapter() {
            @Override
            public void onStreamClosed(Http2Stream stream) {
                streamClosed(stream);
            }
        });
    }

    static final class Builder extends AbstractHttp2ConnectionHandlerBuilder<Http2Connection, Builder> {
        private final Http2Kind kind;
        private final Worker worker;
        private final Slot slot;
        private final boolean isOverTls;
        private final Frames frames = new Frames();

        Builder(Http2Kind kind, Worker worker, Slot slot, boolean isOverTls) {
            this.kind = kind;
            this.worker = worker;
            this.slot = slot;
            this.isOverTls = isOverTls;
            server(false);
            validateHeaders(true);
            initialSettings(Http2Settings.defaultSettings()
                    .pushEnabled(false)
                    .initialWindowSize(STREAM_WINDOW)
                    .maxHeaderListSize(65_536));
            frameListener(frames);
            gracefulShutdownTimeoutMillis(0);
            encoderEnforceMaxConcurrentStreams(false);
        }

        @Override
        public Http2Connection build() {
            return super.build();
        }

        @Override
        protected Http2Connection build(
                Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
            Http2Connection made = new Http2Connection(decoder, encoder, settings, this);
            frames.connection = made;
            return made;
        }
    }

    /** Hears of frames, and passes them on. */
    private static final class Frames extends Http2FrameAdapter {
        private @Nullable Http2Connection connection;

        private Http2Connection owner() {
            Http2Connection it = connection;
            if (it == null) {
                throw new IllegalStateException("no connection");
            }
            return it;
        }

        @Override
        public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings) {
            owner().settings(settings);
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext ctx, int stream, Http2Headers headers, int padding, boolean isLast) {
            owner().head(stream, headers, isLast);
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext ctx,
                int stream,
                Http2Headers headers,
                int dependency,
                short weight,
                boolean isExclusive,
                int padding,
                boolean isLast) {
            owner().head(stream, headers, isLast);
        }

        @Override
        public int onDataRead(ChannelHandlerContext ctx, int stream, ByteBuf data, int padding, boolean isLast) {
            int count = data.readableBytes() + padding;
            owner().data(stream, data, isLast);
            return count;
        }

        @Override
        public void onRstStreamRead(ChannelHandlerContext ctx, int stream, long error) {
            owner().reset(stream, error);
        }

        @Override
        public void onGoAwayRead(ChannelHandlerContext ctx, int lastStream, long error, ByteBuf debug) {
            owner().goAway(lastStream, error);
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
        context = ctx;
        super.handlerAdded(ctx);
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) throws Exception {
        super.channelActive(ctx);
        if (!isOverTls) {
            awaitSettings(ctx);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
        if (event instanceof SslHandshakeCompletionEvent handshake) {
            SslHandler handler = ctx.pipeline().get(SslHandler.class);
            if (!handshake.isSuccess()) {
                refuse(ctx, TlsClient.reason(handshake.cause()));
            } else if (!ApplicationProtocolNames.HTTP_2.equals(handler.applicationProtocol())) {
                refuse(ctx, "TLS: the server does not take h2 by ALPN");
            } else {
                awaitSettings(ctx);
            }
        }
        super.userEventTriggered(ctx, event);
    }

    private void awaitSettings(ChannelHandlerContext ctx) {
        ctx.executor()
                .schedule(
                        () -> {
                            if (capacity == 0) {
                                refuse(ctx, "no HTTP/2 settings in time");
                            }
                        },
                        worker.plan().deadlines().connect().toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    private void refuse(ChannelHandlerContext ctx, String why) {
        slot.couldNotOpen(generation, why);
        ctx.close();
    }

    private void settings(Http2Settings settings) {
        Long most = settings.maxConcurrentStreams();
        int wanted = worker.plan().wire().streams();
        boolean isFirst = capacity == 0;
        if (isFirst || most != null) {
            capacity = most == null ? wanted : (int) Math.max(1, Math.min(wanted, most));
        }
        if (isFirst && !isOver) {
            try {
                decoder()
                        .flowController()
                        .incrementWindowSize(connection().connectionStream(), CONNECTION_WINDOW - 65_535);
            } catch (Http2Exception impossible) {
                throw new IllegalStateException(impossible);
            }
            slot.opened(generation, this);
        }
    }

    /** A stream counts until the codec has closed it, which is a little after its answer is whole. */
    @Override
    public boolean hasRoom(int underWay) {
        return !isLeaving && connection().local().numActiveStreams() < capacity;
    }

    @Override
    public void send(Call call) {
        ChannelHandlerContext ctx = context();
        int id = nextStream;
        nextStream += 2;
        if (nextStream > LAST_STREAM) {
            isLeaving = true;
        }
        call.stream = id;
        Prepared request = call.prepared();
        ByteBuf body = kind.body(request);
        Http2Headers head = kind.head(request, call.user, body == null ? -1 : body.readableBytes());
        encoder().writeHeaders(ctx, id, head, 0, body == null, ctx.newPromise());
        if (body != null) {
            encoder().writeData(ctx, id, body, 0, true, ctx.newPromise());
        }
        Http2Stream stream = connection().stream(id);
        if (stream == null) {
            lost("closed", Outcome.RESET);
            worker.failed(call, Outcome.RESET, 0, "the connection took no more streams", true);
            return;
        }
        Http2Answer answer = spare.isEmpty()
                ? new Http2Answer(worker.plan().fields(), worker.plan().isTraced())
                : spare.pop();
        answer.begin(call);
        stream.setProperty(answerKey, answer);
    }

    private @Nullable Http2Answer answerOf(int stream) {
        Http2Stream it = connection().stream(stream);
        return it == null ? null : it.getProperty(answerKey);
    }

    private void head(int stream, Http2Headers headers, boolean isLast) {
        Http2Answer answer = answerOf(stream);
        if (answer != null) {
            answer.head(headers);
            if (isLast) {
                complete(answer);
            }
        }
    }

    private void data(int stream, ByteBuf data, boolean isLast) {
        Http2Answer answer = answerOf(stream);
        if (answer != null) {
            answer.body(data);
            if (isLast) {
                complete(answer);
            }
        }
    }

    private void complete(Http2Answer answer) {
        Call call = answer.call();
        if (call != null) {
            answer.forget();
            String malformed = answer.malformed(call.prepared().isHead());
            int id = call.stream;
            slot.answered(call, answer, malformed);
            Http2Stream stream = connection().stream(id);
            if (stream != null && stream.state().localSideOpen()) {
                // The server has answered without taking the whole request (RFC 9113 8.1).
                ChannelHandlerContext ctx = context();
                resetStream(ctx, id, Http2Error.CANCEL.code(), ctx.newPromise());
                worker.flushLater(slot);
            }
        }
    }

    private void reset(int stream, long error) {
        Http2Answer answer = answerOf(stream);
        Call call = answer == null ? null : answer.call();
        if (answer != null && call != null) {
            answer.forget();
            if (error == Http2Error.REFUSED_STREAM.code()) {
                slot.declined(call, "stream refused");
            } else {
                slot.failed(call, Outcome.RESET, answer.status(), "stream reset: " + name(error), false);
            }
        }
    }

    private static String name(long error) {
        Http2Error known = Http2Error.valueOf(error);
        return known == null ? Long.toString(error) : known.name();
    }

    /** A stream ended in whatever way, which makes room for another; a call that is still on it was broken off by our own codec. */
    private void streamClosed(Http2Stream stream) {
        Http2Answer answer = stream.removeProperty(answerKey);
        if (answer == null) {
            return;
        }
        Call call = answer.call();
        if (call != null && !isOver) {
            answer.forget();
            slot.failed(call, Outcome.MALFORMED, answer.status(), "stream error", false);
        }
        if (spare.size() < capacity) {
            spare.push(answer);
        }
        if (!isOver) {
            wentOn();
        }
    }

    // RFC 9113 6.8: streams above the last one were not processed, and the others go on to their end.
    private void goAway(int lastStream, long error) {
        isLeaving = true;
        try {
            connection().forEachActiveStream(stream -> {
                Http2Answer answer = stream.getProperty(answerKey);
                Call call = answer == null ? null : answer.call();
                if (answer != null && call != null && stream.id() > lastStream) {
                    answer.forget();
                    slot.declined(call, "GOAWAY " + name(error));
                }
                return true;
            });
        } catch (Http2Exception impossible) {
            throw new IllegalStateException(impossible);
        }
        wentOn();
    }

    /** After something ended on it: more work, or the end of a connection that is leaving. */
    private void wentOn() {
        if (!isLeaving) {
            slot.goOn();
        } else if (slot.underWay == 0) {
            end(false);
        }
    }

    @Override
    public void abandon(Call call) {
        Http2Answer answer = answerOf(call.stream);
        if (answer != null && answer.call() == call) {
            answer.forget();
            slot.underWay--;
            ChannelHandlerContext ctx = context();
            resetStream(ctx, call.stream, Http2Error.CANCEL.code(), ctx.newPromise());
            worker.flushLater(slot);
            wentOn();
        }
    }

    @Override
    public void flush() {
        flush(context());
    }

    @Override
    public void close() {
        isOver = true;
        context().close();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
        super.channelReadComplete(ctx);
        worker.flushAll();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        lost("closed", Outcome.RESET);
        super.channelInactive(ctx);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) throws Exception {
        if (Http2CodecUtil.getEmbeddedHttp2Exception(cause) != null) {
            super.exceptionCaught(ctx, cause);
            return;
        }
        lost(cause instanceof IOException ? String.valueOf(cause.getMessage()) : cause.toString(), Outcome.RESET);
        ctx.close();
    }

    @Override
    protected void onConnectionError(
            ChannelHandlerContext ctx, boolean isOutbound, Throwable cause, @Nullable Http2Exception error) {
        lost(String.valueOf(cause.getMessage()), Outcome.MALFORMED);
        super.onConnectionError(ctx, isOutbound, cause, error);
    }

    private void lost(String why, Outcome outcome) {
        if (isOver) {
            return;
        }
        if (capacity == 0) {
            isOver = true;
            slot.couldNotOpen(generation, why);
            return;
        }
        ArrayDeque<Http2Answer> broken = new ArrayDeque<>();
        try {
            connection().forEachActiveStream(stream -> {
                Http2Answer answer = stream.getProperty(answerKey);
                if (answer != null && answer.call() != null) {
                    broken.add(answer);
                }
                return true;
            });
        } catch (Http2Exception impossible) {
            throw new IllegalStateException(impossible);
        }
        if (broken.isEmpty() && outcome == Outcome.MALFORMED) {
            worker.unasked(slot, why);
        }
        end(!broken.isEmpty() || outcome == Outcome.MALFORMED);
        for (Http2Answer answer : broken) {
            Call call = answer.call();
            answer.forget();
            if (call != null) {
                String when = answer.hasBegun() ? " in the middle of an answer" : " before an answer";
                worker.failed(call, outcome, answer.status(), why + when, !answer.hasBegun());
            }
        }
        worker.flushAll();
    }

    private void end(boolean isFault) {
        if (!isOver) {
            isOver = true;
            context().close();
            slot.ended(generation, isFault);
        }
    }

    private ChannelHandlerContext context() {
        ChannelHandlerContext ctx = context;
        if (ctx == null) {
            throw new IllegalStateException("not on a channel");
        }
        return ctx;
    }
}
