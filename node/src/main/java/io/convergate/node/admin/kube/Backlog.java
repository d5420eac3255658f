package io.convergate.node.admin.kube;

import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.NotUsed;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.BoundedSourceQueue;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.QueueOfferResult;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * The events of a watch on their way to the client, bounded in number and in bytes. Beyond a bound what waits is thrown away and
 * the connection is cut: the client has to list again, as after any watch that ended. Safe for use by any thread.
 */
final class Backlog {
    private final BoundedSourceQueue<ByteString> queue;
    private final Source<ByteString, NotUsed> source;
    private final AtomicLong bytes = new AtomicLong();
    private final int bytesMax;

    /** Why a watch was cut. */
    static final class TooSlow extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooSlow(String message) {
            super(message, null, false, false);
        }
    }

    /** An empty one, with the bounds of the settings. */
    Backlog(KubeSettings settings, Materializer materializer) {
        Pair<BoundedSourceQueue<ByteString>, Source<ByteString, NotUsed>> made =
                Source.<ByteString>queue(settings.watchEventsMax()).preMaterialize(materializer);
        this.queue = made.first();
        this.source = made.second().map(this::taken);
        this.bytesMax = settings.watchBytesMax();
    }

    /** What the client reads, once. */
    Source<ByteString, NotUsed> source() {
        return source;
    }

    private ByteString taken(ByteString event) {
        bytes.addAndGet(-event.size());
        return event;
    }

    /** Adds an event, or cuts the watch. */
    void offer(ByteString event) {
        if (isOver()) {
            return;
        }
        long waiting = bytes.addAndGet(event.size());
        if (waiting > bytesMax) {
            cut(waiting + " bytes");
        } else if (queue.offer(event) == QueueOfferResult.dropped()) {
            cut(queue.size() + " events");
        }
    }

    private void cut(String waiting) {
        try {
            queue.fail(new TooSlow("the client of a watch reads too slowly: " + waiting + " wait for it"));
        } catch (IllegalStateException ended) {
            // It has just ended by itself.
        }
    }

    /** Whether the client is gone, or too slow to be served. */
    boolean isOver() {
        return queue.isCompleted();
    }
}
