package io.convergate.node.edge.wire;

import org.apache.pekko.http.scaladsl.model.HttpEntity;
import org.jspecify.annotations.Nullable;

/**
 * A body on its way to the writer of an outgoing message: from channel to channel if it is one that a wire made, as a
 * stream if something else took its place. Confined to the loop.
 */
public final class BodyHandOver {
    private final BodyWriter writer;
    private @Nullable WireBody passing;
    private BodyStreams.@Nullable Writing streaming;

    public BodyHandOver(BodyWriter writer) {
        this.writer = writer;
    }

    /**
     * Starts it, once. The writer's owner may be told of the end before this returns.
     *
     * @param wire the body that {@code entity} stands for; null if it is not a wire's own
     */
    public void start(WireLoop loop, HttpEntity entity, @Nullable WireBody wire) {
        if (wire != null) {
            passing = wire;
            wire.takenBy(writer);
        } else {
            streaming = loop.streams().write(entity, writer);
        }
    }

    /** Bytes of content written. */
    long written() {
        return writer.written();
    }

    /** The channel has room again. */
    public void writable() {
        if (passing != null) {
            passing.more();
        } else if (streaming != null) {
            streaming.writable();
        }
    }

    /** The rest of the body is of no use to anyone. */
    public void stop() {
        writer.stop();
        if (passing != null) {
            passing.cancel();
        }
        if (streaming != null) {
            streaming.stop();
        }
    }
}
