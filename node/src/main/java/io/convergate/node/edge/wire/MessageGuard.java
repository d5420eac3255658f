package io.convergate.node.edge.wire;

import io.convergate.node.edge.http.HeaderRole;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The strict check around Netty's decoder, the same for requests and responses: scans the raw bytes of a head and
 * of chunk framing before the codec reads them, checks each message the codec made, bounds what chunked framing may cost, and turns whatever is
 * wrong into one {@link WireFault} after which nothing more is decoded. Confined to the connection's loop.
 */
final class MessageGuard {
    /** Chunk sizes, extensions and line ends may cost this much for nothing, and four times the content beyond it. */
    private static final long CHUNK_OVERHEAD_FREE_BYTES = 1 << 20;

    private static final int CHUNK_OVERHEAD_RATIO = 4;

    private final HeadScanner scanner;
    private final ChunkScanner chunks = new ChunkScanner();
    private final Function<HttpMessage, @Nullable WireFault> messageCheck;
    private boolean inHead = true;
    private boolean failed;
    /** Bytes after the reader index that a scanner has read already. */
    private int scannedAhead;

    private long bodyWireBytes;
    private long bodyContentBytes;

    MessageGuard(HeadScanner scanner, Function<HttpMessage, @Nullable WireFault> messageCheck) {
        this.scanner = scanner;
        this.messageCheck = messageCheck;
        scanner.reset();
    }

    /** Whether a message has begun and its end has not been read. */
    boolean inMessage() {
        return !inHead || scanner.begun();
    }

    /** Whether the connection carries nothing more that could be read. */
    boolean failed() {
        return failed;
    }

    /** Call before the codec decodes; returns whether it may. */
    boolean beforeDecode(ByteBuf buffer, List<Object> out) {
        if (failed) {
            buffer.skipBytes(buffer.readableBytes());
            return false;
        }
        if (inHead && !scanner.done()) {
            int from = buffer.readerIndex() + scannedAhead;
            int stop = buffer.forEachByte(from, buffer.writerIndex() - from, scanner);
            scannedAhead = (stop < 0 ? buffer.writerIndex() : stop + 1) - buffer.readerIndex();
            WireFault fault = scanner.fault();
            if (fault != null) {
                fail(fault, buffer, out);
                return false;
            }
        } else if (!inHead && !chunks.done()) {
            int stop = chunks.scan(buffer, buffer.readerIndex() + scannedAhead);
            if (stop < 0) {
                fail(WireFault.badRequest("malformed chunks"), buffer, out);
                return false;
            }
            scannedAhead = stop - buffer.readerIndex();
        }
        return true;
    }

    /** Call after the codec has decoded: {@code consumed} bytes became what {@code out} holds from {@code first} on. */
    void afterDecode(int consumed, ByteBuf buffer, List<Object> out, int first) {
        scannedAhead = Math.max(0, scannedAhead - consumed);
        if (!inHead) {
            bodyWireBytes += consumed;
        }
        for (int i = first; i < out.size(); i++) {
            WireFault fault = accept(out.get(i));
            if (fault != null) {
                for (int j = out.size() - 1; j >= i; j--) {
                    ReferenceCountUtil.release(out.remove(j));
                }
                fail(fault, buffer, out);
                return;
            }
        }
        if (bodyWireBytes - bodyContentBytes > CHUNK_OVERHEAD_FREE_BYTES
                && bodyWireBytes - bodyContentBytes > CHUNK_OVERHEAD_RATIO * bodyContentBytes) {
            fail(WireFault.badRequest("more chunk framing than content"), buffer, out);
        }
    }

    private @Nullable WireFault accept(Object decoded) {
        if (decoded instanceof HttpMessage message) {
            if (message.decoderResult().isFailure()) {
                return Framing.ofHead(message.decoderResult().cause());
            }
            inHead = false;
            scannedAhead = 0;
            WireFault fault = messageCheck.apply(message);
            if (fault == null && ((WireHeaders) message.headers()).has(HeaderRole.TRANSFER_ENCODING)) {
                chunks.begin();
            }
            return fault;
        }
        if (decoded instanceof HttpContent content) {
            if (content.decoderResult().isFailure()) {
                return Framing.ofBody(content.decoderResult().cause());
            }
            bodyContentBytes += content.content().readableBytes();
            if (content instanceof LastHttpContent) {
                inHead = true;
                scanner.reset();
                scannedAhead = 0;
                bodyWireBytes = 0;
                bodyContentBytes = 0;
            }
        }
        return null;
    }

    private void fail(WireFault fault, ByteBuf buffer, List<Object> out) {
        failed = true;
        buffer.skipBytes(buffer.readableBytes());
        out.add(fault);
    }
}
