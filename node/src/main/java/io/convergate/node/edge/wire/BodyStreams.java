package io.convergate.node.edge.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import org.apache.pekko.Done;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.http.scaladsl.model.HttpEntity;
import org.apache.pekko.stream.ActorAttributes;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.SinkShape;
import org.apache.pekko.stream.SourceShape;
import org.apache.pekko.stream.SystemMaterializer;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.stage.AbstractInHandler;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * The bridge between bodies on the wire and Pekko Streams, for bodies that a filter reads or makes. A stream that starts
 * here runs on the connection's own loop; one that somebody else runs may run anywhere, and every step across is handed
 * over. Bodies that nothing touches never come here.
 */
public final class BodyStreams {
    private final EventLoop loop;
    private final Materializer materializer;
    private final String dispatcher;

    BodyStreams(EventLoop loop, ActorSystem system, String dispatcher) {
        this.loop = loop;
        this.materializer = SystemMaterializer.get(system).materializer();
        this.dispatcher = dispatcher;
    }

    /** The body as a stream of parts, to be run once; trailers come with the last part. */
    public Source<HttpEntity.ChunkStreamPart, ?> parts(WireBody body) {
        return Source.fromGraph(new WireSource(body, loop));
    }

    /** The body as a stream of bytes, to be run once. */
    public Source<ByteString, ?> bytes(WireBody body) {
        return parts(body).filter(part -> !part.isLastChunk()).map(HttpEntity.ChunkStreamPart::data);
    }

    /** Runs the entity's stream on this loop and writes it. On the loop only. Returns what asks for more. */
    public Writing write(org.apache.pekko.http.javadsl.model.HttpEntity entity, BodyWriter writer) {
        Source<HttpEntity.ChunkStreamPart, ?> parts = entity instanceof HttpEntity.Chunked chunked
                ? chunked.chunks().asJava()
                : entity.getDataBytes().filter(bytes -> !bytes.isEmpty()).map(bytes -> new HttpEntity.Chunk(bytes, ""));
        Writing writing = new Writing();
        parts.to(Sink.fromGraph(new WireSink(writer, writing)))
                .withAttributes(ActorAttributes.dispatcher(dispatcher))
                .run(materializer);
        return writing;
    }

    /** The loop's side of a stream that is being written. Confined to the loop. */
    public static final class Writing {
        private @Nullable Runnable onWritable;
        private @Nullable Runnable onStop;
        private boolean stopped;

        public void writable() {
            if (onWritable != null) {
                onWritable.run();
            }
        }

        /** The channel is gone: cancels the stream. */
        public void stop() {
            stopped = true;
            if (onStop != null) {
                onStop.run();
            }
        }
    }

    private static ByteString toByteString(ByteBuf piece) {
        byte[] bytes = new byte[piece.readableBytes()];
        piece.readBytes(bytes).release();
        return ByteString.fromArrayUnsafe(bytes);
    }

    /** Takes a {@link WireBody} into a stream: one piece for each demand, and the loop stops reading between. */
    private static final class WireSource extends GraphStage<SourceShape<HttpEntity.ChunkStreamPart>> {
        private final Outlet<HttpEntity.ChunkStreamPart> out = Outlet.create("body");
        private final WireBody body;
        private final EventLoop loop;

        WireSource(WireBody body, EventLoop loop) {
            this.body = body;
            this.loop = loop;
        }

        @Override
        public SourceShape<HttpEntity.ChunkStreamPart> shape() {
            return SourceShape.of(out);
        }

        @Override
        public GraphStageLogic createLogic(Attributes attributes) {
            return new GraphStageLogic(shape()) {
                private final ArrayDeque<HttpEntity.ChunkStreamPart> arrived = new ArrayDeque<>(2);
                private final AsyncCallback<HttpEntity.ChunkStreamPart> part = createAsyncCallback(this::onPart);
                private final AsyncCallback<Throwable> failure = createAsyncCallback(this::failStage);

                {
                    setHandler(out, new AbstractOutHandler() {
                        @Override
                        public void onPull() {
                            if (arrived.isEmpty()) {
                                loop.execute(body::more);
                            } else {
                                emitNext();
                            }
                        }

                        @Override
                        public void onDownstreamFinish(Throwable cause) {
                            loop.execute(body::cancel);
                            cancelStage(cause);
                        }
                    });
                }

                @Override
                public void preStart() {
                    loop.execute(body::invite);
                    loop.execute(() -> take(new WireBody.Taker() {
                        @Override
                        public boolean data(ByteBuf piece) {
                            part.invoke(new HttpEntity.Chunk(toByteString(piece), ""));
                            return false;
                        }

                        @Override
                        public void pause() {}

                        @Override
                        public void end(@Nullable WireHeaders trailers) {
                            part.invoke(
                                    trailers == null
                                            ? HttpEntity.LastChunk$.MODULE$
                                            : new HttpEntity.LastChunk(
                                                    "", trailers.fields().toSeq()));
                        }

                        @Override
                        public void failed(Throwable cause) {
                            failure.invoke(cause);
                        }
                    }));
                }

                private void take(WireBody.Taker taker) {
                    if (body.taken()) {
                        failure.invoke(new IllegalStateException("a body that somebody else takes already"));
                    } else {
                        body.takenBy(taker);
                    }
                }

                private void onPart(HttpEntity.ChunkStreamPart next) {
                    arrived.add(next);
                    if (isAvailable(out)) {
                        emitNext();
                    }
                }

                private void emitNext() {
                    HttpEntity.ChunkStreamPart next = arrived.remove();
                    push(out, next);
                    if (next.isLastChunk()) {
                        complete(out);
                    }
                }
            };
        }
    }

    /** Writes a stream to a channel; runs on the channel's loop. */
    private static final class WireSink extends GraphStage<SinkShape<HttpEntity.ChunkStreamPart>> {
        private final Inlet<HttpEntity.ChunkStreamPart> in = Inlet.create("body");
        private final BodyWriter writer;
        private final Writing writing;

        WireSink(BodyWriter writer, Writing writing) {
            this.writer = writer;
            this.writing = writing;
        }

        @Override
        public SinkShape<HttpEntity.ChunkStreamPart> shape() {
            return SinkShape.of(in);
        }

        @Override
        public GraphStageLogic createLogic(Attributes attributes) {
            return new GraphStageLogic(shape()) {
                private boolean ended;

                {
                    setHandler(in, new AbstractInHandler() {
                        @Override
                        public void onPush() {
                            HttpEntity.ChunkStreamPart part = grab(in);
                            if (part instanceof HttpEntity.LastChunk last) {
                                ended = true;
                                writer.end(last.trailer());
                                completeStage();
                                return;
                            }
                            boolean room = writer.data(
                                    Unpooled.wrappedBuffer(part.data().toArrayUnsafe()));
                            writer.pause();
                            if (room) {
                                pull(in);
                            }
                        }

                        @Override
                        public void onUpstreamFinish() {
                            if (!ended) {
                                writer.end((WireHeaders) null);
                            }
                            completeStage();
                        }

                        @Override
                        public void onUpstreamFailure(Throwable cause) {
                            writer.failed(cause);
                            failStage(cause);
                        }
                    });
                }

                @Override
                public void preStart() {
                    AsyncCallback<Done> more = createAsyncCallback(done -> {
                        if (!hasBeenPulled(in) && !isClosed(in)) {
                            pull(in);
                        }
                    });
                    AsyncCallback<Done> stop =
                            createAsyncCallback(done -> cancelStage(new IllegalStateException("connection gone")));
                    writing.onWritable = () -> more.invoke(Done.getInstance());
                    writing.onStop = () -> stop.invoke(Done.getInstance());
                    if (writing.stopped) {
                        writing.stop();
                    }
                    pull(in);
                }
            };
        }
    }
}
