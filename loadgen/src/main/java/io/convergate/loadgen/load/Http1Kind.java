package io.convergate.loadgen.load;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** HTTP/1.1, in the clear or over TLS: one call on a connection at a time. Confined to its worker's loop. */
final class Http1Kind implements WireKind {
    private static final byte[] NOTHING = new byte[0];
    private static final int EXCERPT_MAX = 40;

    private final Worker worker;
    private final @Nullable TlsClient tls;
    private final Http1Encoder encoder;
    private final Labels labels = new Labels();

    /** What was just read, of any connection: what is left of it is copied away before the next one reads. */
    private byte[] scratch = new byte[65_536];

    Http1Kind(Worker worker, PreparedSet requests, @Nullable TlsClient tls) {
        this.worker = worker;
        this.tls = tls;
        this.encoder = new Http1Encoder(requests, worker.variables(), tls != null);
    }

    @Override
    public void install(SocketChannel channel, Slot slot) {
        ChannelPipeline pipeline = channel.pipeline();
        if (tls != null) {
            pipeline.addLast(tls.handler(channel));
        }
        pipeline.addLast(new Connection(slot));
    }

    @Override
    public void release() {
        encoder.release();
    }

    private final class Connection extends ChannelInboundHandlerAdapter implements WireConnection {
        private final Slot slot;
        private final int generation;
        private final Http1Reader reader =
                new Http1Reader(worker.plan().fields(), labels, worker.plan().isTraced());
        private @Nullable ChannelHandlerContext context;
        private @Nullable Call call;
        /** What was answered last. */
        private @Nullable Prepared last;

        private byte[] carried = NOTHING;
        private boolean isOver;

        Connection(Slot slot) {
            this.slot = slot;
            this.generation = slot.generation();
        }

        @Override
        public void handlerAdded(ChannelHandlerContext ctx) {
            context = ctx;
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            if (tls == null) {
                slot.opened(generation, this);
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof SslHandshakeCompletionEvent handshake) {
                if (handshake.isSuccess()) {
                    slot.opened(generation, this);
                } else {
                    slot.couldNotOpen(generation, TlsClient.reason(handshake.cause()));
                    ctx.close();
                }
            }
        }

        @Override
        public boolean hasRoom(int underWay) {
            return underWay == 0;
        }

        @Override
        public void send(Call next) {
            ChannelHandlerContext ctx = context();
            call = next;
            reader.begin(next.prepared().isHead(), next.prepared().wantsHash(), next.user.cookies() != null);
            ctx.write(encoder.encode(next.prepared(), next.user, ctx.alloc()), ctx.voidPromise());
        }

        @Override
        public void flush() {
            context().flush();
        }

        @Override
        public void abandon(Call given) {
            end(false, true);
        }

        @Override
        public void close() {
            isOver = true;
            context().close();
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf in = (ByteBuf) message;
            try {
                while (in.isReadable() && !isOver) {
                    read(in);
                }
            } finally {
                in.release();
            }
        }

        private void read(ByteBuf in) {
            Call current = call;
            if (current == null) {
                String after = last == null
                        ? "before any request"
                        : "after the answer to " + last.spec().name();
                worker.unasked(slot, after + ": " + excerpt(in));
                end(false, true);
                return;
            }
            int skipped = (int) Math.min(reader.skippable(), in.readableBytes());
            if (skipped > 0) {
                in.skipBytes(skipped);
                reader.skip(skipped);
            } else {
                int had = carried.length;
                int more = Math.min(in.readableBytes(), 65_536);
                if (scratch.length < had + more) {
                    scratch = new byte[had + more];
                }
                System.arraycopy(carried, 0, scratch, 0, had);
                in.readBytes(scratch, had, more);
                carried = NOTHING;
                int at = reader.read(scratch, 0, had + more);
                if (at < had + more && reader.malformed() == null) {
                    if (reader.isDone()) {
                        in.readerIndex(in.readerIndex() - (had + more - at));
                    } else {
                        carried = Arrays.copyOfRange(scratch, at, had + more);
                    }
                }
            }
            if (reader.malformed() != null) {
                String what = reader.malformed();
                int status = reader.status();
                end(false, true);
                worker.failed(current, Outcome.MALFORMED, status, String.valueOf(what), false);
            } else if (reader.isDone()) {
                complete(current, in.isReadable() ? "bytes after the answer" : null);
            }
        }

        private static String excerpt(ByteBuf in) {
            String text = in.toString(
                    in.readerIndex(), Math.min(EXCERPT_MAX, in.readableBytes()), StandardCharsets.ISO_8859_1);
            return in.readableBytes() + " bytes, "
                    + text.replaceAll("[^ -~]+", " ").strip();
        }

        private void complete(Call current, @Nullable String malformed) {
            call = null;
            last = current.prepared();
            boolean goesOn = malformed == null && reader.keepsAlive() && isWritten();
            slot.answered(current, reader, malformed);
            if (goesOn) {
                slot.goOn();
            } else {
                end(true, malformed != null);
            }
        }

        /** Whether the whole request is out: a server may answer before it has taken it. */
        private boolean isWritten() {
            ChannelOutboundBuffer pending = context().channel().unsafe().outboundBuffer();
            return pending != null && pending.isEmpty();
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            worker.flushAll();
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            lost("closed");
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            lost(cause instanceof IOException ? String.valueOf(cause.getMessage()) : cause.toString());
            ctx.close();
        }

        private void lost(String why) {
            if (isOver) {
                return;
            }
            Call current = call;
            if (current == null) {
                end(true, false);
            } else if (reader.ended()) {
                complete(current, null);
            } else {
                call = null;
                boolean hasBegun = reader.hasBegun() || carried.length > 0;
                int status = reader.status();
                end(false, true);
                String when = hasBegun ? " in the middle of an answer" : " before an answer";
                worker.failed(current, Outcome.RESET, status, why + when, !hasBegun);
            }
            worker.flushAll();
        }

        /** The connection takes part no more. */
        private void end(boolean isOrderly, boolean isFault) {
            if (!isOver) {
                isOver = true;
                call = null;
                context().close();
                slot.ended(generation, isFault && !isOrderly);
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
}
