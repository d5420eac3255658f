package io.convergate.node.edge.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import org.jspecify.annotations.Nullable;

/**
 * A request head and what of its body came with it, held back until that read is over: a fault in the same bytes must
 * keep the whole request from the upstream, and a body that is already here needs no stream. Confined to the loop.
 */
final class IncomingRequest {
    final HttpRequest head;
    private final Channel channel;
    private @Nullable ByteBuf content;
    private boolean complete;
    private @Nullable WireHeaders trailers;

    IncomingRequest(Channel channel, HttpRequest head) {
        this.channel = channel;
        this.head = head;
    }

    /** Adds a piece with its ownership. */
    void add(HttpContent piece) {
        ByteBuf bytes = piece.content();
        if (!bytes.isReadable()) {
            piece.release();
        } else if (content == null) {
            content = bytes;
        } else {
            CompositeByteBuf all = content instanceof CompositeByteBuf composite
                    ? composite
                    : channel.alloc().compositeBuffer(64).addComponent(true, content);
            content = all.addComponent(true, bytes);
        }
        if (piece instanceof LastHttpContent last) {
            complete = true;
            if (last.trailingHeaders() instanceof WireHeaders fields && !fields.isEmpty()) {
                trailers = fields;
            }
        }
    }

    boolean complete() {
        return complete;
    }

    @Nullable
    WireHeaders trailers() {
        return trailers;
    }

    int size() {
        return content == null ? 0 : content.readableBytes();
    }

    /** The bytes so far, with their ownership; null if there are none. */
    @Nullable
    ByteBuf takeContent() {
        ByteBuf bytes = content;
        content = null;
        return bytes;
    }

    void release() {
        ByteBuf bytes = takeContent();
        if (bytes != null) {
            bytes.release();
        }
    }
}
