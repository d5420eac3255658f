package io.convergate.node.edge.wire;

import io.convergate.node.edge.http.Field;
import io.convergate.node.edge.http.Fields;
import io.convergate.node.edge.http.Statuses;
import io.convergate.node.telemetry.RequestRecord;
import io.convergate.node.telemetry.ResponseFlag;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.pekko.http.scaladsl.model.HttpEntity;
import org.apache.pekko.http.scaladsl.model.HttpResponse;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the replies of one connection: a reply whose body is here in one buffer, a body on the wire from channel to
 * channel, any other as a stream. Confined to the loop.
 */
final class ResponseWriter {
    private static final Logger LOG = LoggerFactory.getLogger(ResponseWriter.class);
    /** A body up to this many bytes is copied behind its head, so that both leave in one write. */
    private static final int COPIED_BODY_BYTES_MAX = 16 * 1024;

    private static final int HEAD_BYTES = 512;

    private final Channel channel;
    private final WireLoop loop;
    private final ServerConnection connection;
    private @Nullable BodyHandOver handOver;
    /** The upstream's body behind a reply that is streamed. */
    private @Nullable WireBody behind;

    ResponseWriter(Channel channel, WireLoop loop, ServerConnection connection) {
        this.channel = channel;
        this.loop = loop;
        this.connection = connection;
    }

    /** Writes the proxy's reply to this exchange. */
    void respond(
            ServerExchange exchange,
            org.apache.pekko.http.javadsl.model.@Nullable HttpResponse reply,
            @Nullable Throwable failure) {
        HttpResponse response = (HttpResponse) reply;
        if (connection.exchange() != exchange || exchange.isAborted()) {
            drop(response);
            return;
        }
        if (response == null) {
            LOG.error(
                    "The request path failed for {} {}",
                    exchange.record().method,
                    exchange.record().routeName,
                    failure);
            exchange.record().flag(ResponseFlag.LR, "internal error");
            response = internalError();
        }
        try {
            write(exchange, response);
        } catch (RuntimeException e) {
            LOG.error("A reply could not be written, route {}", exchange.record().routeName, e);
            exchange.record().flag(ResponseFlag.LR, "internal error");
            drop(response);
            if (exchange.isResponseStarted()) {
                channel.close();
            } else {
                write(exchange, internalError());
            }
        }
    }

    private static HttpResponse internalError() {
        return (HttpResponse) org.apache.pekko.http.javadsl.model.HttpResponse.create()
                .withStatus(500)
                .addHeader(Field.of("x-convergate-response-flags", ResponseFlag.LR.name()));
    }

    private void drop(@Nullable HttpResponse response) {
        if (response != null) {
            WireBody body = PassedBody.behind(response);
            if (body != null) {
                body.cancel();
            }
        }
    }

    /** What a filter put another body in place of, and never read, nobody will read. */
    private static void cancelUntaken(@Nullable WireBody body) {
        if (body != null && !body.taken()) {
            body.cancel();
        }
    }

    private void write(ServerExchange exchange, HttpResponse response) {
        HttpEntity entity = response.entity();
        boolean ready = entity.isStrict();
        boolean close =
                !exchange.keepAliveWanted() || connection.isDraining() || ready && !connection.isRequestComplete();
        ResponseHead head = ResponseHead.of(response, exchange.isHead(), exchange.http10(), close);
        ByteBuf out = channel.alloc().buffer(HEAD_BYTES);
        try {
            head.write(out, response, exchange.http10(), loop.date());
        } catch (RuntimeException e) {
            out.release();
            throw e;
        }
        exchange.responseStarted();
        exchange.record().status = response.status().intValue();
        if (!head.hasBody()) {
            drop(response);
            channel.writeAndFlush(out, channel.voidPromise());
            connection.responded(exchange, head.close());
        } else if (ready) {
            cancelUntaken(PassedBody.behind(response));
            writeReady(exchange, out, ((HttpEntity.Strict) entity).data(), head.close());
        } else {
            writeArriving(exchange, out, head, response);
        }
    }

    private void writeReady(ServerExchange exchange, ByteBuf out, ByteString body, boolean close) {
        int size = body.size();
        exchange.record().bytesSent = size;
        if (size <= COPIED_BODY_BYTES_MAX) {
            out.writeBytes(body.toArrayUnsafe());
        } else {
            channel.write(out, channel.voidPromise());
            out = Unpooled.wrappedBuffer(body.toArrayUnsafe());
        }
        channel.writeAndFlush(out, channel.voidPromise());
        connection.responded(exchange, close);
    }

    private void writeArriving(ServerExchange exchange, ByteBuf out, ResponseHead head, HttpResponse response) {
        BodyWriter writer = new BodyWriter(channel, head.length(), head.chunked(), true, new BodyWriter.Owner() {
            @Override
            public void bodyWritten() {
                exchange.record().bytesSent = written();
                done();
                connection.responded(exchange, head.close());
            }

            @Override
            public void bodyFailed(Throwable cause) {
                exchange.record().bytesSent = written();
                stop();
                cutOff(exchange, head);
            }
        });
        BodyHandOver started = new BodyHandOver(writer);
        handOver = started;
        channel.write(out, channel.voidPromise());
        WireBody body = PassedBody.of(response);
        if (body == null) {
            body = exchange.bodyOf(response.entity());
        }
        if (body == null) {
            behind = PassedBody.behind(response);
        }
        started.start(loop, response.entity(), body);
        channel.flush();
    }

    private long written() {
        return handOver == null ? 0 : handOver.written();
    }

    private void done() {
        handOver = null;
        cancelUntaken(behind);
        behind = null;
    }

    /** The body ended too soon: the client must not take what it has for the whole. */
    private void cutOff(ServerExchange exchange, ResponseHead head) {
        exchange.record().flag(ResponseFlag.UC, "the response body was cut off");
        if (!head.chunked() && head.length() < 0) {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
        }
        channel.close();
    }

    /** The channel has room again. */
    void writable() {
        if (handOver != null) {
            handOver.writable();
        }
    }

    /** The current reply is over before its end. */
    void stop() {
        if (handOver != null) {
            handOver.stop();
        }
        done();
    }

    /** Bytes written and not yet taken by the kernel. */
    long pendingBytes() {
        ChannelOutboundBuffer pending = channel.unsafe().outboundBuffer();
        return pending == null ? 0 : pending.totalPendingWriteBytes();
    }

    /** A number that changes whenever a byte of a reply moves. */
    long progress() {
        return written() - pendingBytes();
    }

    void writeInterim(int status, Fields fields) {
        ByteBuf out = channel.alloc().buffer(HEAD_BYTES);
        HeadWriter.statusLine(out, Statuses.of(status));
        for (int i = 0; i < fields.size(); i++) {
            HeadWriter.field(out, fields.get(i));
        }
        HeadWriter.end(out);
        channel.writeAndFlush(out, channel.voidPromise());
    }

    /** Answers what is no request that we serve, and ends the connection. */
    void refuse(RequestRecord record, WireFault fault) {
        record.status = fault.status();
        record.flag(ResponseFlag.DPE, fault.reason());
        byte[] body = (fault.status() + " " + Statuses.of(fault.status()).reason() + ": " + fault.reason() + "\n")
                .getBytes(StandardCharsets.US_ASCII);
        boolean withBody = !record.method.equals("HEAD");
        record.bytesSent = withBody ? body.length : 0;
        ByteBuf out = channel.alloc().buffer(HEAD_BYTES);
        HeadWriter.statusLine(out, Statuses.of(fault.status()));
        ByteBufUtil.writeAscii(out, "content-type: text/plain\r\nconnection: close\r\nx-convergate-response-flags: ");
        ByteBufUtil.writeAscii(out, String.valueOf(record.flag));
        ByteBufUtil.writeAscii(out, "\r\ndate: " + loop.date() + "\r\n");
        HeadWriter.contentLength(out, body.length);
        HeadWriter.end(out);
        if (withBody) {
            out.writeBytes(body);
        }
        channel.writeAndFlush(out, channel.voidPromise());
        connection.finish(record);
        connection.linger();
    }
}
